// SPDX-License-Identifier: Apache-2.0
// The integer fold of a real line: how near it is, and what happens at the limits.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOLD_LIMITS } from '../../src/network/index.ts';
import { type Fold, foldLine, maxAdd, maxMul } from '../../src/quantize/fold.ts';

/** The fold before clamping, in exact integers. */
function apply({ mul, add, shift }: Fold, sum: number): number {
  return Number((BigInt(sum) * BigInt(mul) + BigInt(add)) >> BigInt(shift));
}

const usualSlopes = fc
  .tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -14, max: 3 }), fc.boolean())
  .map(([mantissa, exponent, negative]) => (negative ? -1 : 1) * mantissa * 2 ** exponent);

describe('fold', () => {
  it('should be within 3/4 of a code of the line wherever the line is within the codes', () => {
    fc.assert(
      fc.property(usualSlopes, fc.nat(102_000), fc.double({ min: 0, max: 255, noNaN: true }), (slope, sum, code) => {
        // A line that passes `code` at `sum`.
        const fold = foldLine(slope, code - slope * sum);
        expect(Math.abs(apply(fold, sum) - code)).toBeLessThanOrEqual(
          0.5 + Math.abs(sum * slope) * 2 ** -14 + 2 ** -10,
        );
      }),
    );
  });

  it('should keep to the limits, and leave no bit of the slope unused', () => {
    const any = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(usualSlopes, any), any, (slope, offset) => {
        const { mul, add, shift } = foldLine(slope, offset);
        expect([mul, add, shift].every(Number.isInteger)).toBe(true);
        expect(Math.abs(mul)).toBeLessThanOrEqual(maxMul);
        expect(add).toBeLessThanOrEqual(maxAdd);
        expect(add).toBeGreaterThanOrEqual(-maxAdd - 1);
        expect(shift).toBeLessThanOrEqual(FOLD_LIMITS.maxShift);
        const doubled = Math.abs(Math.round(offset * 2 ** (shift + 1)) + 2 ** shift);
        if (mul !== 0 && shift < FOLD_LIMITS.maxShift && doubled <= maxAdd) {
          expect(Math.abs(mul)).toBeGreaterThanOrEqual(2 ** 14 - 1);
        }
      }),
    );
  });

  it.each([
    ['a slope of 1', 1, 0, { mul: 16384, add: 8192, shift: 14 }],
    ['a negative slope', -0.5, 100, { mul: -16384, add: 3276800 + 16384, shift: 15 }],
    ['a dead channel', 0, 17.4, { mul: 0, add: 17, shift: 0 }],
    ['a dead channel below the codes', -0, -3.5, { mul: 0, add: -3, shift: 0 }],
    ['a slope too small for any shift', 2 ** -60, 12, { mul: 0, add: 12, shift: 0 }],
    ['an offset that takes bits from the shift', 1 / 1024, 2 ** 20, { mul: 256, add: 2 ** 38 + 2 ** 17, shift: 18 }],
    ['a slope beyond the limits', -1e6, 5, { mul: -32767, add: 5, shift: 0 }],
    ['an offset beyond the limits', 1, 1e15, { mul: 1, add: 2 ** 39 - 1, shift: 0 }],
    ['an offset below the limits', 1, -1e15, { mul: 1, add: -(2 ** 39), shift: 0 }],
  ])('should fold %s', (_, slope, offset, expected) => {
    expect(foldLine(slope, offset)).toEqual(expected);
  });

  it('should refuse what is not finite', () => {
    expect(() => foldLine(NaN, 0)).toThrow('Expected a finite slope and offset, but received NaN and 0.');
    expect(() => foldLine(1, Infinity)).toThrow('Expected a finite slope and offset, but received 1 and Infinity.');
  });
});
