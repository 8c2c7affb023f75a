// SPDX-License-Identifier: Apache-2.0
// Whole data sets on the simulated array, every code checked: how long it takes on all cores, and that nothing differs.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../../src/compile/index.ts';
import { hasData, type ImageSet, loadData, loadMnist } from '../../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../../src/device/index.ts';
import { importModel } from '../../../src/import/index.ts';
import { loadKernel } from '../../../src/kernel/index.ts';
import {
  countCorrect,
  networkByName,
  packageRoot,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
} from '../../../src/network/index.ts';
import { pixelCodes, quantizeNetwork } from '../../../src/quantize/index.ts';
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

/** The official ResNet-20 in 8 bits; undefined where its weights or the images are not at hand. */
async function resnet20(): Promise<QuantizedNetwork | undefined> {
  const shared = process.env['BERUS_SHARED'] ?? join(packageRoot(), '..', 'shared', 'data');
  const path = join(shared, 'ResNet20-AdderNet.pth');
  if (!existsSync(path) || !hasData('cifar10')) return undefined;
  const { model } = await importModel(path, networkByName('resnet20'));
  return quantizeNetwork(model, loadData('cifar10', 'train'), { kernel: await loadKernel() });
}

/** Figures of all of MNIST, and of some of CIFAR-10 where ResNet-20 is at hand. */
export async function dataSetFigures(note: (text: string) => void): Promise<Measured[]> {
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
  const network = await resnet20();
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
