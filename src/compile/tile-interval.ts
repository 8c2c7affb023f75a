// SPDX-License-Identifier: Apache-2.0
// How soon tiles may follow each other: the sums of one have to leave before those of the next do.

import type { Configuration } from './configuration.ts';

/** What the clocks around taps depend on. */
export type ArrayTiming = Pick<
  Configuration,
  'rows' | 'columns' | 'serialFold' | 'pipelined' | 'reach' | 'tapsPerClock' | 'foldClocks'
>;

/** Blocks of rows and of columns between which operands pass registers, the last of which may be smaller. */
export function blocksOf({ rows, columns, reach = 1 }: Pick<ArrayTiming, 'rows' | 'columns' | 'reach'>): {
  readonly down: number;
  readonly across: number;
} {
  return { down: Math.ceil(rows / reach), across: Math.ceil(columns / reach) };
}

/** Clocks in which a column's sums leave the array. */
export function columnClocks({ rows, serialFold = 0 }: ArrayTiming): number {
  return serialFold === 1 ? rows : 1;
}

/** The fewest clocks between the ends of two tiles, in which the sums of the first leave. */
export function tileInterval(array: ArrayTiming): number {
  return Math.max(array.columns * columnClocks(array), 2);
}
