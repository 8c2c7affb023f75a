// SPDX-License-Identifier: Apache-2.0
// Numbers that are sums of few signed powers of two: products by them need shifts and adds, but no multiplier.

/** Powers of two that a number may be the sum of; Infinity for any number. */
export type Terms = 1 | 2 | typeof Infinity;

/**
 * The number of at most `terms` signed powers of two nearest to `value`, on a linear axis.
 *
 * Two terms are never more than 1/11 of the value away, one never more than 1/3; of two equally near the smaller
 * magnitude is taken.
 */
export function nearestTerms(value: number, terms: Terms): number {
  if (terms === Infinity || value === 0) return value + 0;
  const magnitude = Math.abs(value);
  const below = 2 ** Math.floor(Math.log2(magnitude));
  // 1, then 2 - 1/2^k and 1 + 1/2^k; the nearest to a mantissa from 1 to 2.
  let best = nearer(magnitude, below, 2 * below);
  for (let k = 1; terms === 2 && k <= 52; k++) {
    best = nearer(magnitude, best, below * (1 + 2 ** -k));
    best = nearer(magnitude, best, below * (2 - 2 ** -k));
  }
  return Math.sign(value) * best;
}

/** The smallest number of at most `terms` powers of two that is not below a positive `value`. */
export function termsAtLeast(value: number, terms: Terms): number {
  if (terms === Infinity) return value;
  const below = 2 ** Math.floor(Math.log2(value));
  let best = below === value ? below : 2 * below;
  for (let k = 1; terms === 2 && k <= 52; k++) {
    for (const candidate of [below * (1 + 2 ** -k), below * (2 - 2 ** -k)]) {
      if (candidate >= value && candidate < best) best = candidate;
    }
  }
  return best;
}

function nearer(value: number, left: number, right: number): number {
  const [a, b] = [Math.abs(value - left), Math.abs(value - right)];
  return a < b || (a === b && left < right) ? left : right;
}
