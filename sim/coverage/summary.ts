// SPDX-License-Identifier: Apache-2.0
// How much was covered, by kind. A place in the source counts once: it is
// covered when any instance reached it.

import { joinInstances, type CoverageKind, type CoveragePoint } from './point.ts';

/** Covered places of one kind. */
export interface CoverageSummary {
  readonly kind: CoverageKind;
  /** Places hit at least once. */
  readonly covered: number;
  readonly total: number;
}

const order: readonly CoverageKind[] = ['line', 'branch', 'expression', 'toggle', 'user', 'other'];

/** Counts covered places; kinds of which there are none are left out. */
export function summarizeCoverage(points: readonly CoveragePoint[]): CoverageSummary[] {
  const places = joinInstances(points);
  return order.flatMap((kind) => {
    const all = places.filter((point) => point.kind === kind);
    if (all.length === 0) return [];
    return [{ kind, covered: all.filter((point) => point.count > 0).length, total: all.length }];
  });
}

/** A summary on one line: `line 7/7 (100 %), toggle 11/12 (91 %)`; percentages are rounded down. */
export function formatCoverage(summaries: readonly CoverageSummary[]): string {
  return summaries
    .map(({ kind, covered, total }) => `${kind} ${covered}/${total} (${Math.floor((100 * covered) / total)} %)`)
    .join(', ');
}
