// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer whose weights are held: what the RTL counts for one image, without running it.
//
// A layer is folds of `pixels` clocks: for each group, tile of filters, plane of the weights' bits, kernel position and
// block of channels. The first fold waits for its weights; each later one begins when the one before has ended, and not
// before its weights are there.

import { type Configuration, foldInterval, type StationaryPlan } from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { LayerCounters, LayerCycles } from './counters.ts';
import { mapReads, pixelsOnMap, type LayerPlace } from './layer-cycles.ts';
import { heldFlushCycles, setupAfter } from './pipeline.ts';

/** The words of the first fold's weights and the swap after them: clocks in which no pixel can be issued. */
function firstWeights(lanes: number): number {
  return lanes + 1;
}

/** Counters of one layer for one image without holds. */
export function stationaryCounters(
  plan: StationaryPlan,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  { first = false, last = false, lanes: weightLanes }: LayerPlace = {},
): LayerCounters {
  const { layer, lanes, folds, pixels, planes, taps, filterTiles, groupBlocks, outputBlocks } = plan;
  const { filters, groups, shortcut, pool, input } = layer;
  const { output, taps: ownTaps } = layerGeometry(layer);
  const flush = heldFlushCycles(configuration);
  const setup = setupAfter(first ? 0 : flush);
  const stream = folds * pixels;
  const drain = firstWeights(lanes) + (folds - 1) * Math.max(0, foldInterval(lanes) - pixels);
  const words = output.height * output.width * outputBlocks;
  const sums = words * pool * pool;
  // Blocks in place of channels.
  const perChannel = mapReads(plan, output.height) / (input.channels / groups);
  return {
    cycles: { setup, load: 0, stream, drain, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: pixels * (weightLanes ?? filters * ownTaps * planes),
      activationReads: perChannel * groupBlocks * filterTiles * groups * planes,
      weightReads: folds * lanes,
      shortcutReads: shortcut === null ? 0 : pixelsOnMap(layer) * outputBlocks,
      partialReads: sums * (taps * planes - 1),
      poolReads: sums - words,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: sums,
    },
  };
}

/**
 * The clock in which a word is written: a flush after the last pixel of its window, in the last fold of its tile.
 * @param tile of filters, counted through all groups
 * @param window of the output, row by row
 */
export function heldWrite(plan: StationaryPlan, { setup, flush }: LayerCycles, tile: number, window: number): number {
  const { layer, lanes, pixels, taps, planes } = plan;
  const lastFold = (tile + 1) * taps * planes - 1;
  const lastPixel = (window + 1) * layer.pool * layer.pool - 1;
  return setup + firstWeights(lanes) + lastFold * Math.max(pixels, foldInterval(lanes)) + lastPixel + flush;
}

/** Clocks in which a layer writes, from its first on. */
export function* heldWrites(
  plan: StationaryPlan,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  place: LayerPlace,
): Generator<readonly [first: number, next: number]> {
  const { cycles } = stationaryCounters(plan, configuration, place);
  const windows = plan.pixels / plan.layer.pool ** 2;
  for (let tile = 0; tile < plan.outputBlocks; tile++) {
    for (let window = 0; window < windows; window++) {
      const clock = heldWrite(plan, cycles, tile, window);
      yield [clock, clock + 1];
    }
  }
}
