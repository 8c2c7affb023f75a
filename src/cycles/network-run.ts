// SPDX-License-Identifier: Apache-2.0
// What a network's program runs, record by record: one a layer, or more where weights are loaded anew for each batch.

import { type Configuration, placeMaps, planRecords, type Schedule, weightWords } from '../compile/index.ts';
import { layerGeometry, mapSize, type Network, pictureShape, type QuantizedNetwork } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import { layerCounters } from './layer-cycles.ts';
import { type LayerWork, quantizedWork, unweightedWork, workPlan } from './layer-work.ts';
import { heldRun } from './held-run.ts';
import { type RunMaps, runMaps } from './run-maps.ts';
import { type TileSchedule, tileSchedule, writesOf } from './tile-schedule.ts';

/** One record. */
export interface RunRecord {
  /** Index of its layer. */
  readonly layer: number;
  /** Its counters for one image of one batch, none of them for loading. */
  readonly counters: LayerCounters;
  /** Words of its segment of weights; null where they stay on chip. */
  readonly segmentWords: number | null;
  /** When its tiles are summed and written; made when asked for. Where weights are held, there are none. */
  readonly schedule: () => TileSchedule;
  /** Clocks in which it writes, from its first on that is not spent loading. */
  readonly writes: () => Iterable<readonly [first: number, next: number]>;
}

/** A network on an array. */
export interface NetworkRun {
  readonly works: readonly LayerWork[];
  readonly records: readonly RunRecord[];
  /** Where maps are; found when asked for. */
  readonly maps: () => RunMaps;
  /** Words of the pictures of a batch, and of its results. */
  readonly pictureWords: number;
  readonly resultWords: number;
  /** Weight words that are loaded once. */
  readonly residentWords: number;
}

/** Clocks in which tiles are written. */
function* tileWrites(schedule: TileSchedule): Generator<readonly [first: number, next: number]> {
  for (let tile = schedule.windowTiles - 1; tile < schedule.tiles; tile += schedule.windowTiles) {
    yield writesOf(schedule, tile);
  }
}

/**
 * Lays a network on an array, with weights that are known or not.
 * @param stays what stays in the cells
 */
export function networkRun(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  stays: Schedule = 'output',
): NetworkRun {
  if (stays === 'weight') return heldRun(given, configuration);
  const works = 'network' in given ? given.layers.map(quantizedWork) : given.layers.map(unweightedWork);
  const layers = works.map(({ layer }) => layer);
  const plans = works.map((work) => workPlan(work, configuration));
  const { records, residentWords } = planRecords(plans, configuration);
  let maps: RunMaps | undefined;
  const last = layers.length - 1;
  return {
    works,
    records: records.map(({ layer, plan, segment, firstTile, firstGroup }, index): RunRecord => {
      const place = { first: index === 0, last: layer === last };
      // Lanes are known of all of a layer: its first record has them.
      const known = works[layer]!.weights?.lanes;
      const lanes = known !== undefined && records[index - 1]?.layer === layer ? 0 : known;
      const schedule = (): TileSchedule =>
        tileSchedule(plan, configuration, { ...place, whole: plans[layer]!, firstTile, firstGroup });
      return {
        layer,
        counters: layerCounters(plan, configuration, 1, { ...place, lanes }),
        segmentWords: segment ? weightWords(plan) : null,
        schedule,
        writes: () => tileWrites(schedule()),
      };
    }),
    maps: () => (maps ??= runMaps(placeMaps(layers, configuration.activationDepth))),
    pictureWords: mapSize(pictureShape('network' in given ? given.network : given)),
    resultWords: mapSize(layerGeometry(layers[last]!).output),
    residentWords,
  };
}
