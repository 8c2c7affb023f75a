// SPDX-License-Identifier: Apache-2.0
// A network whose weights are held as records: one a layer, for one image.

import { blockedSize, channelLanes, type Configuration, placeBlocks, stationaryWords } from '../compile/index.ts';
import { layerGeometry, type Network, pictureShape, type QuantizedNetwork } from '../network/index.ts';
import { heldPlan, quantizedWork, unweightedWork } from './layer-work.ts';
import type { NetworkRun, RunRecord } from './network-run.ts';
import { type RunMaps, runMaps } from './run-maps.ts';
import { heldWrites, stationaryCounters } from './stationary-cycles.ts';

/** Lays a network on an array whose cells hold its weights. */
export function heldRun(given: Network | QuantizedNetwork, configuration: Configuration): NetworkRun {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const works = integers === undefined ? network.layers.map(unweightedWork) : integers.map(quantizedWork);
  const plans = works.map((work) => heldPlan(work, configuration));
  const lanes = channelLanes(configuration);
  let maps: RunMaps | undefined;
  return {
    works,
    records: plans.map((plan, layer): RunRecord => {
      const place = { first: layer === 0, last: layer === plans.length - 1 };
      return {
        layer,
        counters: stationaryCounters(plan, configuration, { ...place, lanes: works[layer]!.weights?.lanes }),
        segmentWords: null,
        schedule: () => {
          throw new RangeError(`Expected layer ${plan.layer.name} to have tiles, but received weights that are held.`);
        },
        writes: () => heldWrites(plan, configuration, place),
      };
    }),
    maps: () => (maps ??= runMaps(placeBlocks(network.layers, configuration, integers))),
    pictureWords: blockedSize(pictureShape(network), lanes),
    resultWords: blockedSize(layerGeometry(network.layers.at(-1)!).output, lanes),
    residentWords: plans.reduce((sum, plan) => sum + stationaryWords(plan), 0),
  };
}
