// SPDX-License-Identifier: Apache-2.0
// The multiplier twins of LeNet-5 and ResNet-20 on an array of products, whole: every code, the clock of every word, and
// every counter. ResNet-20's weights are those that training starts from, with the statistics of noise: nothing is worth
// learning for it, and the maps have values of all sizes.

import { beforeAll, describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../src/device/index.ts';
import { createPass, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import {
  networkByName,
  type Codes,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
} from '../../src/network/index.ts';
import { quantizeNetwork } from '../../src/quantize/index.ts';
import { recalibrate } from '../../src/train/index.ts';
import { initModel, inputScaling } from '../../src/train/model.ts';

/** Few rows, which compile in seconds, and all columns, which shorten the run. */
const configuration: Configuration = { ...loadConfiguration('cifar-twin'), rows: 2 };
const COUNT = 3;

async function run(network: QuantizedNetwork, images: Codes): Promise<CheckedRun> {
  return (await runChecked({
    network,
    configuration,
    level: 'rtl',
    checker: 'reference',
    verify: 'cycle',
    images,
    count: COUNT,
  })) as CheckedRun;
}

function shouldBeExact(found: CheckedRun, { layers }: QuantizedNetwork): void {
  expect(found).not.toHaveProperty('wrong');
  expect(found.miscount).toBeUndefined();
  expect(found.layers).toEqual(layers.map(() => ({ mismatches: 0 })));
  expect(found.counters!.batches).toBe(2);
}

describe('an array of products', () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await loadKernel();
  });

  it('should run lenet5-cnn, bit for bit', { timeout: 300_000 }, async () => {
    const network = readQuantized(shippedWeights('lenet5-cnn'));
    const { images } = loadMnist('test');
    shouldBeExact(await run(network, images.subarray(0, COUNT * 784)), network);
  });

  it('should run resnet20-cnn, bit for bit', { timeout: 300_000 }, async () => {
    const twin = networkByName('resnet20-cnn');
    const [count, size] = [16, 32 * 32 * 3];
    const images = Uint8Array.from({ length: count * size }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
    const noise = { images, labels: new Uint8Array(count), count, classes: 10, height: 32, width: 32, channels: 3 };
    const model = initModel(twin, inputScaling(noise, twin.layers), 1);
    recalibrate(createPass(kernel, twin, count), model, noise);
    const network = await quantizeNetwork(model, noise, { kernel, images: count });
    const found = await run(network, images.subarray(0, COUNT * size));
    shouldBeExact(found, network);
    // The scores tell the pictures apart.
    const scores = Array.from({ length: COUNT }, (_, image) => found.scores.subarray(10 * image, 10 * image + 10));
    expect(new Set(scores.map(String)).size).toBe(COUNT);
  });
});
