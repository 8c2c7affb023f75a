// SPDX-License-Identifier: Apache-2.0
// Clocks in which the host moves packets over the accelerator's streams, a word a clock.
//
// What it sends while a batch runs is hidden (batch-run.ts says what that is). The first batch's pictures are not, nor
// are results. Accesses to registers, by which it starts batches and reads counters, are not counted.

import {
  type Configuration,
  foldWords,
  isHeld,
  laneFoldWords,
  type LayerPlan,
  padWordCounts,
  type Schedule,
  sizeNeeds,
} from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { batchRun, hiddenClocks, PACKET_CLOCKS } from './batch-run.ts';
import type { Occupancy } from './occupancy.ts';
import { batchesOf, batchKinds } from './run-batches.ts';

/** Cycles that belong to no layer. */
export interface HostCycles {
  /** Weights that stay, folds, padding codes and the program, once. Padding codes are not known, and not counted, without weights. */
  readonly networkLoad: number;
  /** Images, a word a value: `rows` images share it. */
  readonly imageLoad: number;
  /** Weights that do not stay, for each batch. */
  readonly segmentLoad: number;
  /** Results, and a clock more for each image's class. */
  readonly resultRead: number;
  /** Those of images and segments that pass while a batch runs. */
  readonly hidden: number;
  /** Banks of pictures in an activation buffer. */
  readonly imageBanks: 1 | 2;
}

/** Clocks of packets of so many words; of no words there is none. */
function packetClocks(packets: readonly number[]): number {
  return packets.reduce((sum, words) => sum + (words === 0 ? 0 : words + PACKET_CLOCKS), 0);
}

/**
 * The host's cycles for a network and so many images.
 * @param schedule what stays in the cells
 * @param occupied of each batch, for cells of minima; without it they skip nothing
 */
export function hostCycles(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
  schedule: Schedule = 'output',
  occupied?: readonly Occupancy[],
): HostCycles {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const batches = batchesOf(images, configuration, schedule);
  const kinds = batchKinds(given, configuration, images, schedule, occupied);
  const { run } = kinds[0]!;
  const loaded = new Set<string>(['padDepth', 'programDepth']);
  const needs = sizeNeeds(network, configuration, integers, schedule);
  const rest = needs.filter(({ name }) => loaded.has(name)).map(({ needed }) => needed);
  const { plans } = run;
  const sumOf = (count: (plan: LayerPlan) => number): number => plans.reduce((sum, plan) => sum + count(plan), 0);
  // Where weights are held, a word for each filter, and a packet for each word of all lanes.
  const laneFolds = sumOf((plan) => (isHeld(plan) ? plan.layer.filters : 0)) + PACKET_CLOCKS * sumOf(laneFoldWords);
  const pads = padWordCounts(plans, integers);
  const segments = run.records.map(({ segmentWords }) => segmentWords ?? 0);
  return {
    networkLoad: laneFolds + packetClocks([sumOf(foldWords), run.residentWords, ...rest, ...pads]),
    imageLoad: batches * packetClocks([run.pictureWords]),
    segmentLoad: batches * packetClocks(segments),
    resultRead: batches * run.resultWords + images,
    hidden: kinds.reduce((sum, kind) => sum + kind.count * hiddenClocks(batchRun(kind.run, kind.more)), 0),
    imageBanks: run.maps().pictureBanks,
  };
}
