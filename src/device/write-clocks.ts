// SPDX-License-Identifier: Apache-2.0
// The clock in which each word of a batch should be written, by the closed form.

import { type CompiledNetwork, outputBlocks, tileRuns } from '../compile/index.ts';
import { batchRun } from '../cycles/batch-run.ts';
import { type FoldSchedule, tileFilters, windowsOf, writeOf } from '../cycles/fold-schedule.ts';
import type { BatchData } from '../cycles/index.ts';
import { networkRun, type RecordPieces } from '../cycles/network-run.ts';
import { lastWriting, type TileSchedule, writtenWords } from '../cycles/tile-schedule.ts';
import { type TurnSchedule, turnWritten } from '../cycles/turn-schedule.ts';
import { layerGeometry, mapSize } from '../network/index.ts';
import { inBlocks } from './blocked-words.ts';
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

/**
 * The same where weights are held, image by image: images around all folds have tiles of their own, and those in a fold
 * windows.
 */
function foldClocks(clocks: Float64Array, schedule: FoldSchedule, from: number): void {
  const { filters } = schedule.part.whole.layer;
  const windows = windowsOf(schedule);
  const [tiles, ofImage] = [tileRuns(schedule.plan), outputBlocks(schedule.plan)];
  for (let tile = 0; tile < tiles; tile++) {
    const { first, count } = tileFilters(schedule, tile);
    const before = Math.floor(tile / ofImage) * windows;
    for (let window = 0; window < windows; window++) {
      const element = (before + window) * filters + first;
      clocks.fill(from + writeOf(schedule, tile, window), element, element + count);
    }
  }
}

/** The same of a map that is turned, image by image where that is to channels. */
function turnClocks(clocks: Float64Array, schedule: TurnSchedule, from: number): void {
  const { plan, firstBlock, tiles } = schedule;
  const { layer, turn, lanes, images, blocks, width } = plan;
  const { filters } = layer;
  const size = mapSize(layerGeometry(layer).output);
  for (let tile = 0; tile < tiles; tile++) {
    const first = Math.floor(tile / blocks) * filters + (firstBlock + (tile % blocks)) * lanes;
    const end = from + turnWritten(schedule, tile);
    // The highest column leaves first.
    if (turn === 'to-channels') {
      for (let image = 0; image < images; image++) {
        clocks.fill(end - 1 - image, image * size + first, image * size + first + width);
      }
    } else {
      for (let channel = 0; channel < width; channel++) clocks[first + channel] = end - 1 - channel;
    }
  }
}

/** The same of what a record streams. */
function pieceClocks(clocks: Float64Array, pieces: RecordPieces, from: number, firstWord: number): void {
  if (pieces.kind === 'tiles') tileClocks(clocks, pieces.schedule, from, firstWord);
  else if (pieces.kind === 'folds') foldClocks(clocks, pieces.schedule, from);
  else turnClocks(clocks, pieces.schedule, from);
}

/**
 * Clocks in which words are written, counted from the one after a batch's start, if taps are never held back.
 * @param more whether another batch follows
 * @param data of the batch, for cells of minima
 * @returns for each record of the program, the clock of each element of its rows of an image's map; of other filters' than
 * its, 0
 */
export function writeClocks(compiled: CompiledNetwork, more: boolean, data?: BatchData): Float64Array[] {
  const { network, configuration, schedule } = compiled;
  const run = networkRun(network, configuration, schedule, data);
  const { starts, loads } = batchRun(run, more);
  const layouts = recordLayouts(compiled);
  const blocked = inBlocks(compiled);
  const all: Float64Array[] = [];
  run.records.forEach((record, index) => {
    const from = starts[index]! + loads[index]!;
    if (!compiled.records[index]!.again) {
      all.push(new Float64Array(layouts[all.length]!.size * (blocked[record.layer]! ? run.images : 1)));
    }
    pieceClocks(all.at(-1)!, record.pieces(), from, layouts[all.length - 1]!.first);
  });
  return all;
}
