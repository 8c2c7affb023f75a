// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer whose weights are held: what the RTL counts for one image, without running it.
//
// A layer is folds of `pixels` clocks: for each group, tile of filters, plane of the weights' bits, kernel position and
// block of channels. The first fold waits for its weights; each later one begins when the one before has ended, and not
// before its weights are there.

import {
  type Configuration,
  foldInterval,
  foldsOf,
  heldFlushCycles,
  outputBlocks,
  setupAfter,
  type StationaryPlan,
  wholeRows,
} from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import type { LayerPlace } from './layer-cycles.ts';
import { mapReads, pixelsOnMap } from './taps-on-map.ts';

/** The words of the first fold's weights and the swap after them: clocks in which no pixel can be issued. */
export function firstWeights(lanes: number): number {
  return lanes + 1;
}

/** Counters of one layer for one image without holds. */
export function stationaryCounters(
  plan: StationaryPlan,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  { first = false, last = false, lanes: weightLanes }: LayerPlace = {},
): LayerCounters {
  const { layer, lanes, pixels, planes, taps, filterTiles, groupBlocks } = plan;
  const [folds, tiles] = [foldsOf(plan), outputBlocks(plan)];
  const { filters, groups, shortcut, pool, input } = layer;
  const { output, taps: ownTaps } = layerGeometry(layer);
  const flush = heldFlushCycles(configuration);
  const setup = setupAfter(first ? 0 : flush);
  const stream = folds * pixels;
  const drain = firstWeights(lanes) + (folds - 1) * Math.max(0, foldInterval(lanes) - pixels);
  const words = output.height * output.width * tiles;
  const sums = words * pool * pool;
  // Blocks in place of channels.
  const rows = wholeRows(layer).output;
  const perChannel = mapReads(plan, rows) / (input.channels / groups);
  return {
    cycles: { setup, load: 0, stream, drain, scan: 0, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: pixels * (weightLanes ?? filters * ownTaps * planes),
      activationReads: perChannel * groupBlocks * filterTiles * groups * planes,
      weightReads: folds * lanes,
      shortcutReads: shortcut === null ? 0 : pixelsOnMap(layer, rows) * tiles,
      partialReads: sums * (taps * planes - 1),
      poolReads: sums - words,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: sums,
      flagReads: 0,
    },
  };
}
