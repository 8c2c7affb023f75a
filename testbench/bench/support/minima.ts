// SPDX-License-Identifier: Apache-2.0
// What cells of minima gain: clocks of the same images on both cells, every code compared, and every counter with the
// closed form of these images.

import { compileNetwork, type Configuration, loadConfiguration } from '../../../src/compile/index.ts';
import { type ImageSet, loadData, loadMnist } from '../../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../../src/device/index.ts';
import { networkCounters, skippedTaps } from '../../../src/cycles/index.ts';
import { type QuantizedNetwork, readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import type { Measured } from './figures.ts';

interface Tried {
  readonly name: string;
  readonly network: QuantizedNetwork;
  readonly distances: Configuration;
  readonly minima: Configuration;
  readonly set: ImageSet;
  readonly count: number;
}

/** Runs images on cells of minima; the clocks of cells of distances do not depend on the images. */
async function figuresOf({ name, network, distances, minima, set, count }: Tried): Promise<Measured[]> {
  const size = set.images.length / set.count;
  const run = (await runChecked({
    network,
    configuration: minima,
    level: 'rtl',
    checker: 'kernel',
    verify: 'layer',
    images: pixelCodes(set.images.subarray(0, count * size), network.imageBits),
    count,
  })) as CheckedRun;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const layers = run.counters!.layers;
  const before = sum(networkCounters(network, distances, count).map(({ cycles }) => cycles.total));
  const { plans } = compileNetwork(network, minima);
  const skipped = sum(plans.map((plan, index) => skippedTaps(plan, layers[index]!)));
  const stream = sum(layers.map(({ cycles }) => cycles.stream));
  const what = `${name}, cells of minima`;
  const wrong = sum(run.layers.map(({ mismatches }) => mismatches)) + Number(run.miscount !== undefined);
  return [
    {
      name: `${what}, cycles an image`,
      value: sum(layers.map(({ cycles }) => cycles.total)) / count,
      unit: 'cycles',
      against: `${(before / count).toLocaleString('en-US')} with cells of distances`,
    },
    { name: `${what}, taps skipped`, value: skipped / (skipped + stream), unit: 'of all', against: '0' },
    { name: `${what}, codes and counters that differ`, value: wrong, unit: '', against: '0: kernels, closed form' },
  ];
}

/**
 * Figures of LeNet-5 and, where it is at hand, ResNet-20: in whole batches, and of one image alone.
 * @param resnet20 undefined where it is not at hand
 */
export async function minimaFigures(
  resnet20: QuantizedNetwork | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const lenet = {
    network: readQuantized(shippedWeights('lenet5')),
    distances: loadConfiguration('default'),
    minima: loadConfiguration('sparse'),
    set: loadMnist('test'),
  };
  const tried: Tried[] = [
    { name: 'LeNet-5 in batches of 16', ...lenet, count: 96 },
    { name: 'LeNet-5, an image alone', ...lenet, count: 1 },
  ];
  if (resnet20 !== undefined) {
    const resnet = {
      network: resnet20,
      distances: loadConfiguration('cifar'),
      minima: loadConfiguration('cifar-sparse'),
      set: loadData('cifar10', 'test'),
    };
    tried.push(
      { name: 'ResNet-20, a batch of 16', ...resnet, count: 16 },
      { name: 'ResNet-20, an image alone', ...resnet, count: 1 },
    );
  }
  const figures: Measured[] = [];
  for (const one of tried) {
    note(`${one.name} on cells of minima`);
    figures.push(...(await figuresOf(one)));
  }
  return figures;
}
