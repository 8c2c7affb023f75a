// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer whose weights are held: what the RTL counts for one image, or for some that one record is of,
// without running it.
//
// A layer is folds of `pixels` clocks: for each image or group, tile of filters, plane of the weights' bits, kernel
// position and block of channels; or of the pixels of all images. The first fold waits for its weights; each later one begins when the one before has ended, and not
// before its weights are there.

import {
  type Configuration,
  foldsOf,
  foldWaits,
  heldFlushCycles,
  outputBlocks,
  pixelsOf,
  setupAfter,
  type StationaryPlan,
  wholeRows,
} from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import type { LayerPlace } from './layer-cycles.ts';
import { blockReads, pixelsOnMap } from './taps-on-map.ts';

/** Counters of one layer, or of rows of it, for its plan's images without holds. */
export function stationaryCounters(
  plan: StationaryPlan,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  { first = false, last = false, lanes: weightLanes, rows = wholeRows(plan.layer).output, ...place }: LayerPlace = {},
): LayerCounters {
  const { layer, lanes, planes, taps, images } = plan;
  const [folds, tiles, pixels] = [foldsOf(plan), outputBlocks(plan), pixelsOf(plan, rows)];
  const { filters, shortcut, pool } = layer;
  const { output, taps: ownTaps } = layerGeometry(layer);
  const flush = heldFlushCycles(configuration);
  const { setup = setupAfter(first ? 0 : flush) } = place;
  const stream = folds * pixels;
  const drain = foldWaits(plan, pixels);
  const windows = (rows.to - rows.from) * output.width * images;
  const words = windows * tiles;
  const sums = words * pool * pool;
  return {
    cycles: { setup, load: 0, stream, drain, scan: 0, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: windows * pool * pool * (weightLanes ?? filters * ownTaps * planes),
      activationReads: blockReads(plan, rows) * tiles * planes * images,
      weightReads: folds * lanes,
      shortcutReads: shortcut === null ? 0 : pixelsOnMap(plan, rows) * tiles * images,
      partialReads: sums * (taps * planes - 1),
      poolReads: sums - words,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: sums,
      flagReads: 0,
    },
  };
}
