// SPDX-License-Identifier: Apache-2.0
// How long a batch may take before it is taken for one that hangs.

import {
  type CompiledNetwork,
  foldInterval,
  foldsOf,
  isHeld,
  isTurn,
  pixelsOf,
  type RowRange,
  type StationaryPlan,
  tileInterval,
  tilesOf,
  turnTiles,
} from '../compile/index.ts';

/** Clocks of a record's folds. */
function foldClocks(plan: StationaryPlan, rows: RowRange): number {
  return foldsOf(plan) * Math.max(pixelsOf(plan, rows), foldInterval(plan.lanes));
}

/**
 * Clocks after which a batch hangs: more than twice what the closed form would say.
 * @param holds clocks in which taps are held back
 */
export function cycleLimit({ records, configuration, segments, weightParts }: CompiledNetwork, holds: number): number {
  const clocks = records.map(({ plan, rows }) => {
    if (isHeld(plan)) return foldClocks(plan, rows.output);
    return (
      (isTurn(plan) ? turnTiles(plan) : tilesOf(plan, rows.output)) * (plan.tileClocks + tileInterval(configuration))
    );
  });
  const loads = segments.map(({ weights }) => weights.length / weightParts);
  return 10_000 + holds + 2 * [...clocks, ...loads].reduce((total, count) => total + count, 0);
}
