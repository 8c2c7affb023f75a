// SPDX-License-Identifier: Apache-2.0
// A real line through the sums, code = slope acc + offset, as integers:
// floor((acc mul + add) / 2^shift). The largest shift that the limits of `mul`
// and `add` allow is taken, so that the slope uses all 15 bits of its magnitude.

import { FOLD_LIMITS } from '../network/index.ts';

/** Integers of one filter's fold; `add` holds the rounding half. */
export interface Fold {
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
}

/** Largest magnitude of `mul`: the same for both signs. */
export const maxMul: number = 2 ** (FOLD_LIMITS.mulBits - 1) - 1;
/** Largest `add`; the smallest is -(maxAdd + 1). */
export const maxAdd: number = 2 ** (FOLD_LIMITS.addBits - 1) - 1;

/**
 * Finds the integers for a line.
 *
 * A slope of zero, or one too small for any shift, gives a dead channel: `mul` 0, and the offset's code always.
 * A slope steeper than 32767 codes a unit, or an offset beyond the limits, saturates.
 * @param slope codes for each unit of the sum; may be negative
 * @param offset code of a sum of zero, in fractions of a code
 * @throws {RangeError} when a number is not finite.
 */
export function foldLine(slope: number, offset: number): Fold {
  if (!Number.isFinite(slope) || !Number.isFinite(offset)) {
    throw new RangeError(`Expected a finite slope and offset, but received ${slope} and ${offset}.`);
  }
  for (let shift: number = FOLD_LIMITS.maxShift; shift > 0; shift--) {
    const mul = Math.round(slope * 2 ** shift);
    const add = Math.round(offset * 2 ** shift) + 2 ** (shift - 1);
    if (Math.abs(mul) <= maxMul && Math.abs(add) <= maxAdd) return mul === 0 ? dead(offset) : { mul, add, shift };
  }
  const mul = clamp(Math.round(slope), -maxMul, maxMul);
  return mul === 0 ? dead(offset) : { mul, add: saturatedOffset(offset), shift: 0 };
}

function dead(offset: number): Fold {
  return { mul: 0, add: saturatedOffset(offset), shift: 0 };
}

function saturatedOffset(offset: number): number {
  return clamp(Math.round(offset), -maxAdd - 1, maxAdd);
}

/** `value`, or the nearer limit when it lies outside. */
export function clamp(value: number, low: number, high: number): number {
  // Adding 0 turns -0, which rounding makes, into 0.
  return Math.min(Math.max(value, low), high) + 0;
}
