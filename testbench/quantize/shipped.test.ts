// SPDX-License-Identifier: Apache-2.0
// The weights that come with the package, over all 10,000 test images with the
// golden integers.

import { describe, expect, it } from 'vitest';
import { loadMnist } from '../../src/data/index.ts';
import { inferKernel, loadKernel } from '../../src/kernel/index.ts';
import { lenet5, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { measureIntegers } from '../../src/train/index.ts';

const net = readQuantized(shippedWeights('lenet5'));

describe('shipped weights of lenet5', () => {
  it('should be 8-bit codes of the network of that name', () => {
    expect(net.network).toEqual(lenet5);
    expect(net.bits).toBe(8);
    expect(net.layers[0]).toMatchObject({ padCodes: Uint8Array.of(0), low: 0 });
  });

  it('should classify at least 99.3 % of all test images right, with the integers of the reference', async () => {
    const { images, labels, count } = loadMnist('test');
    let correct = 0;
    const part = 250;
    const kernel = await loadKernel();
    for (let first = 0; first < count; first += part) {
      const own = images.subarray(first * 784, (first + part) * 784);
      const scores = inferReference(net, own, part).maps.at(-1)!;
      expect(inferKernel(kernel, net, own, part)).toEqual(scores);
      for (let image = 0; image < part; image++) {
        const row = scores.subarray(image * 10, image * 10 + 10);
        if (row.indexOf(Math.max(...row)) === labels[first + image]) correct++;
      }
    }
    expect(count).toBe(10_000);
    expect(correct / count).toBeGreaterThanOrEqual(0.993);
    expect(correct / count).toBe(net.provenance['accuracy']);
    expect(measureIntegers(kernel, net, loadMnist('test'))).toBe(correct / count);
  });

  it('should be refused for a network that has none', () => {
    expect(() => shippedWeights('vgg')).toThrow('Expected a network with shipped weights (lenet5), but received vgg.');
    expect(() => shippedWeights('../weights/lenet5')).toThrow('Expected a network with shipped weights');
  });
});
