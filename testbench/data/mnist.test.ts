// SPDX-License-Identifier: Apache-2.0
// MNIST as it comes from its package.

import { describe, expect, it } from 'vitest';
import { loadData, loadMnist, subset } from '../../src/data/index.ts';

describe('MNIST', () => {
  it('should hold 60,000 and 10,000 pictures of ten classes', () => {
    for (const [part, count] of [
      ['train', 60_000],
      ['test', 10_000],
    ] as const) {
      const data = loadMnist(part);
      expect(data).toMatchObject({ count, height: 28, width: 28, channels: 1, classes: 10 });
      expect(data.images.length).toBe(count * 784);
      expect(new Set(data.labels).size).toBe(10);
    }
  });

  it('should begin with the pictures everybody knows', () => {
    expect([...loadMnist('test').labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect([...loadData('mnist', 'train').labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  });

  it('should be cut to its first pictures', () => {
    const data = subset(loadMnist('test'), 3);
    expect([data.count, data.images.length, [...data.labels]]).toEqual([3, 3 * 784, [7, 2, 1]]);
    expect(() => subset(data, 4)).toThrow('Expected count to be an integer from 1 to 3, but received 4.');
  });
});
