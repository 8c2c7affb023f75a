// SPDX-License-Identifier: Apache-2.0
// A real plane over the sums and the shortcut's codes, code = slope acc + shortcut s + offset, as integers:
// floor((acc mul + s shortcutMul + add) / 2^shift). The largest shift that the limits allow is taken, so that the
// slope uses all 15 bits of its magnitude.
//
// Where slopes must be few powers of two they are up to 9 % (two terms) or 33 % (one) off. The plane is therefore
// kept exact at a pivot, the mean sum and code, and not at zero, from which sums are far away.

import { FOLD_LIMITS } from '../network/index.ts';
import { nearestTerms, type Terms } from './terms.ts';

/** How a fold's slopes are made: any 16-bit number, two signed powers of two, or one. */
export type FoldStyle = 'any' | 'shift-add' | 'power-of-two';

/** Powers of two in a slope of each style. */
export const styleTerms: Readonly<Record<FoldStyle, Terms>> = { any: Infinity, 'shift-add': 2, 'power-of-two': 1 };

/** A plane, in codes. */
export interface Plane {
  /** Codes for each unit of the sum; may be negative. */
  readonly slope: number;
  /** Codes for each code of the shortcut. @defaultValue 0 */
  readonly shortcut?: number;
  /** Code at the pivot, in fractions of a code. */
  readonly value: number;
  /** Sum at the pivot. @defaultValue 0 */
  readonly sum?: number;
  /** The shortcut's code at the pivot. @defaultValue 0 */
  readonly added?: number;
}

/** Integers of one filter's fold; `add` holds the rounding half. */
export interface Fold {
  readonly mul: number;
  readonly shortcutMul: number;
  readonly add: number;
  readonly shift: number;
}

/** Largest magnitude of `mul`: the same for both signs. */
export const maxMul: number = 2 ** (FOLD_LIMITS.mulBits - 1) - 1;
/** Largest magnitude of `shortcutMul`. */
export const maxShortcutMul: number = 2 ** (FOLD_LIMITS.shortcutMulBits - 1) - 1;
/** Largest `add`; the smallest is -(maxAdd + 1). */
export const maxAdd: number = 2 ** (FOLD_LIMITS.addBits - 1) - 1;

/**
 * Finds the integers for a plane.
 *
 * Slopes of zero, or too small for any shift, give a dead channel: `mul` 0, and the pivot's code always.
 * A slope steeper than 32767 codes a unit, or an offset beyond the limits, saturates.
 * @throws {RangeError} when a number is not finite.
 */
export function foldPlane(plane: Plane, style: FoldStyle = 'any'): Fold {
  const { slope, shortcut = 0, value, sum = 0, added = 0 } = plane;
  if (![slope, shortcut, value, sum, added].every(Number.isFinite)) {
    throw new RangeError(
      `Expected a finite slope and offset, but received ${slope} and ${value}` +
        `${shortcut === 0 ? '' : `, with ${shortcut} for the shortcut`}.`,
    );
  }
  const integer = (real: number): number => Math.round(nearestTerms(real, styleTerms[style])) + 0;
  for (let shift: number = FOLD_LIMITS.maxShift; shift > 0; shift--) {
    const scale = 2 ** shift;
    const [mul, shortcutMul] = [integer(slope * scale), integer(shortcut * scale)];
    if (Math.abs(mul) > maxMul || Math.abs(shortcutMul) > maxShortcutMul) continue;
    const add = Math.round(value * scale - mul * sum - shortcutMul * added) + scale / 2;
    if (add > maxAdd || add < -maxAdd - 1) continue;
    if (mul !== 0 || shortcutMul !== 0) return { mul, shortcutMul, add, shift };
    break;
  }
  const mul = clamp(integer(slope), -maxMul, maxMul);
  const shortcutMul = clamp(integer(shortcut), -maxShortcutMul, maxShortcutMul);
  const add = clamp(Math.round(value - mul * sum - shortcutMul * added), -maxAdd - 1, maxAdd);
  return { mul, shortcutMul, add, shift: 0 };
}

/** `value`, or the nearer limit when it lies outside. */
export function clamp(value: number, low: number, high: number): number {
  // Adding 0 turns -0, which rounding makes, into 0.
  return Math.min(Math.max(value, low), high) + 0;
}
