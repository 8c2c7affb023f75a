// SPDX-License-Identifier: Apache-2.0
// A network whose weights are held as records: one a layer, or more where it runs in strips of rows, or where weights are
// loaded anew for each image.

import { blockedSize, channelLanes, type Configuration, inputWords, planHeld, weightWords } from '../compile/index.ts';
import { layerGeometry, type Network, type QuantizedNetwork } from '../network/index.ts';
import { type FoldSchedule, foldSchedule, foldWrites } from './fold-schedule.ts';
import { knownLanes, quantizedWork, unweightedWork } from './layer-work.ts';
import type { NetworkRun, RunRecord } from './network-run.ts';
import { runMaps } from './run-maps.ts';
import { stationaryCounters } from './stationary-cycles.ts';

/** Lays a network on an array whose cells hold its weights. */
export function heldRun(given: Network | QuantizedNetwork, configuration: Configuration): NetworkRun {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const works = integers === undefined ? network.layers.map(unweightedWork) : integers.map(quantizedWork);
  const { plans, tiling } = planHeld(network.layers, configuration, integers);
  const { records, residentWords } = tiling.weights;
  const lanes = channelLanes(configuration);
  return {
    works,
    held: plans,
    strips: tiling.strips,
    records: records.map((record, index): RunRecord => {
      const { layer, plan, rows, segment, firstTile, firstGroup } = record;
      const place = { first: index === 0, last: layer === plans.length - 1, rows: rows.output };
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
    maps: () => runMaps(tiling.maps),
    pictureWords: inputWords(plans[0]!),
    resultWords: blockedSize(layerGeometry(network.layers.at(-1)!).output, lanes),
    residentWords,
  };
}
