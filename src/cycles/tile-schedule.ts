// SPDX-License-Identifier: Apache-2.0
// When each tile of a layer is summed, and when its words are written, counted from the layer's first clock.
//
// The sequencer issues a tap a clock, but for those that cells of minima skip. A tile with fewer taps than columns waits
// before its last tap, so that tiles end an interval apart (drain). The last tap's sums leave column by column, the highest first, and column 0's word is
// written with the last clock of the flush: what holds for the last tile holds for each, so many clocks after its last
// tap. Only the tile that ends a pooling window, with the last plane of its last pixel, writes words: one a clock, but for
// a clock before each pixel's where a column sums its activations, and a column's in as many clocks as the array has rows
// where rows are folded one by one.
//
// Tiles follow each other as the loop nest has them: planes, pixels of a window, windows, tiles of filters, groups.

import {
  columnClocks,
  type Configuration,
  type LayerPlan,
  type RowRange,
  tilesOf,
  wholeRows,
} from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCycles } from './counters.ts';
import { layerCounters, type LayerPlace } from './layer-cycles.ts';
import { everyTap, type TileTimes } from './layer-taps.ts';

/** The tiles of a layer, or of a part of it that is run by itself, for one batch. */
export interface TileSchedule {
  readonly plan: LayerPlan;
  readonly part: LayerPart;
  readonly cycles: LayerCycles;
  readonly tiles: number;
  readonly times: TileTimes;
  /** Tiles from one window to the next: pixels of a pooling window, times planes. */
  readonly windowTiles: number;
  /** Windows of one tile of filters; packed ones count once. */
  readonly windows: number;
  /** Clocks from one column's word to the next one's. */
  readonly columnClocks: number;
}

/** What a plan is a part of. */
export interface LayerPart {
  readonly whole: LayerPlan;
  /** First tile of filters in each of its groups, and first group. */
  readonly firstTile: number;
  readonly firstGroup: number;
  /** Rows of the layer's map. */
  readonly rows: RowRange;
}

/** Where a tile belongs. */
export interface TilePlace {
  /** The first of its convolved pixels; the packed ones are `poolStride` to the right of each other. */
  readonly y: number;
  readonly x: number;
  /** The first of its filters. */
  readonly filter: number;
  /** Bit of the weights, from the highest on. */
  readonly plane: number;
}

/** The schedule of a layer, or of a part of one. */
export function tileSchedule(
  plan: LayerPlan,
  configuration: Configuration,
  {
    whole = plan,
    firstTile = 0,
    firstGroup = 0,
    rows = wholeRows(plan.layer).output,
    ...place
  }: LayerPlace & Partial<LayerPart> = {},
): TileSchedule {
  const { layer, planes, windowColumns } = plan;
  const taps = place.taps ?? everyTap(plan, configuration, { ...place, rows });
  const { cycles } = layerCounters(plan, configuration, 1, { ...place, rows, taps });
  const windowTiles = layer.pool * layer.pool * planes;
  const windows = windowColumns * (rows.to - rows.from);
  const tiles = tilesOf(plan, rows);
  const part = { whole, firstTile, firstGroup, rows };
  return {
    plan,
    part,
    cycles,
    tiles,
    times: taps.times(),
    windowTiles,
    windows,
    columnClocks: columnClocks(configuration),
  };
}

/** Clock after the last tap of a tile. */
export function tileEnd({ cycles, times }: TileSchedule, tile: number): number {
  return cycles.setup + times.end(tile);
}

/** Windows that end before a tile begins. */
function windowsBefore({ windowTiles }: TileSchedule, tile: number): number {
  return Math.floor(tile / windowTiles);
}

/** Words of one window: one for each pixel that is packed and filter of the tile. */
function windowWords({ plan, windows }: TileSchedule, window: number): number {
  const { packed, tileFilters, lastFilters, filterTiles } = plan;
  const last = Math.floor(window / windows) % filterTiles === filterTiles - 1;
  return packed * (last ? lastFilters : tileFilters);
}

/** Words that a tile writes: one a column in use if it ends its window, else none. */
function tileWords(schedule: TileSchedule, tile: number): number {
  const window = windowsBefore(schedule, tile);
  return windowsBefore(schedule, tile + 1) > window ? windowWords(schedule, window) : 0;
}

/** Words that the tiles before one write. */
export function wordsBefore(schedule: TileSchedule, tile: number): number {
  const { plan, windows } = schedule;
  const { packed, tileFilters, filterTiles, layer } = plan;
  const window = windowsBefore(schedule, tile);
  const set = Math.floor(window / windows);
  const group = Math.floor(set / filterTiles);
  const filters = group * (layer.filters / layer.groups) + (set % filterTiles) * tileFilters;
  const rest = window - set * windows;
  return packed * windows * filters + (rest > 0 ? rest * windowWords(schedule, window) : 0);
}

/**
 * Clocks in which a tile's words are written without one between them: for each such run the first, and the one after the
 * last. There is none where it writes none.
 */
export function writesOf(schedule: TileSchedule, tile: number): (readonly [from: number, to: number])[] {
  const { packed, sumColumns } = schedule.plan;
  const words = tileWords(schedule, tile);
  if (words === 0) return [];
  const end = tileEnd(schedule, tile) + schedule.cycles.flush;
  if (schedule.columnClocks > 1) {
    return Array.from({ length: words }, (_, word) => {
      const to = end - (words - 1 - word) * schedule.columnClocks;
      return [to - 1, to];
    });
  }
  if (!sumColumns) return [[end - words, end]];
  const filters = words / packed;
  return Array.from({ length: packed }, (_, pixel) => {
    const to = end - (packed - 1 - pixel) * (filters + 1);
    return [to - filters, to];
  });
}

/** Clocks in which tiles are written, from the first on. */
export function* tileWrites(schedule: TileSchedule): Generator<readonly [first: number, next: number]> {
  for (let tile = schedule.windowTiles - 1; tile < schedule.tiles; tile += schedule.windowTiles) {
    yield* writesOf(schedule, tile);
  }
}

/** The last tile up to one that writes words; -1 when there is none. */
export function lastWriting({ windowTiles }: TileSchedule, tile: number): number {
  return Math.floor((tile + 1) / windowTiles) * windowTiles - 1;
}

/** What a tile sums. */
export function tilePlace({ plan, part, windowTiles, windows }: TileSchedule, tile: number): TilePlace {
  const { layer, columns, planes, packed, windowColumns, tileFilters, filterTiles } = plan;
  const { pool, poolStride, poolPadding } = layer;
  const { filters, groups } = part.whole.layer;
  const pixel = Math.floor((tile % windowTiles) / planes);
  const window = Math.floor(tile / windowTiles) % windows;
  const set = Math.floor(tile / windowTiles / windows);
  return {
    y: (part.rows.from + Math.floor(window / windowColumns)) * poolStride + Math.floor(pixel / pool) - poolPadding,
    x: (columns.from + (window % windowColumns) * packed) * poolStride + (pixel % pool) - poolPadding,
    filter:
      (part.firstGroup + Math.floor(set / filterTiles)) * (filters / groups) +
      (part.firstTile + (set % filterTiles)) * tileFilters,
    plane: tile % planes,
  };
}

/** A word that a tile writes. */
export interface WrittenWord {
  /** Its position in the layer's map. */
  readonly element: number;
  readonly clock: number;
}

/** The words that a tile which ends a window writes, in the order in which they are written. */
export function writtenWords(schedule: TileSchedule, tile: number): WrittenWord[] {
  const { plan, part, windowTiles, windows } = schedule;
  const { columns, packed, windowColumns } = plan;
  const { layer } = part.whole;
  const { output } = layerGeometry(layer);
  const { filter } = tilePlace(schedule, tile);
  const words = tileWords(schedule, tile);
  const filtersOfTile = words / packed;
  const window = Math.floor(tile / windowTiles) % windows;
  const first =
    (part.rows.from + Math.floor(window / windowColumns)) * output.width +
    columns.from +
    (window % windowColumns) * packed;
  const clocks = writesOf(schedule, tile).flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  // The last pixel's last filter leaves first.
  return clocks.map((clock, index) => {
    const word = words - 1 - index;
    const pixel = first + Math.floor(word / filtersOfTile);
    return { element: pixel * layer.filters + filter + (word % filtersOfTile), clock };
  });
}
