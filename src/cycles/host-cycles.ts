// SPDX-License-Identifier: Apache-2.0
// Clocks in which the host moves words over the core's ports, one a clock.
//
// What it does while a batch runs is hidden (batch-run.ts says what that is). The first batch's pictures and the last
// one's results are not.

import { type Configuration, padWordCount, type Schedule, sizeNeeds, stationaryNeeds } from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { batchRun, hiddenClocks } from './batch-run.ts';
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
  /** Results: a read word is there a clock after its address, so one clock more than words. */
  readonly resultRead: number;
  /** Those of all but the network's that pass while a batch runs. */
  readonly hidden: number;
  /** Banks of pictures in an activation buffer. */
  readonly imageBanks: 1 | 2;
}

/**
 * The host's cycles for a network and so many images.
 * @param schedule what stays in the cells; with `weight`, a batch is one image
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
  const held = schedule === 'weight';
  const batches = batchesOf(images, configuration, schedule);
  const kinds = batchKinds(given, configuration, images, schedule, occupied);
  const { run } = kinds[0]!;
  const loaded = new Set<string>(['padDepth', 'programDepth']);
  const needs = (held ? stationaryNeeds : sizeNeeds)(network, configuration, integers);
  const rest = needs.filter(({ name }) => loaded.has(name));
  const folds = network.layers.reduce((sum, { filters }) => sum + filters, 0);
  const pads = held ? padWordCount(network.layers, configuration, integers) : 0;
  const segments = run.records.reduce((sum, { segmentWords }) => sum + (segmentWords ?? 0), 0);
  return {
    networkLoad: rest.reduce((sum, { needed }) => sum + needed, run.residentWords + folds + pads),
    imageLoad: batches * run.pictureWords,
    segmentLoad: batches * segments,
    resultRead: batches * (run.resultWords + 1),
    hidden: kinds.reduce((sum, kind) => sum + kind.count * hiddenClocks(batchRun(kind.run, kind.place)), 0),
    imageBanks: run.maps().pictureBanks,
  };
}
