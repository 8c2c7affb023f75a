// SPDX-License-Identifier: Apache-2.0
// When each tile of a layer is summed, and when its words are written, counted from the layer's first clock.
//
// The sequencer issues a tap a clock. A tile with fewer taps than columns waits before its last tap, so that tiles end
// an interval apart (drain). The last tap's sums leave column by column, the highest first, and column 0's word is
// written with the last clock of the flush: what holds for the last tile holds for each, so many clocks after its last tap.

import { type Configuration, filterTiles } from '../compile/index.ts';
import { type Layer, layerGeometry } from '../network/index.ts';
import type { LayerCycles } from './counters.ts';
import { layerCounters } from './layer-cycles.ts';

/** The tiles of a layer for one batch. */
export interface TileSchedule {
  readonly layer: Layer;
  readonly cycles: LayerCycles;
  readonly tiles: number;
  /** Clocks in which a tile is streamed. */
  readonly taps: number;
  /** Clocks that every tile but the first waits. */
  readonly wait: number;
  /** Tiles of one tile of filters: pixels of the convolved map that pooling reaches. */
  readonly pixels: number;
  /** Columns in use by all tiles of filters but the last, and by the last. */
  readonly columns: number;
  readonly lastColumns: number;
}

/** The schedule of a layer. */
export function tileSchedule(layer: Layer, configuration: Configuration): TileSchedule {
  const { columns } = configuration;
  const { pooled, taps } = layerGeometry(layer);
  const { cycles } = layerCounters(layer, configuration, 1);
  const pixels = pooled.height * pooled.width;
  const filters = filterTiles(layer.filters, columns);
  const tiles = pixels * filters;
  return {
    layer,
    cycles,
    tiles,
    taps,
    wait: tiles > 1 ? cycles.drain / (tiles - 1) : 0,
    pixels,
    columns,
    lastColumns: layer.filters - (filters - 1) * columns,
  };
}

/** Clock after the last tap of a tile. */
export function tileEnd({ cycles, taps, wait }: TileSchedule, tile: number): number {
  return cycles.setup + (tile + 1) * taps + tile * wait;
}

/** Words that a tile writes: one a column in use. */
export function tileWords({ pixels, tiles, columns, lastColumns }: TileSchedule, tile: number): number {
  return tile >= tiles - pixels ? lastColumns : columns;
}

/** Words that the tiles before one write. */
export function wordsBefore(schedule: TileSchedule, tile: number): number {
  const whole = Math.min(tile, schedule.tiles - schedule.pixels);
  return whole * schedule.columns + (tile - whole) * schedule.lastColumns;
}

/** First clock in which a tile's words are written, and the clock after the last. */
export function writesOf(schedule: TileSchedule, tile: number): readonly [from: number, to: number] {
  const to = tileEnd(schedule, tile) + schedule.cycles.flush;
  return [to - tileWords(schedule, tile), to];
}

/** What a tile sums: the convolved pixel and the first filter. Pixels of a pooling window follow each other. */
export function tilePlace(
  { layer, pixels, columns }: TileSchedule,
  tile: number,
): { y: number; x: number; filter: number } {
  const { pool } = layer;
  const { output } = layerGeometry(layer);
  const pixel = tile % pixels;
  const inWindow = pixel % (pool * pool);
  const window = Math.floor(pixel / (pool * pool));
  return {
    y: Math.floor(window / output.width) * pool + Math.floor(inWindow / pool),
    x: (window % output.width) * pool + (inWindow % pool),
    filter: Math.floor(tile / pixels) * columns,
  };
}
