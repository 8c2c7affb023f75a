// SPDX-License-Identifier: Apache-2.0
// The weights that come with the package, over all 10,000 test images, with the
// golden integers on a tenth of them.

import { describe, expect, it } from 'vitest';
import { hasData, loadData } from '../../src/data/index.ts';
import { inferScores, loadKernel, prepareNetwork } from '../../src/kernel/index.ts';
import {
  countCorrect,
  networkByName,
  readQuantized,
  shippedNetworks,
  shippedWeights,
} from '../../src/network/index.ts';
import { pixelCodes } from '../../src/quantize/index.ts';
import { inferReference } from '../../src/reference/index.ts';

/** Data, how many images the reference infers too, the share to be right, and codes beside a picture. */
const SHIPPED = {
  lenet5: ['mnist', 1000, 0.993, [0]],
  'lenet5-cnn': ['mnist', 100, 0.993, [0]],
  'resnet20-cnn': ['cifar10', 5, 0.87, [125, 123, 114]],
} as const;

it('weights are shipped of networks that are tested here', () => {
  expect(shippedNetworks()).toEqual(Object.keys(SHIPPED));
});

describe.each(Object.entries(SHIPPED))('shipped weights of %s', (name, [data, checked, share, padCodes]) => {
  const net = readQuantized(shippedWeights(name));

  it('should be 8-bit codes of the network of that name', () => {
    expect(net.network).toEqual(networkByName(name));
    expect(net.bits).toBe(8);
    expect(net.imageBits).toBe(8);
    expect(net.layers[0]).toMatchObject({ padCodes: Uint8Array.from(padCodes), low: 0 });
  });

  it(`should classify at least ${100 * share} % of all test images right, with the integers of the reference`, async ({
    skip,
  }) => {
    skip(!hasData(data), `no ${data}: see docs/data.md`);
    const { images, labels, count } = loadData(data, 'test');
    expect(count).toBe(10_000);
    const codes = pixelCodes(images, net.imageBits);
    const kernel = await loadKernel();
    const scores = inferScores(kernel, prepareNetwork(kernel, net), codes, count);
    const { maps } = inferReference(net, codes.subarray(0, (checked * codes.length) / count), checked);
    expect(scores.subarray(0, checked * 10)).toEqual(maps.at(-1));
    const accuracy = countCorrect(scores, labels, count) / count;
    expect(accuracy).toBeGreaterThanOrEqual(share);
    expect(accuracy).toBe(net.provenance['accuracy']);
  });
});

describe('shipped weights', () => {
  it('should be refused for a network that has none', () => {
    expect(() => shippedWeights('vgg')).toThrow(
      'Expected a network with shipped weights (lenet5, lenet5-cnn, resnet20-cnn), but received vgg.',
    );
    expect(() => shippedWeights('../weights/lenet5')).toThrow('Expected a network with shipped weights');
  });
});
