// SPDX-License-Identifier: Apache-2.0
// What a run does, as actions of components: how often each happens, and what it costs by a table. Every estimate, and
// what is written for other tools, is a sum over this one list.

import { blocksOf, type Configuration } from '../compile/index.ts';
import type { LayerEvents } from '../cycles/index.ts';
import { type Buffer, type Buffers, buffersOf, FLAGS, wordEnergy } from './buffers.ts';
import {
  type Cell,
  foldEnergy,
  foldRegisterBits,
  poolBits,
  shortcutEnergy,
  summedEnergy,
  tapEnergy,
  tapRegisterBits,
} from './operation.ts';
import { addition, memoryBit } from './scale.ts';
import type { ArithmeticTable, MemoryTable, OffChipTable, RegisterTable } from './table.ts';

/** The table that prices each part. */
export interface PartTables {
  readonly compute: ArithmeticTable;
  readonly registers: RegisterTable;
  readonly buffers: MemoryTable;
  readonly offChip: OffChipTable;
}

/** What an energy is spent on. */
export type EnergyPart = keyof PartTables;

/** Something that a component does. */
export interface Action<Part extends EnergyPart = EnergyPart> {
  readonly part: Part;
  readonly component: string;
  readonly action: string;
  /** How often it was done. */
  readonly count: number;
  /** What it costs once, in pJ. */
  readonly picojoules: (table: PartTables[Part]) => number;
}

/** An action of any part. */
export type AnyAction = { [Part in EnergyPart]: Action<Part> }[EnergyPart];

/** Actions of one part. */
export function actionsOf<Part extends EnergyPart>(actions: readonly AnyAction[], part: Part): Action<Part>[] {
  return actions.filter((one): one is AnyAction & Action<Part> => one.part === part);
}

/** Register bits that take a value while a layer runs; where a clock has fewer taps than it can, that is 0. */
function registerBits(
  cell: Cell,
  configuration: Configuration,
  events: LayerEvents,
  tapsAClock: number,
): Readonly<Record<string, number>> {
  const { rows, columns, reach = 1, tapsPerClock = 1 } = configuration;
  const places = tapsPerClock / tapsAClock; // of a tap, with those that are none
  const { down } = blocksOf(configuration);
  const sums = (events.foldReads + events.partialReads) * rows;
  const waits = (lanes: number): number =>
    Array.from({ length: lanes }, (_, lane) => Math.floor(lane / reach)).reduce((sum, clocks) => sum + clocks, 0);
  return {
    cells: events.sads * places * tapRegisterBits(cell, configuration),
    // A lane i of the skewed operands waits i / reach clocks, with every tap that is streamed.
    skew: events.weightReads * places * cell.dataBits * (waits(rows) + waits(columns)),
    // A sum passes at most `columns` registers on its way out; then lanes are lined up again with the last block's.
    sums: sums * cell.accBits * (columns + down - 1 - waits(rows) / rows),
    folds: events.foldReads * rows * foldRegisterBits(cell),
  };
}

/** Reads and writes of words of the buffers. */
function bufferActions(events: LayerEvents, buffers: Buffers, flags: boolean): Action<'buffers'>[] {
  const access = (name: keyof Buffers, action: 'read' | 'write', count: number): Action<'buffers'> => ({
    part: 'buffers',
    component: `${name}_buffer`,
    action,
    count,
    picojoules: (table) => wordEnergy(table, action, buffers[name]),
  });
  return [
    access('activation', 'read', events.activationReads + events.shortcutReads),
    access('activation', 'write', events.activationWrites),
    access('flag', 'read', events.flagReads),
    {
      part: 'buffers',
      component: 'flag_buffer',
      action: 'write_bit',
      count: flags ? events.activationWrites : 0,
      picojoules: (table) => wordEnergy(table, 'write', buffers.flag) / FLAGS,
    },
    access('weight', 'read', events.weightReads),
    access('fold', 'read', events.foldReads),
    access('result', 'write', events.resultWrites),
    // What is read back was written before.
    access('partial', 'read', events.partialReads),
    access('partial', 'write', events.partialReads),
    access('pool', 'read', events.poolReads),
    access('pool', 'write', events.poolReads),
  ];
}

/** What cells do with a tap. */
const CELL_ACTIONS: Readonly<Record<Cell['kind'], string>> = {
  adder: 'absolute_difference',
  minimum: 'minimum',
  multiplier: 'multiply_accumulate',
};

/**
 * Activations that cells of minima add up besides: each row those of its taps, or where weights are held one chain those
 * of the lanes of each pixel of a fold.
 */
function addedActivations(
  { foldReads, partialReads, weightReads }: LayerEvents,
  { rows, columns }: Configuration,
  held: boolean,
): number {
  return held ? Math.min(rows, columns) * (foldReads + partialReads) : rows * weightReads;
}

/**
 * Everything that a layer does.
 * @param held whether its weights are
 * @param tapsAClock taps in a clock that has any, on average; at least 1
 */
export function layerActions(
  events: LayerEvents,
  cell: Cell,
  configuration: Configuration,
  held: boolean,
  tapsAClock: number = configuration.tapsPerClock ?? 1,
): AnyAction[] {
  const { rows, tapsPerClock = 1 } = configuration;
  const compute = (
    component: string,
    action: string,
    count: number,
    picojoules: Action<'compute'>['picojoules'],
  ): AnyAction => ({ part: 'compute', component, action, count, picojoules });
  return [
    compute('cells', CELL_ACTIONS[cell.kind], events.sads, (table) => tapEnergy(table, cell, tapsPerClock)),
    // The row's sum of what its taps are.
    compute(
      'rows',
      'add_activation',
      cell.kind === 'minimum' ? addedActivations(events, configuration, held) : 0,
      (table) => summedEnergy(table, cell.dataBits, cell.accBits, tapsPerClock),
    ),
    compute('totals', 'add_plane', rows * events.partialReads, (table) => addition(table, cell.sumBits)),
    compute('folds', 'multiply_add', rows * events.foldReads, (table) => foldEnergy(table, cell)),
    compute('folds', 'shortcut', rows * events.shortcutReads, (table) => shortcutEnergy(table, cell)),
    compute('pools', 'add', rows * events.poolReads, (table) => addition(table, poolBits(cell))),
    compute('classes', 'compare', rows * events.resultWrites, (table) => addition(table, cell.dataBits)),
    ...Object.entries(registerBits(cell, configuration, events, tapsAClock)).map(([component, count]): AnyAction => ({
      part: 'registers',
      component: `${component}_registers`,
      action: 'write_bit',
      count,
      picojoules: (table) => table.picojoulesPerBit,
    })),
    // Cells of minima that take several taps in a clock skip none, and so have no flags.
    ...bufferActions(events, buffersOf(configuration, cell), configuration.cell === 'minimum' && tapsPerClock === 1),
  ];
}

/** Bytes that cross the chip's boundary in a run. */
export interface BoundaryBytes {
  readonly networkBytes: number;
  /** Weights that have no room to stay. @defaultValue 0 */
  readonly segmentBytes?: number;
  readonly imageBytes: number;
  readonly resultBytes: number;
}

/** What the host moves: bits off chip, and the same bits into or out of the buffers. */
export function boundaryActions(
  { networkBytes, segmentBytes = 0, imageBytes, resultBytes }: BoundaryBytes,
  configuration: Configuration,
  cell: Cell,
): AnyAction[] {
  const buffers = buffersOf(configuration, cell);
  const writeBit =
    ({ bytes }: Buffer) =>
    (table: MemoryTable): number =>
      memoryBit(table, 'write', bytes);
  return [
    {
      part: 'buffers',
      component: 'weight_buffer',
      action: 'load_bit',
      count: 8 * (networkBytes + segmentBytes),
      picojoules: writeBit(buffers.weight),
    },
    {
      part: 'buffers',
      component: 'activation_buffer',
      action: 'load_bit',
      count: 8 * imageBytes,
      picojoules: writeBit(buffers.activation),
    },
    {
      part: 'buffers',
      component: 'result_buffer',
      action: 'read_bit',
      count: 8 * resultBytes,
      picojoules: (table) => wordEnergy(table, 'read', buffers.result) / buffers.result.bits,
    },
    {
      part: 'offChip',
      component: 'dram',
      action: 'move_bit',
      count: 8 * (networkBytes + segmentBytes + imageBytes + resultBytes),
      picojoules: (table) => table.picojoulesPerBit,
    },
  ];
}
