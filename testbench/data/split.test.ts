// SPDX-License-Identifier: Apache-2.0
// Images put aside: all are somewhere, none twice, and a seed always names the same ones.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImageSet, loadMnist, split } from '../../src/data/index.ts';

/** Pictures of two pixels that name their number, in the classes of a byte. */
function numbered(count: number): ImageSet {
  const images = Uint8Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? at >> 9 : at >> 1));
  const labels = Uint8Array.from({ length: count }, (_, image) => image);
  return { images, labels, count, height: 1, width: 2, channels: 1, classes: 256 };
}

function numbers({ images, labels, count }: ImageSet): number[] {
  return Array.from({ length: count }, (_, image) => {
    expect(labels[image]).toBe(images[2 * image + 1]);
    return images[2 * image]! * 256 + images[2 * image + 1]!;
  });
}

const seeds = fc.nat(2 ** 32 - 1);

describe('a split', () => {
  it('should have every image once, in order, with its label', () => {
    const fractions = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 700 }), fractions, seeds, (count, fraction, seed) => {
        const { rest, held } = split(numbered(count), fraction, seed);
        const [left, right] = [numbers(rest), numbers(held)];
        expect([...left].sort((a, b) => a - b)).toEqual(left);
        expect([...right].sort((a, b) => a - b)).toEqual(right);
        expect([...left, ...right].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, image) => image));
        expect(right.length).toBe(Math.min(Math.max(Math.round(count * fraction), 1), count - 1));
      }),
    );
  });

  it('should follow from the seed', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        fc.pre(seed !== other);
        const set = numbered(300);
        expect(numbers(split(set, 0.3, seed).held)).toEqual(numbers(split(set, 0.3, seed).held));
        expect(numbers(split(set, 0.3, seed).held)).not.toEqual(numbers(split(set, 0.3, other).held));
      }),
    );
  });

  it('should stay as it is from version to version', () => {
    expect(numbers(split(numbered(20), 0.25, 1).held)).toEqual([1, 2, 7, 14, 15]);
  });

  it('should hold every class about as often as the set does', () => {
    const { held } = split(loadMnist('train'), 0.1);
    expect(held.count).toBe(6000);
    for (let digit = 0; digit < 10; digit++) {
      const found = held.labels.filter((label) => label === digit).length;
      expect(found).toBeGreaterThan(500);
      expect(found).toBeLessThan(720);
    }
  });

  it.each([0, 1, -0.1, Number.NaN, Infinity])('should be refused for a fraction of %s', (fraction) => {
    expect(() => split(numbered(4), fraction)).toThrow(
      `Expected fraction to be above 0 and below 1, but received ${fraction}.`,
    );
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('should be refused for a seed of %s', (seed) => {
    expect(() => split(numbered(4), 0.5, seed)).toThrow('Expected seed to be an integer from 0 to 4294967295');
  });

  it('should be refused for one image', () => {
    expect(() => split(numbered(1), 0.5)).toThrow('Expected at least 2 images to split, but received 1.');
  });
});
