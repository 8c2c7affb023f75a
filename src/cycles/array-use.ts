// SPDX-License-Identifier: Apache-2.0
// How a layer uses the array: what a tile holds, what bounds it, and what the cells do that do not add.

import { type Configuration, type LayerPlan, mostTaps, pixelColumns } from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import { batchesOf } from './run-batches.ts';
import { countedParts, tapsOf } from './skipped-taps.ts';

/**
 * Clocks of cells, of all rows and columns in all clocks of a layer, by what the cell did; sums to `cells`. Of a cell that
 * takes several taps in a clock each clock counts as often, once for each tap.
 */
export interface CellClocks {
  readonly cells: number;
  /** Added an absolute difference, or with cells of minima an activation for its pixel's sum of them; null, with `masked`, where the weights are not known. */
  readonly used: number | null;
  /** In a row without an image. */
  readonly rows: number;
  /** In a column without a filter. */
  readonly columns: number;
  /** Skipped a tap: it is another packed pixel's, or a bit of its weight that is 0. */
  readonly masked: number | null;
  /** Took fewer taps than it can in a clock, the last of a run of the innermost loop; 0 where it takes one. */
  readonly leftOver: number;
  /** Waited for a tap that is not 0 to be found, with cells of minima. */
  readonly scanning: number;
  /** No tap was there: setup, load, drain, flush. */
  readonly waiting: number;
}

/** How a layer lies on the array. */
export interface ArrayUse {
  /** Output pixels side by side in a tile. */
  readonly packed: number;
  /** The same of the last tile of a row, its taps and clocks, where that is a part of its own; else null. */
  readonly rest: Pick<ArrayUse, 'packed' | 'taps' | 'tileClocks'> | null;
  /** Passes over the taps, one a bit of the weights; 1 where cells add. */
  readonly planes: number;
  readonly tiles: number;
  /** Taps of a tile, and the clocks that they take: as many where a cell takes one in a clock. */
  readonly taps: number;
  readonly tileClocks: number;
  /** Columns that a tile uses, also for sums of activations, and that the last tile of a group uses. */
  readonly columns: number;
  readonly lastColumns: number;
  /**
   * What it waits for: `array` the taps, as many a clock as a cell takes; `bandwidth` the sums of the tile before, which
   * leave at one column a clock and take longer than the taps, or the weights that the host loads anew for each batch.
   */
  readonly bound: 'array' | 'bandwidth';
  readonly clocks: CellClocks;
}

/**
 * Clocks that a layer takes if tiles of rows x columns sums follow each other with as many taps a clock as a cell takes, P:
 * ceil(M / R) ceil(N / C) ceil(K / P) for M pixels of all images, N filters and K taps, for each group. No pixel is packed
 * in it.
 */
export function tiledCycles(
  { layer }: Pick<LayerPlan, 'layer'>,
  { rows, columns, tapsPerClock = 1 }: Configuration,
  images: number,
): number {
  const { pooled, taps } = layerGeometry(layer);
  const { filters, groups } = layer;
  const tiles = Math.ceil((images * pooled.height * pooled.width) / rows) * Math.ceil(filters / groups / columns);
  return tiles * Math.ceil(taps / tapsPerClock) * groups;
}

/**
 * What the array does during a layer.
 * @param counters of the layer over all batches of so many images
 * @param known whether the counters' absolute differences are, or the most there may be
 */
export function arrayUse(
  plan: LayerPlan,
  configuration: Configuration,
  images: number,
  { cycles, events }: LayerCounters,
  known: boolean,
): ArrayUse {
  const { rows, columns } = configuration;
  const { layer, rest, packed, planes, taps, tileClocks, tileFilters, lastFilters } = plan;
  const most = mostTaps(configuration);
  const batches = batchesOf(images, configuration);
  // A word of weights is read for each tap that is issued.
  const issued = events.weightReads / batches;
  // Columns of an average tap: those of a part's average tile are filters of a group over its tiles; with sums of
  // activations there is one tile. Exact but where cells of minima multiply, whose tiles issue as many taps as their
  // weights have, or skip taps of parts: a mean there, and at least those in use.
  const parts = countedParts(plan, events);
  const inTaps = parts.reduce((sum, { part, tiles }) => {
    const perTile = (part.packed * pixelColumns(part, layer.filters / layer.groups)) / part.filterTiles;
    return sum + perTile * tiles * part.taps;
  }, 0);
  const used = known ? events.sads : null;
  const inColumns = Math.max((images * issued * inTaps) / tapsOf(parts), used ?? 0);
  return {
    packed,
    rest: rest && { packed: rest.packed, taps: rest.taps, tileClocks: rest.tileClocks },
    planes,
    tiles: parts.reduce((sum, { tiles }) => sum + tiles, 0) / batches,
    taps,
    tileClocks,
    columns: packed * pixelColumns(plan, tileFilters),
    lastColumns: packed * pixelColumns(plan, lastFilters),
    bound: cycles.drain > 0 || cycles.load > 0 ? 'bandwidth' : 'array',
    clocks: {
      cells: most * cycles.total,
      used,
      rows: (batches * rows - images) * columns * issued,
      columns: images * columns * issued - inColumns,
      masked: used === null ? null : inColumns - used,
      leftOver: most * cycles.stream - rows * columns * events.weightReads,
      scanning: most * cycles.scan,
      waiting: most * (cycles.total - cycles.stream - cycles.scan),
    },
  };
}
