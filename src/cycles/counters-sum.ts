// SPDX-License-Identifier: Apache-2.0
// Sums of layer counters: over the records of a layer, over batches, over parts of a run.

import type { LayerCounters } from './counters.ts';

/** Counters of a layer that has not run. */
export const NO_COUNTERS: LayerCounters = {
  cycles: { setup: 0, load: 0, stream: 0, drain: 0, scan: 0, stall: 0, flush: 0, total: 0 },
  events: {
    sads: 0,
    activationReads: 0,
    weightReads: 0,
    shortcutReads: 0,
    partialReads: 0,
    poolReads: 0,
    activationWrites: 0,
    resultWrites: 0,
    foldReads: 0,
    flagReads: 0,
  },
};

/** Adds two records of numbers field by field. */
export function addRecords<T extends object>(a: T, b: T): T {
  const sum = Object.entries(a).map(([name, value]) => [name, (value as number) + (b[name as keyof T] as number)]);
  return Object.fromEntries(sum) as T;
}

/** Adds each counter of two records. */
export function addCounters(a: LayerCounters, b: LayerCounters): LayerCounters {
  return { cycles: addRecords(a.cycles, b.cycles), events: addRecords(a.events, b.events) };
}
