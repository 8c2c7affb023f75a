// SPDX-License-Identifier: Apache-2.0
// A core whose rows and columns have few bits runs the largest maps that src/compile takes for it, of as many rows or
// columns as those bits can say and as far around them.

import { expect, it } from 'vitest';
import { compileNetwork, type Configuration } from '../../src/compile/index.ts';
import { createRtlDevice } from '../../src/device/index.ts';
import type { Layer } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';
import { TESTED_RTL } from '../support/tested-rtl.ts';

const CORE: Configuration = {
  rows: 2,
  columns: 3,
  dataBits: 8,
  accBits: 14,
  sumBits: 15,
  activationDepth: 64,
  weightDepth: 64,
  foldDepth: 4,
  padDepth: 4,
  resultDepth: 64,
  programDepth: 40,
  sideBits: 4,
};

/** Rows or columns at most. */
const MOST = 15;

function sideLayer(side: 'height' | 'width', padding: number, pool: number): Partial<Layer> {
  const kernel = 2 * padding + 1;
  const input = { height: 2, width: 2, channels: 1, [side]: MOST - 2 * padding };
  return { input, padding, kernelHeight: kernel, kernelWidth: kernel, pool, poolStride: 1 };
}

it.each<[string, Partial<Layer>]>([
  ['columns', sideLayer('width', 0, 1)],
  ['rows', sideLayer('height', 0, 1)],
  ['columns with their padding', sideLayer('width', 2, 1)],
  ['rows with their padding', sideLayer('height', 2, 1)],
  ['columns in pooling windows', sideLayer('width', 0, 2)],
  ['rows in pooling windows', sideLayer('height', 0, 2)],
])('should count as many %s as its bits can say, and no more be taken', async (_, layer) => {
  const { height, width } = layer.input!;
  const network = networkOf('n', [
    quantizedOf(layer, {
      weights: Uint8Array.from({ length: layer.kernelHeight! * layer.kernelWidth! }, (_value, i) => 3 * i),
      padCodes: Uint8Array.of(9),
      shift: Uint8Array.of(2),
    }),
  ]);
  const images = Uint8Array.from({ length: 2 * height * width }, (_value, i) => Math.imul(i, 77) & 255);
  using device = await createRtlDevice(network, { configuration: CORE, rtl: TESTED_RTL });
  expect(device.infer(images, 2).maps.map((map) => [...map])).toEqual(
    inferReference(network, images, 2).maps.map((map) => [...map]),
  );
  const longer = width > height ? { height, width: width + 1 } : { height: height + 1, width };
  const own = { ...network.layers[0]!.layer, input: { ...longer, channels: 1 } };
  expect(() => compileNetwork(networkOf('n', [{ ...network.layers[0]!, layer: own }]), CORE)).toThrow('(sideBits)');
});
