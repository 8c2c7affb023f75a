// SPDX-License-Identifier: Apache-2.0
// What it costs that leading layers run in strips of rows: rows that are computed again, and records in place of one.

import { type Configuration, isHeld, type Schedule } from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import type { LayerCycles } from './counters.ts';
import { addRecords } from './counters-sum.ts';
import { runCounters } from './run-counters.ts';
import { networkRun } from './network-run.ts';
import { batchesOf } from './run-batches.ts';
import { stationaryCounters } from './stationary-cycles.ts';

/** A layer in strips. Cycles are beyond those of the layer run whole. */
export interface StripLayer {
  readonly name: string;
  /** Rows of its map on chip at once; null where it is whole. */
  readonly rows: number | null;
  /** Taps of rows that are computed again. */
  readonly haloCycles: number;
  /** Setup and flush of more records than one, less the waits between them; those for weights are not counted. */
  readonly recordCycles: number;
}

/** Layers in strips. */
export interface StripCost {
  readonly strips: number;
  readonly layers: readonly StripLayer[];
}

/** What strips cost all batches of so many images; null where all maps are whole. */
export function stripCost(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
  schedule: Schedule = 'output',
): StripCost | null {
  const { strips, records, works, plans } = networkRun(given, configuration, schedule);
  if (strips === null) return null;
  const batches = batchesOf(images, configuration, schedule);
  const layers = strips.heights.map((rows, layer): StripLayer => {
    const at = { first: layer === 0, last: layer === works.length - 1 };
    const plan = plans[layer]!;
    const { cycles: whole } = isHeld(plan)
      ? stationaryCounters(plan, configuration, at)
      : runCounters(works[layer]!, configuration, 1, at);
    const spent = records
      .filter((record) => record.layer === layer)
      .map(({ counters }): LayerCycles => counters.cycles)
      .reduce(addRecords);
    const halo = spent.stream - whole.stream;
    return {
      name: works[layer]!.layer.name,
      rows,
      haloCycles: batches * halo,
      recordCycles: batches * (spent.total - whole.total - halo),
    };
  });
  return { strips: strips.strips, layers };
}
