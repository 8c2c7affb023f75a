// SPDX-License-Identifier: Apache-2.0
// Counters of layers over all batches of a set of images.

import { columnParts, type Configuration, type Schedule } from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { batchRun } from './batch-run.ts';
import type { LayerCounters } from './counters.ts';
import { addCounters } from './counters-sum.ts';
import { layerCounters } from './layer-cycles.ts';
import { heldPlanAlone, type LayerWork, useOf, workPlan } from './layer-work.ts';
import type { Occupancy } from './occupancy.ts';
import { batchesOf, batchKinds } from './run-batches.ts';
import { stationaryCounters } from './stationary-cycles.ts';

/** Counters of so many batches that are alike. */
function scaled({ cycles, events }: LayerCounters, batches: number, images: number): LayerCounters {
  return {
    cycles: {
      setup: cycles.setup * batches,
      load: cycles.load * batches,
      stream: cycles.stream * batches,
      drain: cycles.drain * batches,
      scan: cycles.scan * batches,
      stall: cycles.stall * batches,
      flush: cycles.flush * batches,
      total: cycles.total * batches,
    },
    events: {
      sads: events.sads * images,
      activationReads: events.activationReads * batches,
      weightReads: events.weightReads * batches,
      shortcutReads: events.shortcutReads * batches,
      partialReads: events.partialReads * batches,
      poolReads: events.poolReads * batches,
      activationWrites: events.activationWrites * batches,
      resultWrites: events.resultWrites * batches,
      foldReads: events.foldReads * batches,
      flagReads: events.flagReads * batches,
    },
  };
}

/**
 * Counters of one layer, summed over the batches of so many images. A batch costs the same however many of its rows
 * are in use: only the absolute differences follow the images.
 * @param at whether it is its program's first layer, and its last
 * @param schedule what stays in the cells; with `weight`, one image runs at a time
 */
export function runCounters(
  work: LayerWork,
  configuration: Configuration,
  images: number,
  at: { readonly first: boolean; readonly last: boolean },
  schedule: Schedule = 'output',
): LayerCounters {
  const lanes = useOf(work, configuration)?.lanes;
  if (schedule === 'weight') {
    const plan = heldPlanAlone(work, configuration, at.first);
    return scaled(stationaryCounters(plan, configuration, { ...at, lanes }), images, images);
  }
  const ofBatch = columnParts(workPlan(work, configuration))
    .map((part, index) => layerCounters(part, configuration, 1, { ...at, first: at.first && index === 0, lanes }))
    .reduce(addCounters);
  return scaled(ofBatch, batchesOf(images, configuration), images);
}

/**
 * Counters of each layer of a network, summed over the batches of so many images: what the RTL counts when the host does
 * as batch-run.ts says. Without weights, planes are assumed, and absolute differences of layers that multiply are the
 * most that they may be.
 * @param schedule what stays in the cells @defaultValue output
 * @param occupied of each batch, for cells of minima; without it they skip nothing
 * @example
 * networkCounters(lenet5, loadConfiguration('default'), 16)[0]!.cycles.total;
 */
export function networkCounters(
  network: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
  schedule: Schedule = 'output',
  occupied?: readonly Occupancy[],
): LayerCounters[] {
  const layers: LayerCounters[] = [];
  for (const batches of batchKinds(network, configuration, images, schedule, occupied)) {
    const { run, more, count } = batches;
    // Where no weights are loaded anew, no record waits for any.
    const loads = run.records.some(({ segmentWords }) => segmentWords !== null) ? batchRun(run, more).loads : null;
    run.records.forEach(({ layer, counters }, index) => {
      const { cycles, events } = scaled(counters, count, batches.images / run.images);
      const load = (loads?.[index] ?? 0) * count;
      const counted = { cycles: { ...cycles, load, total: cycles.total + load }, events };
      const before = layers[layer];
      layers[layer] = before === undefined ? counted : addCounters(before, counted);
    });
  }
  return layers;
}
