// SPDX-License-Identifier: Apache-2.0
// The weights that come with the package, over all 10,000 test images, with the
// golden integers on a tenth of them.

import { describe, expect, it } from 'vitest';
import { loadMnist } from '../../src/data/index.ts';
import { inferScores, loadKernel, prepareNetwork } from '../../src/kernel/index.ts';
import { countCorrect, lenet5, networkByName, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';

describe.each([
  [lenet5, 1000],
  [networkByName('lenet5-cnn'), 100],
] as const)('shipped weights of $name', (network, checked) => {
  const net = readQuantized(shippedWeights(network.name));

  it('should be 8-bit codes of the network of that name', () => {
    expect(net.network).toEqual(network);
    expect(net.bits).toBe(8);
    expect(net.layers[0]).toMatchObject({ padCodes: Uint8Array.of(0), low: 0 });
  });

  it('should classify at least 99.3 % of all test images right, with the integers of the reference', async () => {
    const test = loadMnist('test');
    expect(test.count).toBe(10_000);
    const kernel = await loadKernel();
    const scores = inferScores(kernel, prepareNetwork(kernel, net), test.images, test.count);
    const { maps } = inferReference(net, test.images.subarray(0, checked * 784), checked);
    expect(scores.subarray(0, checked * 10)).toEqual(maps.at(-1));
    const accuracy = countCorrect(scores, test.labels, test.count) / test.count;
    expect(accuracy).toBeGreaterThanOrEqual(0.993);
    expect(accuracy).toBe(net.provenance['accuracy']);
  });
});

describe('shipped weights', () => {
  it('should be refused for a network that has none', () => {
    expect(() => shippedWeights('vgg')).toThrow(
      'Expected a network with shipped weights (lenet5, lenet5-cnn), but received vgg.',
    );
    expect(() => shippedWeights('../weights/lenet5')).toThrow('Expected a network with shipped weights');
  });
});
