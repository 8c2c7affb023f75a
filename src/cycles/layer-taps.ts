// SPDX-License-Identifier: Apache-2.0
// What a layer, or a part of it, takes for its taps: in closed form where none is skipped. Cells of minima that could skip
// some then wait for the first window's flags and no more, as each window has a tap for each clock in which another is
// looked at.

import {
  type Configuration,
  type LayerPlan,
  type RowRange,
  tileInterval,
  tilesOf,
  wholeRows,
} from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCycles, LayerEvents } from './counters.ts';
import { skipsTaps } from './skipped-taps.ts';
import { LOOK } from './tap-queue.ts';
import { mapReads } from './taps-on-map.ts';
import { recordWindows } from './tap-windows.ts';

/** When tiles are summed: sums of the tiles up to one and with it. */
export interface TileTimes {
  /** Clock after the tile's last tap, from the first in which the layer streams. */
  readonly end: (tile: number) => number;
  /** Clocks in which taps are issued. */
  readonly stream: (tile: number) => number;
  /** Clocks waited for sums to leave. */
  readonly drain: (tile: number) => number;
}

/** What a record takes of one batch where taps are skipped. */
export interface LayerTaps {
  readonly cycles: Pick<LayerCycles, 'stream' | 'drain' | 'scan'>;
  /** For one image. */
  readonly events: Pick<LayerEvents, 'sads' | 'activationReads' | 'weightReads' | 'flagReads'>;
  /** Made when asked for. */
  readonly times: () => TileTimes;
}

/** What the taps of a layer are, besides its plan. */
export interface TapPlace {
  /** Lanes in use, summed over the weights' planes; see `WeightUse`. @defaultValue every weight's in each plane, the most */
  readonly lanes?: number | undefined;
  /** Rows of the layer's map that are computed. @defaultValue all */
  readonly rows?: RowRange;
  /** Windows of taps that cells of minima look at. @defaultValue of all rows of a map at address 0 */
  readonly windows?: number | undefined;
}

/** Windows of a layer whose map begins at address 0. */
function layerWindows(plan: LayerPlan): number {
  const { layer } = plan;
  return recordWindows({ plan, firstTile: 0, firstGroup: 0, rows: wholeRows(layer) }, layer.input.channels, 0);
}

/** What a layer takes for its taps if it issues each. */
export function everyTap(
  plan: LayerPlan,
  configuration: Pick<Configuration, 'rows' | 'columns' | 'serialFold' | 'cell' | 'tapsPerClock'>,
  { rows = wholeRows(plan.layer).output, lanes, windows }: TapPlace = {},
): LayerTaps {
  const { layer, columns, taps, tileClocks, planes, filterTiles, sumColumns } = plan;
  const { filters, groups, pool } = layer;
  const { taps: ownTaps } = layerGeometry(layer);
  const looks = skipsTaps(configuration, 'output');
  const tiles = tilesOf(plan, rows);
  const stream = tiles * tileClocks;
  const wait = Math.max(0, tileInterval(configuration) - tileClocks);
  const scan = looks ? LOOK : 0;
  const pixels = (rows.to - rows.from) * (columns.to - columns.from) * pool * pool;
  return {
    cycles: { stream, drain: (tiles - 1) * wait, scan },
    events: {
      sads: pixels * ((lanes ?? filters * ownTaps * planes) + (sumColumns ? groups * ownTaps : 0)),
      activationReads: mapReads(plan, rows) * filterTiles * groups * planes,
      weightReads: tiles * taps,
      flagReads: looks ? (windows ?? layerWindows(plan)) : 0,
    },
    times: () => ({
      end: (tile) => scan + (tile + 1) * tileClocks + tile * wait,
      stream: (tile) => (tile + 1) * tileClocks,
      drain: (tile) => tile * wait,
    }),
  };
}
