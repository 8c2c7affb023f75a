// SPDX-License-Identifier: Apache-2.0
// When each fold of a layer whose weights are held is summed, and when its words are written, counted from the layer's
// first clock.
//
// The first fold waits until its words of weights are pushed and swapped in. A later one begins when the one before has
// ended, and not before its own words are there: they are pushed as the weights of the one before are swapped in. The
// last fold of a tile of filters writes the tile's words, each a flush after the last pixel of its window.

import {
  type Configuration,
  firstWeights,
  foldInterval,
  outputBlocks,
  pixelsOf,
  type StationaryPlan,
  tileRuns,
  wholeRows,
} from '../compile/index.ts';
import type { LayerCycles } from './counters.ts';
import type { LayerPlace } from './layer-cycles.ts';
import { stationaryCounters } from './stationary-cycles.ts';
import type { LayerPart } from './tile-schedule.ts';

/** The folds of a layer, or of a part of it that is run by itself. */
export interface FoldSchedule {
  readonly plan: StationaryPlan;
  readonly part: LayerPart;
  /** Pixels of a fold. */
  readonly pixels: number;
  readonly cycles: LayerCycles;
}

/** What a fold sums. */
export interface FoldPlace {
  /** Position in the kernel. */
  readonly row: number;
  readonly column: number;
  /** Of channels, in the group. */
  readonly block: number;
  /** Bit of the weights, from the highest on. */
  readonly plane: number;
  /** Of filters, counted through all groups; and where images are around all folds, through all images. */
  readonly tile: number;
}

/** The schedule of a layer, or of a part of one. */
export function foldSchedule(
  plan: StationaryPlan,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  {
    whole = plan,
    firstTile = 0,
    firstGroup = 0,
    rows = wholeRows(plan.layer).output,
    ...place
  }: LayerPlace & Partial<LayerPart> = {},
): FoldSchedule {
  const { cycles } = stationaryCounters(plan, configuration, { ...place, rows });
  return { plan, part: { whole, firstTile, firstGroup, rows }, pixels: pixelsOf(plan, rows), cycles };
}

/** Clock of a fold's first pixel; of the fold after the last, the first in which it could be. */
export function foldStart({ plan, pixels, cycles }: FoldSchedule, fold: number): number {
  const { lanes } = plan;
  return cycles.setup + firstWeights(lanes) + fold * Math.max(pixels, foldInterval(lanes));
}

/** First of the clocks in which a fold's words of weights are pushed, one each. */
export function pushStart(schedule: FoldSchedule, fold: number): number {
  const { lanes } = schedule.plan;
  if (fold === 0) return schedule.cycles.setup;
  return foldStart(schedule, fold - 1) + foldInterval(lanes) - firstWeights(lanes);
}

/** What a fold sums. */
export function foldPlace({ plan }: FoldSchedule, fold: number): FoldPlace {
  const { groupBlocks, kernelColumns, layer, planes, taps } = plan;
  return {
    row: Math.floor(fold / groupBlocks / kernelColumns) % layer.kernelHeight,
    column: Math.floor(fold / groupBlocks) % kernelColumns,
    block: fold % groupBlocks,
    plane: Math.floor(fold / taps) % planes,
    tile: Math.floor(fold / taps / planes),
  };
}

/** The filters of a tile, which are lanes of its words. */
export function tileFilters(
  { plan, part }: FoldSchedule,
  tile: number,
): { readonly first: number; readonly count: number } {
  const { filters, groups } = part.whole.layer;
  const group = part.firstGroup + Math.floor((tile % outputBlocks(plan)) / plan.filterTiles);
  const inGroup = tile % plan.filterTiles;
  return {
    first: group * (filters / groups) + (part.firstTile + inGroup) * plan.tileFilters,
    count: inGroup === plan.filterTiles - 1 ? plan.lastFilters : plan.tileFilters,
  };
}

/** Windows of its rows of the output, each a word of every tile; of all images where folds are of all. */
export function windowsOf({ plan, pixels }: FoldSchedule): number {
  return pixels / plan.layer.pool ** 2;
}

/**
 * The clock in which a word is written.
 * @param tile as {@link FoldPlace} counts them
 * @param window of its rows of the output, row by row, image by image where folds are of all
 */
export function writeOf(schedule: FoldSchedule, tile: number, window: number): number {
  const { plan, cycles } = schedule;
  const { layer, taps, planes } = plan;
  const lastPixel = (window + 1) * layer.pool * layer.pool - 1;
  return foldStart(schedule, (tile + 1) * taps * planes - 1) + lastPixel + cycles.flush;
}

/** Clocks in which a layer writes, from its first on. */
export function* foldWrites(schedule: FoldSchedule): Generator<readonly [first: number, next: number]> {
  const windows = windowsOf(schedule);
  const tiles = tileRuns(schedule.plan);
  for (let tile = 0; tile < tiles; tile++) {
    for (let window = 0; window < windows; window++) {
      const clock = writeOf(schedule, tile, window);
      yield [clock, clock + 1];
    }
  }
}
