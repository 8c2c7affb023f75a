// SPDX-License-Identifier: Apache-2.0
// A layer's counters by their place in rtl/layer_counters.v, and a batch's by layer.

import { type CompiledNetwork, programRecords } from '../compile/index.ts';
import { addCounters, type LayerCounters } from '../cycles/index.ts';

/** Counters of a layer. */
export const COUNTERS = 18;

/** The counters of a layer, each asked for by its number. */
export function countersOf(at: (counter: number) => number): LayerCounters {
  return {
    cycles: {
      setup: at(0),
      load: at(15),
      stream: at(1),
      drain: at(2),
      scan: at(16),
      stall: at(3),
      flush: at(4),
      total: at(5),
    },
    events: {
      sads: at(6),
      activationReads: at(7),
      weightReads: at(8),
      shortcutReads: at(9),
      partialReads: at(10),
      poolReads: at(11),
      activationWrites: at(12),
      resultWrites: at(13),
      foldReads: at(14),
      flagReads: at(17),
    },
  };
}

/** The counters of layers with those of the program's records of another batch. */
export function addBatch(
  layers: readonly LayerCounters[],
  { records }: CompiledNetwork,
  batch: readonly LayerCounters[],
): LayerCounters[] {
  const sums = [...layers];
  programRecords(records).forEach(({ layer }, record) => {
    sums[layer] = addCounters(sums[layer]!, batch[record]!);
  });
  return sums;
}
