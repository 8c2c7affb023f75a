// SPDX-License-Identifier: Apache-2.0
// The batches of a run, those that take the same clocks together.
//
// Cells of distances take the same clocks whatever the images: batches then differ by what follows them.
// With cells of minima they differ by their maps, too, or where those are not known, by the bank of their pictures, for
// flags are read by aligned blocks of addresses.

import { type Configuration, imagesAtOnce, type Schedule } from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { skipsTaps } from './skipped-taps.ts';
import { batchRuns, type NetworkRun } from './network-run.ts';
import type { Occupancy } from './occupancy.ts';

/** Batches of so many images, each of as many as its schedule takes at once. */
export function batchesOf(
  images: number,
  configuration: Pick<Configuration, 'rows'>,
  schedule: Schedule = 'output',
): number {
  return Math.ceil(images / imagesAtOnce(schedule, configuration));
}

/** Batches that take the same clocks. */
export interface AlikeBatches {
  readonly run: NetworkRun;
  /** Whether another batch follows each. */
  readonly more: boolean;
  readonly count: number;
  /** Images in all of them. */
  readonly images: number;
}

/**
 * The batches of so many images.
 * @param schedule what stays in the cells
 * @param occupied of each batch, for cells of minima; without it they skip nothing
 */
export function batchKinds(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
  schedule: Schedule,
  occupied?: readonly Occupancy[],
): readonly AlikeBatches[] {
  const batches = batchesOf(images, configuration, schedule);
  const atOnce = imagesAtOnce(schedule, configuration);
  const skips = skipsTaps(configuration, schedule);
  const laid = batchRuns(given, configuration, schedule);
  const runs = new Map<number, NetworkRun>();
  const kinds = new Map<string, AlikeBatches>();
  for (let batch = 0; batch < batches; batch++) {
    const ofBatch = Math.min(atOnce, images - batch * atOnce);
    // Where each layer has a schedule of its own, clocks depend on how many images there are.
    const data = typeof schedule !== 'string' ? ofBatch : !skips ? 0 : occupied === undefined ? batch % 2 : batch;
    const run = runs.get(data) ?? laid({ occupancy: occupied?.[batch], batch, images: ofBatch });
    runs.set(data, run);
    const more = batch + 1 < batches;
    const key = `${more} ${data}`;
    const { count, images: before } = kinds.get(key) ?? { count: 0, images: 0 };
    kinds.set(key, { run, more, count: count + 1, images: before + ofBatch });
  }
  return [...kinds.values()];
}
