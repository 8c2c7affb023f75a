// SPDX-License-Identifier: Apache-2.0
// An array and its lanes by energies measured in gates, beside the bands: of the cells asked for, of minima, of multipliers.

import { type Configuration, scheduleName } from '../compile/index.ts';
import { networkCounters } from '../cycles/index.ts';
import {
  type ArrayEnergy,
  type EnergySource,
  type MeasuredEnergy,
  measuredEnergy,
  type MeasuredTable,
  requireWidth,
} from '../energy/index.ts';
import { countedRun, type EnergyQuestion } from './array-energy.ts';
import { sourcesOf } from './energy-sources.ts';

/** The arrays by a table of measured energies. */
export interface MeasuredReport extends MeasuredEnergy {
  readonly unit: 'nJ';
  /** Cells of minima, beside those of distances; null where there are none. */
  readonly minima: ArrayEnergy | null;
  readonly source: EnergySource;
  /** How the arrays that were measured are unlike this one, in a sentence; null where they are not. */
  readonly note: string | null;
}

/** What an array is besides its size. */
function arrayText(reach: number, tapsPerClock: number): string {
  const blocks = reach === 1 ? 'without blocks' : `in blocks of ${reach}x${reach}`;
  return `${blocks} and of cells that take ${tapsPerClock === 1 ? 'one tap' : `${tapsPerClock} taps`} a clock`;
}

/** The sentence of a report that says of which other arrays energies are. */
function noteOf({ rows, columns, reach = 1, tapsPerClock = 1 }: Configuration, table: MeasuredTable): string | null {
  const { reach: reached = 1, tapsPerClock: taken = 1 } = table;
  // A block is no larger than the array.
  const own = Math.min(reached, Math.max(rows, columns));
  if (own === reach && taken === tapsPerClock) return null;
  const measured = arrayText(reached, taken);
  return `Energies an event are of arrays ${measured}, this one is ${arrayText(reach, tapsPerClock)}: only its registers are counted as they are.`;
}

/**
 * Checks that an array can be priced by energies measured in gates.
 * @param by the option that asks for it
 * @throws {RangeError} when it is not like those that are measured
 */
export function requireMeasurable({ configuration, schedule }: EnergyQuestion, by: string): void {
  requireWidth(configuration, by);
  if (configuration.pipelined === 1) {
    throw new RangeError(`Expected pipelined to be 0 with ${by}, which is of other arrays, but received 1.`);
  }
  if (schedule === 'output') return;
  const received = scheduleName(schedule);
  throw new RangeError(
    `Expected --schedule to be output with ${by}, which is of arrays whose sums stay, but received ${received}.`,
  );
}

/**
 * An array, in as many clocks as the closed form says. The energy of a tap is the mean of all, those that cells of minima
 * skip among them, which take little: so all are priced, and only the clocks of what is skipped are saved.
 */
function priced(question: EnergyQuestion, table: MeasuredTable): MeasuredEnergy {
  const { network, configuration, images, schedule, zeros } = question;
  const counters = networkCounters(network, configuration, images, schedule, zeros?.occupied);
  const clocks = counters.reduce((sum, { cycles }) => sum + cycles.total, 0);
  return measuredEnergy(countedRun({ ...question, zeros: undefined }), clocks, table);
}

/**
 * Prices the arrays.
 * @param minima sizes of the one of minima, where it stands beside
 */
export function measuredReport(
  question: EnergyQuestion,
  minima: Configuration | undefined,
  table: MeasuredTable,
): MeasuredReport {
  const beside = minima && { ...question, configuration: minima, zeros: question.minima?.zeros };
  return {
    unit: 'nJ',
    ...priced(question, table),
    minima: beside ? priced(beside, table).adder : null,
    source: sourcesOf([table])[0]!,
    note: noteOf(question.configuration, table),
  };
}
