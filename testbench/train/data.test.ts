// SPDX-License-Identifier: Apache-2.0
// The IDX reader, and MNIST as it comes from its package.

import { describe, expect, it } from 'vitest';
import { loadMnist, parseIdx, subset } from '../../src/data/index.ts';
import { imageSet } from '../../src/data/mnist.ts';

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], values: readonly number[], magic = 0x800 + shape.length): Uint8Array {
  const file = Buffer.alloc(4 + 4 * shape.length + values.length);
  file.writeUInt32BE(magic);
  shape.forEach((length, axis) => file.writeUInt32BE(length, 4 + 4 * axis));
  file.set(values, 4 + 4 * shape.length);
  return file;
}

describe('IDX files', () => {
  it('should give shape and values', () => {
    const { shape, values } = parseIdx(idx([2, 1, 2], [1, 2, 3, 4]), 'pictures', 3);
    expect({ shape, values: [...values] }).toEqual({ shape: [2, 1, 2], values: [1, 2, 3, 4] });
  });

  it.each([
    [
      'shorter than a header',
      Uint8Array.of(0, 0, 8),
      1,
      'Expected file to hold a header of 8 bytes, but received 3 bytes.',
    ],
    [
      'of other numbers',
      idx([1], [5], 0x0d01),
      1,
      'Expected file to start with 0x00000801 (unsigned bytes, 1 axes), but received 0x00000d01.',
    ],
    [
      'of other axes',
      idx([1], [5, 0, 0, 0, 0]),
      3,
      'Expected file to hold a header of 16 bytes, but received 13 bytes.',
    ],
    ['cut short', idx([3], [5, 6]), 1, 'Expected file to hold 3 values in 11 bytes, but received 10 bytes.'],
    ['too long', idx([1], [5, 6]), 1, 'Expected file to hold 1 values in 9 bytes, but received 10 bytes.'],
  ])('should be refused when %s', (_, bytes, axes, message) => {
    expect(() => parseIdx(bytes, 'file', axes)).toThrow(message);
  });

  it('should be refused when labels do not belong to the images', () => {
    const images = { shape: [2, 1, 1], values: Uint8Array.of(1, 2) };
    expect(() => imageSet(images, { shape: [1], values: Uint8Array.of(0) }, 10)).toThrow(
      'Expected one label for each of 2 images, but received 1.',
    );
    expect(() => imageSet(images, { shape: [2], values: Uint8Array.of(0, 10) }, 10)).toThrow(
      'Expected label 1 to be below 10, but received 10.',
    );
  });
});

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
    expect([...loadMnist('train').labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  });

  it('should be cut to its first pictures', () => {
    const data = subset(loadMnist('test'), 3);
    expect([data.count, data.images.length, [...data.labels]]).toEqual([3, 3 * 784, [7, 2, 1]]);
    expect(() => subset(data, 4)).toThrow('Expected count to be an integer from 1 to 3, but received 4.');
  });
});
