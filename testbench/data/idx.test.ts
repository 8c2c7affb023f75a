// SPDX-License-Identifier: Apache-2.0
// The IDX reader, and images with labels that do not belong to them.

import { describe, expect, it } from 'vitest';
import { parseIdx } from '../../src/data/index.ts';
import { imageSet } from '../../src/data/image-set.ts';
import { idx } from './files.ts';

describe('IDX files', () => {
  it('should give shape and values', () => {
    const { shape, values } = parseIdx(idx([2, 1, 2], [1, 2, 3, 4]), 'pictures', 3);
    expect({ shape, values: [...values] }).toEqual({ shape: [2, 1, 2], values: [1, 2, 3, 4] });
    expect(parseIdx(idx([1, 1, 1, 2], [1, 2]), 'pictures', 3, 4).shape).toEqual([1, 1, 1, 2]);
  });

  it.each([
    [
      'shorter than a kind',
      Uint8Array.of(0, 0, 8),
      1,
      'Expected file to start with 0x00000801 (unsigned bytes, 1 axes), but received 3 bytes.',
    ],
    [
      'shorter than a header',
      Uint8Array.of(0, 0, 8, 1, 0),
      1,
      'Expected file to hold a header of 8 bytes, but received 5 bytes.',
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
      'Expected file to start with 0x00000803 (unsigned bytes, 3 axes), but received 0x00000801.',
    ],
    ['cut short', idx([3], [5, 6]), 1, 'Expected file to hold 3 values in 11 bytes, but received 10 bytes.'],
    ['too long', idx([1], [5, 6]), 1, 'Expected file to hold 1 values in 9 bytes, but received 10 bytes.'],
    [
      'of more than a machine has',
      idx([0xffffffff, 0xffffffff, 0xffffffff], []),
      3,
      'Expected file to hold 4294967295x4294967295x4294967295 values',
    ],
  ])('should be refused when %s', (_, bytes, axes, message) => {
    expect(() => parseIdx(bytes, 'file', axes)).toThrow(message);
  });
});

describe('images and labels', () => {
  const images = { shape: [2, 1, 1], values: Uint8Array.of(1, 2) };

  it.each([
    ['one is missing', images, [0], 'Expected set to hold one label for each of 2 images, but received 1.'],
    ['one is left over', images, [0, 0, 0], 'Expected set to hold one label for each of 2 images, but received 3.'],
    ['one is no class', images, [0, 10], 'Expected label 1 of set to be below 10, but received 10.'],
    [
      'there is no image',
      { shape: [0, 28, 28], values: new Uint8Array() },
      [],
      'Expected set to hold at least one image, but received shape 0x28x28.',
    ],
    [
      'pictures have no pixels',
      { shape: [2, 0, 28], values: new Uint8Array() },
      [0, 0],
      'Expected set to hold at least one image, but received shape 2x0x28.',
    ],
  ])('should be refused when %s', (_, pictures, labels, message) => {
    expect(() => imageSet(pictures, Uint8Array.from(labels), 10, 'set')).toThrow(message);
  });
});
