// SPDX-License-Identifier: Apache-2.0
// Energy of one layer's events, in pJ, by what it is spent on.

import type { Configuration } from '../compile/index.ts';
import type { LayerEvents } from '../cycles/index.ts';
import { type EnergySplit, bandOver, scaleBand, withTotal } from './band.ts';
import {
  type Cell,
  foldEnergy,
  foldRegisterBits,
  poolBits,
  shortcutEnergy,
  tapEnergy,
  tapRegisterBits,
} from './operation.ts';
import { addition, memoryBit } from './scale.ts';
import type { ArithmeticTable, MemoryTable, OffChipTable, RegisterTable } from './table.ts';

/** The tables that a band is taken over. */
export interface EnergyTables {
  readonly arithmetic: readonly ArithmeticTable[];
  readonly registers: readonly RegisterTable[];
  readonly memories: readonly MemoryTable[];
  readonly offChip: readonly OffChipTable[];
}

/** Bits of a word and bytes of a buffer. */
interface Buffer {
  readonly bits: number;
  readonly bytes: number;
}

/** The on-chip buffers. */
export type Buffers = Readonly<Record<'activation' | 'weight' | 'fold' | 'result' | 'partial' | 'pool', Buffer>>;

/** Bits of a word of the fold buffer. */
const FOLD_BITS = 96;

/** No energy. */
const NOTHING = { low: 0, typical: 0, high: 0 } as const;

/**
 * Sizes of a configuration's buffers, with those that hold what is not yet a code: a word a column, or a pixel where
 * weights can be held.
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
  } = configuration;
  const buffer = (bits: number, depth: number): Buffer => ({ bits, bytes: (bits * depth) / 8 });
  return {
    activation: buffer(rows * dataBits, activationDepth),
    // A lane says whether it takes its tap.
    weight: buffer(columns * (dataBits + 1), weightDepth),
    fold: buffer(FOLD_BITS, foldDepth),
    result: buffer(rows * dataBits, 2 * resultDepth),
    partial: buffer(rows * cell.sumBits, Math.max(columns, partialDepth)),
    pool: buffer(rows * poolBits(cell), columns),
  };
}

/** Energy of a word in or out of a buffer in pJ; a buffer below the smallest of the table costs as much as that. */
function wordEnergy(table: MemoryTable, access: 'read' | 'write', { bits, bytes }: Buffer): number {
  const [smallest] = access === 'read' ? table.readBit : table.writeBit;
  return bits * memoryBit(table, access, Math.max(bytes, smallest!.at));
}

/** Register bits that take a value while a layer runs. */
export function registerBits(cell: Cell, configuration: Configuration, events: LayerEvents): number {
  const { rows, columns } = configuration;
  const folds = events.foldReads * rows;
  const sums = (events.foldReads + events.partialReads) * rows;
  // A lane i of the skewed operands waits i clocks, with every tap that is streamed.
  const skew = events.weightReads * cell.dataBits * ((rows * (rows - 1)) / 2 + (columns * (columns - 1)) / 2);
  // A sum passes at most `columns` registers on its way out; then lanes are lined up again.
  const shiftOut = sums * cell.accBits * (columns + (rows - 1) / 2);
  return events.sads * tapRegisterBits(cell) + skew + shiftOut + folds * foldRegisterBits(cell);
}

/** Arithmetic of a layer in pJ: taps, then planes put together, folds, shortcuts, pooling and the search for a class. */
function arithmetic(table: ArithmeticTable, cell: Cell, events: LayerEvents, rows: number): number {
  return (
    events.sads * tapEnergy(table, cell) +
    rows *
      (events.partialReads * addition(table, cell.sumBits) +
        events.foldReads * foldEnergy(table, cell) +
        events.shortcutReads * shortcutEnergy(table, cell) +
        events.poolReads * addition(table, poolBits(cell)) +
        events.resultWrites * addition(table, cell.dataBits))
  );
}

/** Prices a layer's events; all figures in pJ for the whole batch set that the events were counted over. */
export function layerEnergy(
  events: LayerEvents,
  cell: Cell,
  configuration: Configuration,
  tables: EnergyTables,
): EnergySplit {
  const buffers = buffersOf(configuration, cell);
  const bits = registerBits(cell, configuration, events);
  return withTotal({
    compute: bandOver(tables.arithmetic.map((table) => arithmetic(table, cell, events, configuration.rows))),
    registers: scaleBand(bandOver(tables.registers.map((table) => table.picojoulesPerBit)), bits),
    buffers: bandOver(
      tables.memories.map((table) => {
        const read = (buffer: Buffer): number => wordEnergy(table, 'read', buffer);
        const write = (buffer: Buffer): number => wordEnergy(table, 'write', buffer);
        // What is read back was written before.
        const both = (buffer: Buffer): number => read(buffer) + write(buffer);
        return (
          (events.activationReads + events.shortcutReads) * read(buffers.activation) +
          events.activationWrites * write(buffers.activation) +
          events.resultWrites * write(buffers.result) +
          events.weightReads * read(buffers.weight) +
          events.foldReads * read(buffers.fold) +
          events.partialReads * both(buffers.partial) +
          events.poolReads * both(buffers.pool)
        );
      }),
    ),
    offChip: NOTHING,
  });
}

/**
 * The events of a layer with multipliers in the cells: one pass, in which every tap is taken.
 * @param operations absolute differences or products that the layer is
 * @param folds that a total is made of besides its planes, where weights are held
 */
export function twinEvents(events: LayerEvents, operations: number, folds = 1): LayerEvents {
  const planes = events.foldReads === 0 ? 1 : (1 + events.partialReads / events.foldReads) / folds;
  return {
    ...events,
    sads: operations,
    activationReads: events.activationReads / planes,
    weightReads: events.weightReads / planes,
    partialReads: (folds - 1) * events.foldReads,
  };
}

/** Bytes that cross the chip's boundary in a run. */
export interface BoundaryBytes {
  readonly networkBytes: number;
  /** Weights that have no room to stay. @defaultValue 0 */
  readonly segmentBytes?: number;
  readonly imageBytes: number;
  readonly resultBytes: number;
}

/** Prices what the host moves: off chip by the byte, and the same bits into or out of the buffers. */
export function boundaryEnergy(
  { networkBytes, segmentBytes = 0, imageBytes, resultBytes }: BoundaryBytes,
  configuration: Configuration,
  cell: Cell,
  tables: EnergyTables,
): EnergySplit {
  const buffers = buffersOf(configuration, cell);
  const bits = 8 * (networkBytes + segmentBytes + imageBytes + resultBytes);
  return withTotal({
    compute: NOTHING,
    registers: NOTHING,
    buffers: bandOver(
      tables.memories.map(
        (table) =>
          8 * (networkBytes + segmentBytes) * memoryBit(table, 'write', buffers.weight.bytes) +
          8 * imageBytes * memoryBit(table, 'write', buffers.activation.bytes) +
          (8 * resultBytes * wordEnergy(table, 'read', buffers.result)) / buffers.result.bits,
      ),
    ),
    offChip: scaleBand(bandOver(tables.offChip.map((table) => table.picojoulesPerBit)), bits),
  });
}
