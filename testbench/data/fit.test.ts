// SPDX-License-Identifier: Apache-2.0
// The data set that belongs to a network, and those that do not.

import { describe, expect, it } from 'vitest';
import { defaultData, fitData, type ImageSet, loadDataFor } from '../../src/data/index.ts';
import { lenet5, type Network, networkByName } from '../../src/network/index.ts';

/** One picture of a set. */
function set(side: number, channels: number, classes: number): ImageSet {
  const images = new Uint8Array(side * side * channels);
  return { images, labels: Uint8Array.of(0), count: 1, height: side, width: side, channels, classes };
}

/** LeNet-5's last layer alone, which reads pictures of its own shape. */
const odd: Network = { name: 'odd', layers: [{ ...lenet5.layers.at(-1)!, source: 'image' }] };

describe('a data set for a network', () => {
  it('should follow from the shape of its pictures', () => {
    expect(defaultData(lenet5)).toBe('mnist');
    expect(defaultData(networkByName('resnet20'))).toBe('cifar10');
    expect(loadDataFor(lenet5, undefined, 'test')).toMatchObject({ count: 10_000, classes: 10 });
    expect(loadDataFor(lenet5, 'mnist', 'test').count).toBe(10_000);
  });

  it('should be named where none follows', () => {
    expect(() => defaultData(odd)).toThrow(
      /pictures are not 28x28x1 \(mnist\) or 32x32x3 \(cifar10\), but received none for odd with /,
    );
    expect(() => defaultData(networkByName('resnet18'))).toThrow('none for resnet18 with 224x224x3.');
  });

  it('should have pictures of its shape', () => {
    expect(() => fitData(set(32, 3, 10), lenet5, 'mine')).toThrow(
      'Expected data set mine to hold pictures of 28x28x1 for lenet5, but received 32x32x3.',
    );
    expect(() => loadDataFor(networkByName('resnet20'), 'mnist', 'test')).toThrow(
      'Expected data set mnist to hold pictures of 32x32x3 for resnet20, but received 28x28x1.',
    );
  });

  it('should have no more classes than the network tells apart', () => {
    expect(fitData(set(28, 1, 7), lenet5, 'mine').classes).toBe(10);
    expect(() => fitData(set(28, 1, 11), lenet5, 'mine')).toThrow(
      'Expected data set mine to have at most 10 classes, as lenet5 tells apart, but received 11.',
    );
  });
});
