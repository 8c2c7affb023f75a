// SPDX-License-Identifier: Apache-2.0
// Energy of the array alone, by energies that were measured in gates: what its cells spend on their taps, and what the
// clock spends on its registers, which no published table has. It is of another process than those, so it stands beside
// the band and is no part of it.

import type { Configuration } from '../compile/index.ts';
import { cellOf, type CountedRun } from './estimate.ts';
import { ARRAY_EVENTS, arrayRegisterBits } from './array-events.ts';
import { twinEvents } from './layer-energy.ts';
import type { Cell } from './operation.ts';
import type { MeasuredCell, MeasuredTable } from './table.ts';

/** Energy of an array in nJ an image. */
export interface ArrayEnergy {
  /** Cells: arithmetic, and registers that change. */
  readonly compute: number;
  /** Registers that are clocked, whatever they hold. */
  readonly clock: number;
  readonly total: number;
}

/** Both arrays', and the multipliers' over the adders'. */
export interface MeasuredEnergy {
  readonly adder: ArrayEnergy;
  readonly twin: ArrayEnergy;
  readonly ratio: { readonly compute: number; readonly total: number };
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

/**
 * Prices a run's taps and clocks.
 * @param clocks in which the layers ran, all batches together
 * @throws {RangeError} when the cells are not as wide as those that were measured
 */
export function measuredEnergy(run: CountedRun, clocks: number, table: MeasuredTable): MeasuredEnergy {
  const { configuration, images, layers } = run;
  requireWidth(configuration, `table ${table.id}`);
  const energy = (of: Cell, taps: number, clocked: number): ArrayEnergy => {
    const compute = (1e-3 * taps * measuredTap(table.cells[of.kind])) / images;
    const clock = (1e-3 * clocked * arrayRegisterBits(of, configuration) * table.clockBit) / images;
    return { compute, clock, total: compute + clock };
  };
  let [sads, operations, saved] = [0, 0, 0];
  for (const { events, operations: once = events.sads, ...passes } of layers) {
    const twin = twinEvents(events, once, passes);
    sads += events.sads;
    operations += twin.sads;
    // Multipliers take one pass: taps of the others are not streamed.
    saved += events.weightReads - twin.weightReads;
  }
  const adder = energy(cellOf(configuration, 'adder'), sads, clocks);
  const twin = energy(cellOf(configuration, 'multiplier'), operations, clocks - saved);
  return { adder, twin, ratio: { compute: twin.compute / adder.compute, total: twin.total / adder.total } };
}
