// SPDX-License-Identifier: Apache-2.0
// Energy of actions in pJ by what it is spent on, as bands over tables; and the multiplier twin's events.

import type { LayerEvents } from '../cycles/index.ts';
import { type AnyAction, actionsOf, type EnergyPart, type PartTables } from './actions.ts';
import { type Band, type EnergySplit, bandOver, withTotal } from './band.ts';
import type { ArithmeticTable, MemoryTable, OffChipTable, RegisterTable } from './table.ts';

/** The tables that a band is taken over. */
export interface EnergyTables {
  readonly arithmetic: readonly ArithmeticTable[];
  readonly registers: readonly RegisterTable[];
  readonly memories: readonly MemoryTable[];
  readonly offChip: readonly OffChipTable[];
}

/** Energy of the actions of a part in pJ, by one table. */
export function partEnergy<Part extends EnergyPart>(
  actions: readonly AnyAction[],
  part: Part,
  table: PartTables[Part],
): number {
  return actionsOf(actions, part).reduce((sum, { count, picojoules }) => sum + count * picojoules(table), 0);
}

/** What a layer takes more than one pass over its taps for, besides the planes that its events tell of. */
export interface LayerPasses {
  /** Folds that a total is made of besides its planes, where weights are held. @defaultValue 1 */
  readonly folds?: number;
  /**
   * Share of its taps, plane by plane, that were skipped for bits of weights alone: the twin, which takes a weight at once,
   * would take them. @defaultValue 0
   */
  readonly bitsSkipped?: number;
}

/** Prices actions; all figures in pJ. */
export function actionEnergy(actions: readonly AnyAction[], tables: EnergyTables): EnergySplit {
  const band = <Part extends EnergyPart>(part: Part, over: readonly PartTables[Part][]): Band =>
    bandOver(over.map((table) => partEnergy(actions, part, table)));
  return withTotal({
    compute: band('compute', tables.arithmetic),
    registers: band('registers', tables.registers),
    buffers: band('buffers', tables.memories),
    offChip: band('offChip', tables.offChip),
  });
}

/**
 * The events of a layer with multipliers in the cells: one pass over the same taps.
 * @param operations products that the taps are
 */
export function twinEvents(
  events: LayerEvents,
  operations: number,
  { folds = 1, bitsSkipped = 0 }: LayerPasses = {},
): LayerEvents {
  const planes = events.foldReads === 0 ? 1 : (1 + events.partialReads / events.foldReads) / folds;
  const passes = planes * (1 - bitsSkipped);
  return {
    ...events,
    sads: operations,
    activationReads: events.activationReads / passes,
    weightReads: events.weightReads / passes,
    partialReads: (folds - 1) * events.foldReads,
  };
}
