// SPDX-License-Identifier: Apache-2.0
// The compiled other side: the processor's peak, and a step as Python does it.

import { join } from 'node:path';
import { buildAddon, loadAddon, packageRoot } from '../../../sim/addon/index.ts';
import { bestSimd, kernelFlags } from '../../../src/kernel/index.ts';
import type { Layer, Network } from '../../../src/network/index.ts';

interface Plain {
  /** Additions of floats a second. */
  readonly peak: () => number;
  /** Seconds of a step of one layer, given its sizes and the batch. */
  readonly step: (sizes: Int32Array) => number;
}

/** Compiles kernel-plain.cpp for the set that the kernels use. */
export async function loadPlain(): Promise<Plain> {
  return loadAddon<Plain>(
    await buildAddon({
      name: 'kernel-plain',
      sources: [join(packageRoot(), 'testbench', 'bench', 'native', 'kernel-plain.cpp')],
      includeDirs: [join(packageRoot(), 'src', 'kernel')],
      flags: kernelFlags(await bestSimd()),
    }),
  );
}

/** Seconds of a network's adder layers for one image, all else left out; alike layers are measured once. */
export function plainStep(plain: Plain, network: Network, batch: number): number {
  const known = new Map<string, number>();
  let seconds = 0;
  for (const layer of network.layers.filter(({ cell }) => cell === 'adder')) {
    const sizes = sizesOf(layer);
    const key = sizes.join(' ');
    const own = known.get(key) ?? plain.step(Int32Array.of(...sizes, batch)) / batch;
    known.set(key, own);
    seconds += own;
  }
  return seconds;
}

function sizesOf(layer: Layer): number[] {
  const { input, kernelHeight, kernelWidth, filters, stride, padding, groups, dilation } = layer;
  if (kernelHeight !== kernelWidth || groups !== 1 || dilation !== 1) {
    throw new RangeError(`Expected ${layer.name} to have a square kernel and one group, as the Python code has.`);
  }
  return [input.height, input.width, input.channels, kernelHeight, filters, stride, padding];
}
