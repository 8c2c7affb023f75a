// SPDX-License-Identifier: Apache-2.0
// Energy of one layer's events, in pJ, by what it is spent on.

import type { Configuration } from '../compile/index.ts';
import type { LayerEvents } from '../cycles/index.ts';
import { type EnergySplit, bandOver, scaleBand, withTotal } from './band.ts';
import { type Cell, foldEnergy, foldRegisterBits, tapEnergy, tapRegisterBits } from './operation.ts';
import { memoryBit } from './scale.ts';
import type { ArithmeticTable, MemoryTable, OffChipTable, RegisterTable } from './table.ts';

/** The tables that a band is taken over. */
export interface EnergyTables {
  readonly arithmetic: readonly ArithmeticTable[];
  readonly registers: readonly RegisterTable[];
  readonly memories: readonly MemoryTable[];
  readonly offChip: readonly OffChipTable[];
}

/** Bits of a word and bytes of each on-chip buffer. */
export interface Buffers {
  readonly activation: { readonly bits: number; readonly bytes: number };
  readonly weight: { readonly bits: number; readonly bytes: number };
  readonly fold: { readonly bits: number; readonly bytes: number };
}

/** Bits of a word of the fold buffer. */
const FOLD_BITS = 64;

/** No energy. */
const NOTHING = { low: 0, typical: 0, high: 0 } as const;

/** Sizes of a configuration's buffers. */
export function buffersOf(configuration: Configuration): Buffers {
  const buffer = (bits: number, depth: number): { bits: number; bytes: number } => ({
    bits,
    bytes: (bits * depth) / 8,
  });
  return {
    activation: buffer(configuration.rows * configuration.dataBits, configuration.activationDepth),
    weight: buffer(configuration.columns * configuration.dataBits, configuration.weightDepth),
    fold: buffer(FOLD_BITS, configuration.foldDepth),
  };
}

/** Register bits that take a value while a layer runs. */
export function registerBits(cell: Cell, configuration: Configuration, events: LayerEvents): number {
  const { rows, columns } = configuration;
  const sums = events.activationWrites * rows;
  // A lane i of the skewed operands waits i clocks, with every tap that is streamed.
  const skew = events.weightReads * cell.dataBits * ((rows * (rows - 1)) / 2 + (columns * (columns - 1)) / 2);
  // A sum passes at most `columns` registers on its way out; then lanes are lined up again.
  const shiftOut = sums * cell.accBits * (columns + (rows - 1) / 2);
  return events.sads * tapRegisterBits(cell) + skew + shiftOut + sums * foldRegisterBits(cell);
}

/** Prices a layer's events; all figures in pJ for the whole batch set that the events were counted over. */
export function layerEnergy(
  events: LayerEvents,
  cell: Cell,
  configuration: Configuration,
  tables: EnergyTables,
): EnergySplit {
  const buffers = buffersOf(configuration);
  const folds = events.activationWrites * configuration.rows;
  const bits = registerBits(cell, configuration, events);
  return withTotal({
    compute: bandOver(
      tables.arithmetic.map((table) => events.sads * tapEnergy(table, cell) + folds * foldEnergy(table, cell)),
    ),
    registers: scaleBand(bandOver(tables.registers.map((table) => table.picojoulesPerBit)), bits),
    buffers: bandOver(
      tables.memories.map((table) => {
        const read = (buffer: Buffers['weight']): number => buffer.bits * memoryBit(table, 'read', buffer.bytes);
        const write = (buffer: Buffers['weight']): number => buffer.bits * memoryBit(table, 'write', buffer.bytes);
        return (
          (events.activationReads + events.poolReads) * read(buffers.activation) +
          events.activationWrites * write(buffers.activation) +
          events.weightReads * read(buffers.weight) +
          events.foldReads * read(buffers.fold)
        );
      }),
    ),
    offChip: NOTHING,
  });
}

/** Bytes that cross the chip's boundary in a run. */
export interface BoundaryBytes {
  readonly networkBytes: number;
  readonly imageBytes: number;
  readonly resultBytes: number;
}

/** Prices what the host moves: off chip by the byte, and the same bits into or out of the buffers. */
export function boundaryEnergy(
  { networkBytes, imageBytes, resultBytes }: BoundaryBytes,
  configuration: Configuration,
  tables: EnergyTables,
): EnergySplit {
  const buffers = buffersOf(configuration);
  const bits = 8 * (networkBytes + imageBytes + resultBytes);
  return withTotal({
    compute: NOTHING,
    registers: NOTHING,
    buffers: bandOver(
      tables.memories.map(
        (table) =>
          8 * networkBytes * memoryBit(table, 'write', buffers.weight.bytes) +
          8 * imageBytes * memoryBit(table, 'write', buffers.activation.bytes) +
          8 * resultBytes * memoryBit(table, 'read', buffers.activation.bytes),
      ),
    ),
    offChip: scaleBand(bandOver(tables.offChip.map((table) => table.picojoulesPerBit)), bits),
  });
}
