// SPDX-License-Identifier: Apache-2.0
// The clock in which each word of a batch should be written, by the closed form.

import { type CompiledNetwork, outputBlocks } from '../compile/index.ts';
import { batchRun } from '../cycles/batch-run.ts';
import { type FoldSchedule, tileFilters, windowsOf, writeOf } from '../cycles/fold-schedule.ts';
import type { BatchData } from '../cycles/index.ts';
import { networkRun } from '../cycles/network-run.ts';
import { lastWriting, type TileSchedule, writtenWords } from '../cycles/tile-schedule.ts';
import { recordLayouts } from './written-maps.ts';

/**
 * Fills in the clocks of a record's words, which begins with clock `from`.
 * @param firstWord place in the layer's map of the first of its words
 */
function tileClocks(clocks: Float64Array, schedule: TileSchedule, from: number, firstWord: number): void {
  for (let tile = lastWriting(schedule, schedule.tiles - 1); tile >= 0; tile -= schedule.windowTiles) {
    for (const { element, clock } of writtenWords(schedule, tile)) clocks[element - firstWord] = from + clock;
  }
}

/** The same where weights are held. */
function foldClocks(clocks: Float64Array, schedule: FoldSchedule, from: number): void {
  const { filters } = schedule.part.whole.layer;
  const windows = windowsOf(schedule);
  const tiles = outputBlocks(schedule.plan);
  for (let tile = 0; tile < tiles; tile++) {
    const { first, count } = tileFilters(schedule, tile);
    for (let window = 0; window < windows; window++) {
      const element = window * filters + first;
      clocks.fill(from + writeOf(schedule, tile, window), element, element + count);
    }
  }
}

/**
 * Clocks in which words are written, counted from the one after a batch's start, if taps are never held back.
 * @param more whether another batch follows
 * @param data of the batch, for cells of minima
 * @returns for each record, the clock of each element of its rows of an image's map; of other filters' than its, 0
 */
export function writeClocks(compiled: CompiledNetwork, more: boolean, data?: BatchData): Float64Array[] {
  const { network, configuration, schedule } = compiled;
  const run = networkRun(network, configuration, schedule, data);
  const { starts, loads } = batchRun(run, more);
  const layouts = recordLayouts(compiled);
  return run.records.map((record, index) => {
    const from = starts[index]! + loads[index]!;
    const { first, size } = layouts[index]!;
    const clocks = new Float64Array(size);
    if (record.folds === null) tileClocks(clocks, record.schedule(), from, first);
    else foldClocks(clocks, record.folds(), from);
    return clocks;
  });
}
