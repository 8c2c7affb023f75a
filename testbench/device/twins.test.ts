// SPDX-License-Identifier: Apache-2.0
// The multiplier twins of LeNet-5 and ResNet-20 on an array of products, whole, with the weights that are shipped: every
// code, the clock of every word, and every counter. Without CIFAR-10, ResNet-20 sees noise, which its maps pass on.

import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { hasData, loadData, loadMnist } from '../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../src/device/index.ts';
import { type Codes, type QuantizedNetwork, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { pixelCodes } from '../../src/quantize/index.ts';

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
  it('should run lenet5-cnn, bit for bit', { timeout: 300_000 }, async () => {
    const network = readQuantized(shippedWeights('lenet5-cnn'));
    const { images } = loadMnist('test');
    shouldBeExact(await run(network, images.subarray(0, COUNT * 784)), network);
  });

  it('should run resnet20-cnn, bit for bit', { timeout: 300_000 }, async () => {
    const network = readQuantized(shippedWeights('resnet20-cnn'));
    const size = 32 * 32 * 3;
    const pictures = hasData('cifar10')
      ? pixelCodes(loadData('cifar10', 'test').images.subarray(0, COUNT * size), network.imageBits)
      : Uint8Array.from({ length: COUNT * size }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
    const found = await run(network, pictures);
    shouldBeExact(found, network);
    // The scores tell the pictures apart.
    const scores = Array.from({ length: COUNT }, (_, image) => found.scores.subarray(10 * image, 10 * image + 10));
    expect(new Set(scores.map(String)).size).toBe(COUNT);
  });
});
