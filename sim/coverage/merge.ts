// SPDX-License-Identifier: Apache-2.0
// Several runs -> one: counts of the same point in the same instance are added.

import { placeOf, type CoveragePoint } from './point.ts';

/**
 * Adds runs. A point that only some runs have, because they ran another design, is kept.
 * @example
 * const all = mergeCoverage([parseCoverage(first), parseCoverage(second)]);
 */
export function mergeCoverage(runs: readonly (readonly CoveragePoint[])[]): CoveragePoint[] {
  const merged = new Map<string, CoveragePoint>();
  for (const point of runs.flat()) {
    const key = JSON.stringify([placeOf(point), point.module, point.hierarchy]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? point : { ...known, count: known.count + point.count });
  }
  return [...merged.values()];
}
