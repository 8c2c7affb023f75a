// SPDX-License-Identifier: Apache-2.0
// The integer fold of a real line: how near it is, and what happens at the limits.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOLD_LIMITS } from '../../src/network/index.ts';
import { type Fold, foldPlane, maxAdd, maxMul, maxShortcutMul } from '../../src/quantize/fold.ts';

interface Integers {
  readonly mul: number;
  readonly shortcutMul?: number;
  readonly add: number;
  readonly shift: number;
}

/** The fold before clamping, in exact integers. */
function apply({ mul, shortcutMul = 0, add, shift }: Integers, sum: number, added = 0): number {
  return Number((BigInt(sum) * BigInt(mul) + BigInt(added) * BigInt(shortcutMul) + BigInt(add)) >> BigInt(shift));
}

const usualSlopes = fc
  .tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -14, max: 3 }), fc.boolean())
  .map(([mantissa, exponent, negative]) => (negative ? -1 : 1) * mantissa * 2 ** exponent);

/** The fold of a line without a shortcut, exact at a sum of zero. */
function foldLine(slope: number, offset: number): Omit<Fold, 'shortcutMul'> {
  const { shortcutMul, ...line } = foldPlane({ slope, value: offset });
  expect(shortcutMul).toBe(0);
  return line;
}

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

  const planes = fc.record({
    slope: usualSlopes,
    shortcut: fc.double({ min: 0.1, max: 10, noNaN: true }),
    value: fc.double({ min: 0, max: 255, noNaN: true }),
    sum: fc.nat(60_000),
    added: fc.nat(255),
  });

  it.each(['any', 'shift-add', 'power-of-two'] as const)(
    'should be exact to half a code at the pivot, whatever becomes of the slopes (%s)',
    (style) => {
      fc.assert(
        fc.property(planes, (plane) => {
          const fold = foldPlane(plane, style);
          expect(Math.abs(apply(fold, plane.sum, plane.added) - plane.value)).toBeLessThanOrEqual(0.5 + 2 ** -9);
          expect(Math.abs(fold.mul)).toBeLessThanOrEqual(maxMul);
          expect(Math.abs(fold.shortcutMul)).toBeLessThanOrEqual(maxShortcutMul);
        }),
      );
    },
  );

  it.each([
    ['any', 2 ** -12],
    ['shift-add', 1 / 11 + 2 ** -10],
    ['power-of-two', 1 / 3],
  ] as const)('should have slopes of the style %s within %f of the plane', (style, part) => {
    fc.assert(
      fc.property(planes, (plane) => {
        const { mul, shortcutMul, shift } = foldPlane(plane, style);
        const near = (got: number, wanted: number): void => {
          // The larger slope has all its bits; the other one is as fine in codes.
          expect(Math.abs(got / 2 ** shift - wanted)).toBeLessThanOrEqual(part * Math.abs(wanted) + 2 ** -(shift + 1));
        };
        near(mul, plane.slope);
        near(shortcutMul, plane.shortcut);
      }),
    );
  });

  it('should use few powers of two where it is asked to', () => {
    expect(foldPlane({ slope: 11.5, value: 0 }, 'shift-add')).toMatchObject({ mul: 12 * 2 ** 11, shift: 11 });
    expect(foldPlane({ slope: -11, value: 0 }, 'power-of-two')).toMatchObject({ mul: -8 * 2 ** 11, shift: 11 });
    expect(foldPlane({ slope: 0, shortcut: 1, value: 3 }, 'any')).toEqual({
      mul: 0,
      shortcutMul: 2 ** 22,
      add: 3 * 2 ** 22 + 2 ** 21,
      shift: 22,
    });
  });

  it('should say that a shortcut is not finite', () => {
    expect(() => foldPlane({ slope: 1, shortcut: Infinity, value: 0 })).toThrow(
      'Expected a finite slope and offset, but received 1 and 0, with Infinity for the shortcut.',
    );
  });
});
