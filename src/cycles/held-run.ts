// SPDX-License-Identifier: Apache-2.0
// A network whose weights are held as records: one a layer, or more where weights are loaded anew for each image.

import {
  blockedSize,
  channelLanes,
  type Configuration,
  placeBlocks,
  planRecords,
  weightWords,
} from '../compile/index.ts';
import { layerGeometry, type Network, pictureShape, type QuantizedNetwork } from '../network/index.ts';
import { type FoldSchedule, foldSchedule, foldWrites } from './fold-schedule.ts';
import { heldPlan, knownLanes, quantizedWork, unweightedWork } from './layer-work.ts';
import type { NetworkRun, RunRecord } from './network-run.ts';
import { type RunMaps, runMaps } from './run-maps.ts';
import { stationaryCounters } from './stationary-cycles.ts';

/** Lays a network on an array whose cells hold its weights. */
export function heldRun(given: Network | QuantizedNetwork, configuration: Configuration): NetworkRun {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const works = integers === undefined ? network.layers.map(unweightedWork) : integers.map(quantizedWork);
  const plans = works.map((work) => heldPlan(work, configuration));
  const { records, residentWords } = planRecords(plans, configuration);
  const lanes = channelLanes(configuration);
  let maps: RunMaps | undefined;
  return {
    works,
    strips: null,
    records: records.map((record, index): RunRecord => {
      const { layer, plan, rows, segment, firstTile, firstGroup } = record;
      const place = { first: index === 0, last: layer === plans.length - 1 };
      const folds = (): FoldSchedule =>
        foldSchedule(plan, configuration, { ...place, whole: plans[layer]!, firstTile, firstGroup });
      return {
        layer,
        rows: rows.output,
        counters: stationaryCounters(plan, configuration, {
          ...place,
          lanes: knownLanes(works[layer]!, record, configuration),
        }),
        segmentWords: segment ? weightWords(plan) : null,
        schedule: () => {
          throw new RangeError(`Expected layer ${plan.layer.name} to have tiles, but received weights that are held.`);
        },
        folds,
        writes: () => foldWrites(folds()),
      };
    }),
    maps: () => (maps ??= runMaps(placeBlocks(network.layers, configuration, integers))),
    pictureWords: blockedSize(pictureShape(network), lanes),
    resultWords: blockedSize(layerGeometry(network.layers.at(-1)!).output, lanes),
    residentWords,
  };
}
