// SPDX-License-Identifier: Apache-2.0
// When each block of a map that is turned is read, and when its words are written, counted from the record's first clock.
//
// A tile is a block of one pixel. It takes a tap a clock, ends at least an interval after the tile before it, and its words
// are written one a clock, the last of them with the end of a flush after its last tap: as those of any tile are.

import {
  channelLanes,
  type Configuration,
  flushCycles,
  tileInterval,
  type TurnPlan,
  turnTiles,
  turnWords,
} from '../compile/index.ts';
import type { LayerCounters, LayerCycles } from './counters.ts';
import type { LayerPlace } from './layer-cycles.ts';

/** The tiles of a map that is turned, or of some of its blocks. */
export interface TurnSchedule {
  readonly plan: TurnPlan;
  /** First of each pixel's blocks. */
  readonly firstBlock: number;
  readonly tiles: number;
  /** Clocks from a tile's end to the next one's. */
  readonly interval: number;
  readonly cycles: LayerCycles;
}

/** Counters of a record. */
export function turnCounters(
  plan: TurnPlan,
  configuration: Configuration,
  { setup = 0, last = false }: Pick<LayerPlace, 'setup' | 'last'>,
): LayerCounters {
  const { taps } = plan;
  const tiles = turnTiles(plan);
  const stream = tiles * taps;
  const drain = (tiles - 1) * Math.max(0, tileInterval(configuration) - taps);
  const flush = flushCycles(configuration);
  const words = tiles * turnWords(plan);
  return {
    cycles: { setup, load: 0, stream, drain, scan: 0, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: stream * channelLanes(configuration),
      activationReads: stream,
      weightReads: 0,
      shortcutReads: 0,
      partialReads: 0,
      poolReads: 0,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: words,
      flagReads: 0,
    },
  };
}

/** The schedule of a record. */
export function turnSchedule(
  plan: TurnPlan,
  configuration: Configuration,
  { firstTile = 0, ...place }: Pick<LayerPlace, 'setup' | 'last'> & { readonly firstTile?: number },
): TurnSchedule {
  return {
    plan,
    firstBlock: firstTile,
    tiles: turnTiles(plan),
    interval: Math.max(plan.taps, tileInterval(configuration)),
    cycles: turnCounters(plan, configuration, place).cycles,
  };
}

/** Clock after the last tap of a tile. */
export function turnEnd({ cycles, plan, interval }: TurnSchedule, tile: number): number {
  return cycles.setup + plan.taps + tile * interval;
}

/** Clock after the one in which the last word of a tile is written. */
export function turnWritten(schedule: TurnSchedule, tile: number): number {
  return turnEnd(schedule, tile) + schedule.cycles.flush;
}

/** Clocks in which words are written, tile by tile. */
export function* turnWrites(schedule: TurnSchedule): Generator<readonly [first: number, next: number]> {
  const words = turnWords(schedule.plan);
  for (let tile = 0; tile < schedule.tiles; tile++) {
    const next = turnWritten(schedule, tile);
    yield [next - words, next];
  }
}
