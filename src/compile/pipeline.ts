// SPDX-License-Identifier: Apache-2.0
// Clocks that a layer takes besides its taps: each is a register, or a word of the program, that can be pointed at.

import { PROGRAM_WORDS } from './program-words.ts';
import { type ArrayTiming, blocksOf, columnClocks } from './tile-interval.ts';

/** Reading a layer's fields: its words, the last one's way through the buffer, the start of the loop nest. */
const SETUP: number = PROGRAM_WORDS + 2;

/** The start of the loop nest, which waits for the layer before to have ended. */
const NEST_START = 1;

/** From a tap's issue to its operands at the array's edge: the buffers' read, and padding. */
const FEED = 2;

/** In cells for FPGAs: between difference and sum, and from the rightmost cell's sum to where it leaves. */
const PIPELINE = 2;

/**
 * From a sum that leaves the array to its word: with the planes before it, times the slope, offset, clamped, pooled,
 * written; as many clocks more as `foldClocks` is above 1.
 */
const WRITEBACK = 7;

/**
 * Clocks from a tile's last tap to the write of its column 0, which leaves last: fed in, across the columns, through the
 * cells' pipeline, out through the sums' registers, down the rows or as each takes its turn, folded and written.
 */
export function flushCycles(array: ArrayTiming): number {
  const { rows, columns, serialFold = 0, pipelined = 0, foldClocks = 1 } = array;
  const blocks = blocksOf(array);
  const across = blocks.across - 1;
  const out = 1 + (columns - 1) * columnClocks(array);
  const down = serialFold === 1 ? rows - 1 : blocks.down - 1;
  return FEED + across + pipelined * PIPELINE + out + down + WRITEBACK + foldClocks - 2;
}

/**
 * The same where weights are held, from a pixel to the write of its word: it passes the columns, and its sum leaves with
 * the last of them.
 */
export function heldFlushCycles({ rows, columns }: ArrayTiming): number {
  const down = rows - 1;
  return FEED + columns + down + WRITEBACK - 1;
}

/** Clocks of setup that show after a flush of so many clocks; without one, all do. */
export function setupAfter(flush: number): number {
  return flush === 0 ? SETUP : Math.max(NEST_START, SETUP - flush);
}

/** Clocks of setup that show: the fields of every layer but the first are read under the flush of the one before. */
export function setupCycles(first: boolean, configuration: ArrayTiming): number {
  return setupAfter(first ? 0 : flushCycles(configuration));
}
