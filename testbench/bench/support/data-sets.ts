// SPDX-License-Identifier: Apache-2.0
// Whole data sets on the simulated array, every code checked: how long it takes on all cores, and that nothing differs.

import { availableParallelism } from 'node:os';
import { loadConfiguration } from '../../../src/compile/index.ts';
import { type ImageSet, loadData, loadMnist } from '../../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../../src/device/index.ts';
import { countCorrect, type QuantizedNetwork, readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import type { Measured } from './figures.ts';

const CIFAR_IMAGES = 500;

interface Whole {
  readonly name: string;
  readonly network: QuantizedNetwork;
  readonly configName: string;
  readonly set: ImageSet;
  readonly count: number;
  /** What the seconds are compared with. */
  readonly against: string;
}

async function figuresOf({ name, network, configName, set, count, against }: Whole): Promise<Measured[]> {
  const threads = availableParallelism();
  const size = set.images.length / set.count;
  const start = performance.now();
  const run = (await runChecked({
    network,
    configuration: loadConfiguration(configName),
    level: 'rtl',
    checker: 'kernel',
    verify: 'layer',
    images: pixelCodes(set.images.subarray(0, count * size), network.imageBits),
    count,
    threads,
  })) as CheckedRun;
  const seconds = (performance.now() - start) / 1000;
  const mismatches = run.layers.reduce((sum, layer) => sum + layer.mismatches, 0);
  const what = `${count.toLocaleString('en-US')} images of ${name}`;
  return [
    { name: `${what} on ${threads} threads, every code checked`, value: seconds, unit: 's', against },
    { name: `codes of ${what} that differ`, value: mismatches, unit: 'codes', against: '0: the kernels' },
    {
      name: `${what} right`,
      value: countCorrect(run.scores, set.labels.subarray(0, count), count),
      unit: 'images',
      against: 'the kernels: the same',
    },
  ];
}

/**
 * Figures of all of MNIST, and of some of CIFAR-10 where ResNet-20 is at hand.
 * @param network ResNet-20
 */
export async function dataSetFigures(
  network: QuantizedNetwork | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  note('all of MNIST through LeNet-5');
  const set = loadMnist('test');
  const mnist = await figuresOf({
    name: 'MNIST',
    network: readQuantized(shippedWeights('lenet5')),
    configName: 'default',
    set,
    count: set.count,
    against: 'at most 30 on two cores',
  });
  if (network === undefined) {
    note('no ResNet-20: its weights or CIFAR-10 are not at hand (docs/data.md)');
    return mnist;
  }
  note(`${CIFAR_IMAGES} images of CIFAR-10 through ResNet-20`);
  const cifar = await figuresOf({
    name: 'CIFAR-10',
    network,
    configName: 'cifar',
    set: loadData('cifar10', 'test'),
    count: CIFAR_IMAGES,
    against: 'machine-dependent',
  });
  return [...mnist, ...cifar];
}
