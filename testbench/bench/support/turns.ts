// SPDX-License-Identifier: Apache-2.0
// Two things measured in turns. Machines are noisy for longer than a turn takes,
// so what is compared was measured side by side, and the median of the turns'
// ratios counts.

import { median } from './figures.ts';
import type { Timed } from './plain-program.ts';

/** Medians over the turns, but for the least. */
export interface Turns {
  /** Seconds of one turn of ours. */
  readonly ours: number;
  readonly theirs: number;
  /** The shortest turn of ours: what a machine that does nothing else would take. */
  readonly least: number;
  /** Ours by theirs, turn by turn. */
  readonly ratio: number;
}

/** A piece of work that is timed. */
export type Work = () => Timed | Promise<Timed>;

/** Times a call. */
export function timed(work: () => number): Timed {
  const start = performance.now();
  const sum = work();
  return { seconds: (performance.now() - start) / 1000, sum };
}

/**
 * Runs both in turns, after one turn that warms up.
 * @throws {Error} when they compute different sums.
 */
export async function inTurns(turns: number, ours: Work, theirs: Work): Promise<Turns> {
  const rows: (readonly [ours: number, theirs: number])[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const a = await ours();
    const b = await theirs();
    if (a.sum !== b.sum) {
      throw new Error(`Expected both to compute the same, but received ${a.sum} and ${b.sum} in turn ${turn}.`);
    }
    if (turn > 0) rows.push([a.seconds, b.seconds]);
  }
  return {
    ours: median(rows.map(([a]) => a)),
    theirs: median(rows.map(([, b]) => b)),
    least: Math.min(...rows.map(([a]) => a)),
    ratio: median(rows.map(([a, b]) => a / b)),
  };
}
