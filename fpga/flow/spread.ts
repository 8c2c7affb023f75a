// SPDX-License-Identifier: Apache-2.0
// Clocks of several seeds in three figures.

/** Lowest, middle and highest of some clocks. */
export interface Fmax {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Lowest, middle and highest; of an even number, the middle is the mean of two. Undefined of none. */
export function spread(values: readonly number[]): Fmax | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}
