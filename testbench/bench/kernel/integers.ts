// SPDX-License-Identifier: Apache-2.0
// Figures of the integer kernels, with random weights and pictures: how long
// they take does not depend on the values.

import { join } from 'node:path';
import { buildAddon, loadAddon, packageRoot } from '../../../sim/addon/index.ts';
import {
  bestSimd,
  inferScores,
  type Kernel,
  kernelFlags,
  loadKernel,
  prepareNetwork,
  type Simd,
  simdNames,
} from '../../../src/kernel/index.ts';
import {
  buildNetwork,
  layerGeometry,
  lenet5,
  type Network,
  resnet20,
  type QuantizedNetwork,
  twinOf,
} from '../../../src/network/index.ts';
import { inferReference } from '../../../src/reference/index.ts';
import type { Measured } from '../support/figures.ts';
import { randomPictures, randomQuantized } from './random-codes.ts';

const TURNS = 7;

/** One layer at its best: 64 channels, 3x3 taps, maps of 8x8; the last layer of ResNet-20's kind. */
const wideLayer = buildNetwork({
  name: 'wide',
  input: { height: 8, width: 8, channels: 64 },
  layers: ['a', 'b', 'c', 'd'].map((name) => ({ name, filters: 64, kernel: 3, padding: 1 })),
});

function tapsOf({ layers }: Network): number {
  return layers.reduce((sum, layer) => sum + layerGeometry(layer).sads, 0);
}

/** Absolute differences a second of psadbw, or what stands for it, on registers. */
async function distancePeak(simd: Simd): Promise<number> {
  const path = await buildAddon({
    name: `distance-peak-${simd}`,
    sources: [join(packageRoot(), 'testbench', 'bench', 'native', 'distance-peak.cpp')],
    includeDirs: [join(packageRoot(), 'src', 'kernel')],
    flags: kernelFlags(simd),
  });
  return loadAddon<{ peak: () => number }>(path).peak();
}

/** Taps a second of the processor's time of one thread: other programs on the machine do not count. */
function tapRate(kernel: Kernel, net: QuantizedNetwork, count: number): number {
  const prepared = prepareNetwork(kernel, net);
  const pictures = randomPictures(net, count);
  let best = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    const started = process.cpuUsage();
    inferScores(kernel, prepared, pictures, count);
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / 1e6);
  }
  return (tapsOf(net.network) * count) / best;
}

/** Seconds on the clock for 10,000 pictures. */
function secondsOf(kernel: Kernel, net: QuantizedNetwork): number {
  const prepared = prepareNetwork(kernel, net);
  const pictures = randomPictures(net, 10_000);
  const turns = Array.from({ length: 3 }, () => {
    const started = performance.now();
    inferScores(kernel, prepared, pictures, 10_000);
    return (performance.now() - started) / 1000;
  });
  return Math.min(...turns);
}

function referenceRate(net: QuantizedNetwork): number {
  const pictures = randomPictures(net, 1);
  const started = performance.now();
  inferReference(net, pictures, 1);
  return tapsOf(net.network) / ((performance.now() - started) / 1000);
}

/** What the integer kernels reach. */
export async function integers(): Promise<Measured[]> {
  const giga = 1e-9;
  const net = randomQuantized(resnet20, 8);
  const figures: Measured[] = [];
  const add = (name: string, value: number, unit: string, against: string): void => {
    figures.push({ name, value, unit, against });
  };
  const best = await bestSimd();
  const sets = simdNames.slice(0, simdNames.indexOf(best) + 1).toReversed();
  for (const simd of sets) {
    const kernel = await loadKernel({ threads: 1, simd });
    const peak = await distancePeak(simd);
    const share = (rate: number): string =>
      `${((100 * rate) / peak).toFixed(0)} % of ${(peak * giga).toFixed(0)} G/s of psadbw on registers, ${simd}`;
    const wide = tapRate(kernel, randomQuantized(wideLayer, 8), 64);
    add(`8-bit absolute differences a core, 3x3 of 64 channels, ${simd}`, wide * giga, 'G/s', share(wide));
    const whole = tapRate(kernel, net, 256);
    add(`8-bit absolute differences a core, resnet20, ${simd}`, whole * giga, 'G/s', share(whole));
    const seconds = (10_000 * tapsOf(resnet20)) / whole;
    add(`processor time of 10,000 images, resnet20, 8 bits, ${simd}`, seconds, 's', '120 s, two cores for 60 s');
  }
  const kernel = await loadKernel({ threads: 1 });
  const reference = referenceRate(net);
  const times = (rate: number): string => `${(rate / reference).toFixed(0)} times the TypeScript reference`;
  const rates = [
    ['4-bit absolute differences a core, resnet20', randomQuantized(resnet20, 4)],
    ['12-bit absolute differences a core, resnet20', randomQuantized(resnet20, 12)],
    ['8-bit products a core, resnet20-cnn', randomQuantized(twinOf(resnet20), 8)],
  ] as const;
  for (const [name, own] of rates) {
    const rate = tapRate(kernel, own, 256);
    add(name, rate * giga, 'G/s', times(rate));
  }
  for (const threads of [1, 2]) {
    const own = await loadKernel({ threads });
    add(`10,000 images, resnet20, 8 bits, threads: ${threads}`, secondsOf(own, net), 's', '60 s asked of 2 cores');
  }
  const small = randomQuantized(lenet5, 8);
  add(
    '10,000 images, lenet5, 8 bits, threads: 1',
    secondsOf(kernel, small),
    's',
    `${((10_000 * tapsOf(lenet5)) / reference).toFixed(0)} s of the TypeScript reference`,
  );
  return figures;
}
