// SPDX-License-Identifier: Apache-2.0
// Energy of the array and of the lanes that fold its sums, by energies that were measured in gates: what its cells spend
// on their taps, what lanes do on folds, and what the clock spends on the registers of both, which no published table has.
// It is of another process than those, so it stands beside the band and is no part of it.

import type { Configuration } from '../compile/index.ts';
import { cellOf, type CountedRun } from './estimate.ts';
import { ARRAY_EVENTS, arrayRegisterBits } from './array-events.ts';
import { twinEvents } from './layer-energy.ts';
import type { Cell } from './operation.ts';
import type { MeasuredCell, MeasuredLane, MeasuredTable } from './table.ts';

/** Energy of an array and its lanes in nJ an image. */
export interface ArrayEnergy {
  /** Cells: arithmetic, and registers that change. */
  readonly compute: number;
  /** Registers of the array that are clocked, whatever they hold. */
  readonly clock: number;
  /** Lanes that fold sums, with their clock; null where none was measured, and the total is of the array. */
  readonly folds: number | null;
  readonly total: number;
}

/** Both arrays', and the multipliers' over the adders'. */
export interface MeasuredEnergy {
  readonly adder: ArrayEnergy;
  readonly twin: ArrayEnergy;
  readonly ratio: { readonly compute: number; readonly total: number };
  /** The lane by which folds are priced; null: none was measured. */
  readonly lane: MeasuredLane | null;
}

/** Energy in pJ of one tap, by the mean of its events; without the clock. */
export function measuredTap({ picojoules, perTap }: MeasuredCell): number {
  return ARRAY_EVENTS.reduce((sum, event) => sum + picojoules[event] * perTap[event], 0);
}

/**
 * Checks that cells are as wide as those that are measured.
 * @param by what they are to be priced by
 * @throws {RangeError} when they are not
 */
export function requireWidth({ dataBits }: Pick<Configuration, 'dataBits'>, by: string): void {
  if (dataBits !== 8) throw new RangeError(`Expected cells of 8 bits with ${by}, but received ${dataBits}.`);
}

/** The lane that was measured with sums nearest in length. */
function nearestLane(lanes: readonly MeasuredLane[], sumBits: number): MeasuredLane {
  const far = (lane: MeasuredLane): number => Math.abs(lane.sumBits - sumBits);
  return lanes.reduce((best, lane) => (far(lane) < far(best) ? lane : best));
}

/**
 * Prices a run's taps, folds and clocks. A fold is the same whatever the cells. A tap is priced as one of the arrays that were
 * measured, whatever blocks this one has and how many taps it takes a clock; its registers are counted as they are.
 * @param clocks in which the layers ran, all batches together
 * @throws {RangeError} when the cells are not as wide as those that were measured
 */
export function measuredEnergy(run: CountedRun, clocks: number, table: MeasuredTable): MeasuredEnergy {
  const { configuration, images, layers } = run;
  const { rows, sumBits, serialFold, tapsPerClock = 1 } = configuration;
  requireWidth(configuration, `table ${table.id}`);
  let [sads, operations, saved, folds] = [0, 0, 0, 0];
  for (const { events, operations: once = events.sads, tapsAClock = tapsPerClock, ...passes } of layers) {
    const twin = twinEvents(events, once, passes);
    sads += events.sads;
    folds += rows * events.foldReads;
    operations += twin.sads;
    // Multipliers take one pass: taps of the others are not streamed.
    saved += (events.weightReads - twin.weightReads) / tapsAClock;
  }
  const lane = table.lanes && nearestLane(table.lanes, sumBits);
  const energy = (of: Cell, taps: number, clocked: number): ArrayEnergy => {
    const nanojoules = (picojoules: number): number => (1e-3 * picojoules) / images;
    const clockBits = (bits: number): number => nanojoules(clocked * bits * table.clockBit);
    const compute = nanojoules(taps * measuredTap(table.cells[of.kind]));
    const clock = clockBits(arrayRegisterBits(of, configuration));
    const lanes = serialFold === 1 ? 1 : rows;
    const folded = lane ? nanojoules(folds * lane.picojoules) + clockBits(lanes * lane.registerBits) : null;
    return { compute, clock, folds: folded, total: compute + clock + (folded ?? 0) };
  };
  const adder = energy(cellOf(configuration, 'adder'), sads, clocks);
  const twin = energy(cellOf(configuration, 'multiplier'), operations, clocks - saved);
  const ratio = { compute: twin.compute / adder.compute, total: twin.total / adder.total };
  return { adder, twin, ratio, lane: lane ?? null };
}
