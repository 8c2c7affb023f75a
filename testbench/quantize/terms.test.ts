// SPDX-License-Identifier: Apache-2.0
// Sums of few signed powers of two: how near they come, and that they are what they say.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestTerms, termsAtLeast } from '../../src/quantize/terms.ts';

/** Signed powers of two that a whole number needs: digits of its non-adjacent form that are not zero. */
function termCount(value: number): number {
  let [rest, count] = [BigInt(Math.abs(value)), 0];
  while (rest > 0n) {
    if (rest & 1n) {
      count++;
      rest -= (rest & 3n) === 3n ? -1n : 1n;
    }
    rest >>= 1n;
  }
  return count;
}

const values = fc.double({ min: 2 ** -30, max: 2 ** 30, noNaN: true });

describe('sums of powers of two', () => {
  it.each([
    [11, 2, 10],
    [11.5, 2, 12],
    [11, 1, 8],
    [-0.7, 2, -0.75],
    [0.7, 1, 0.5],
    [-0.8, 1, -1],
    [1.4, 2, 1.5],
    [1.375, 2, 1.25],
    [31, 2, 31],
    [0, 2, 0],
    [0.3, Infinity, 0.3],
  ] as const)('should round %f to %f terms as %f', (value, terms, expected) => {
    expect(nearestTerms(value, terms)).toBe(expected);
  });

  it.each([
    [1, 3],
    [2, 11],
  ] as const)('should need %i terms to be at most 1/%i away', (terms, part) => {
    fc.assert(
      fc.property(values, fc.boolean(), (magnitude, negative) => {
        const value = negative ? -magnitude : magnitude;
        const near = nearestTerms(value, terms);
        expect(Math.abs(near - value)).toBeLessThanOrEqual((Math.abs(value) / part) * (1 + 1e-12));
        expect(termCount(near * 2 ** 100)).toBeLessThanOrEqual(terms);
      }),
    );
  });

  it('should find no nearer number of two terms', () => {
    const all = Array.from({ length: 4096 }, (_, i) => i).filter((i) => termCount(i) <= 2);
    for (let value = 1; value < 2048; value++) {
      const nearest = Math.min(...all.map((i) => Math.abs(i - value)));
      expect(Math.abs(nearestTerms(value, 2) - value)).toBeLessThanOrEqual(nearest);
    }
  });

  it('should give the smallest that is not below', () => {
    const all = Array.from({ length: 8192 }, (_, i) => i / 2).filter((i) => termCount(2 * i) <= 2);
    for (let value = 1; value < 2048; value++) {
      const got = termsAtLeast(value, 2);
      expect(got).toBeGreaterThanOrEqual(value);
      expect(got).toBeLessThanOrEqual(all.find((i) => i >= value)!);
      expect(termsAtLeast(value, 1)).toBe(2 ** Math.ceil(Math.log2(value)));
      expect(termsAtLeast(value, Infinity)).toBe(value);
    }
  });
});
