// SPDX-License-Identifier: Apache-2.0
// The on-chip buffers of a configuration, and what a word of one costs.

import type { Configuration } from '../compile/index.ts';
import { type Cell, poolBits } from './operation.ts';
import { memoryBit } from './scale.ts';
import type { MemoryTable } from './table.ts';

/** Bits of a word, and bytes of a buffer or, where words are read in runs, of each of its banks. */
export interface Buffer {
  readonly bits: number;
  readonly bytes: number;
}

/** The on-chip buffers. */
export type Buffers = Readonly<
  Record<'activation' | 'flag' | 'weight' | 'fold' | 'result' | 'partial' | 'pool', Buffer>
>;

/** Flags in a word, one for each word of activations, that are read at once to find taps of minima. */
export const FLAGS = 16;

/** Bits of a word of the fold buffer. */
const FOLD_BITS = 96;

/**
 * Sizes of a configuration's buffers, with those that hold what is not yet a code: a word a column, or a pixel where
 * weights can be held. Of activations and weights as many words are read at once as a cell takes taps, each from a bank of
 * its own (`ram_run`).
 */
export function buffersOf(configuration: Configuration, cell: Cell): Buffers {
  const {
    rows,
    columns,
    dataBits,
    activationDepth,
    weightDepth,
    foldDepth,
    resultDepth,
    partialDepth = 0,
    tapsPerClock = 1,
  } = configuration;
  const buffer = (bits: number, depth: number): Buffer => ({ bits, bytes: (bits * depth) / 8 });
  const banks = (bits: number, depth: number): Buffer => buffer(bits, Math.ceil(depth / tapsPerClock));
  return {
    activation: banks(rows * dataBits, activationDepth),
    flag: buffer(FLAGS, activationDepth / FLAGS),
    // A lane says whether it takes its tap.
    weight: banks(columns * (dataBits + 1), weightDepth),
    fold: buffer(FOLD_BITS, foldDepth),
    result: buffer(rows * dataBits, 2 * resultDepth),
    partial: buffer(rows * cell.sumBits, Math.max(columns, partialDepth)),
    pool: buffer(rows * poolBits(cell), columns),
  };
}

/** Energy of a word in or out of a buffer in pJ; a buffer below the smallest of the table costs as much as that. */
export function wordEnergy(table: MemoryTable, access: 'read' | 'write', { bits, bytes }: Buffer): number {
  const [smallest] = access === 'read' ? table.readBit : table.writeBit;
  return bits * memoryBit(table, access, Math.max(bytes, smallest!.at));
}
