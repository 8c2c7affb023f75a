// SPDX-License-Identifier: Apache-2.0
// Cells of minima beside those of distances: the same network, images, batches, schedule and sizes, counted by the closed
// form as `berus energy` counts a configuration of minima, and priced by the same tables.

import type { Configuration } from '../compile/index.ts';
import { batchesOf } from '../cycles/index.ts';
import {
  arrayRatio,
  arraySizeUses,
  type CountedRun,
  dramUses,
  type EnergyRatio,
  estimateEnergy,
  withCells,
} from '../energy/index.ts';
import { type ArrayEnergyReport, arrayReport, countedRun, type EnergyQuestion } from './array-energy.ts';

/** What the same array with cells of minima costs an image. */
export interface MinimaReport extends ArrayEnergyReport {
  /** That of the distances, with sums of a bit more. */
  readonly configuration: Configuration;
  /** Data set of whose first test images the zeros are skipped; null: nothing is. */
  readonly zerosOf: string | null;
  /** Minima over distances, arithmetic alone and everything counted, table by table. */
  readonly ratio: EnergyRatio;
  /** By the middle tables with each type of memory off chip, the network loaded once or for every batch, in nJ. */
  readonly offChip: readonly {
    readonly name: string;
    readonly loadedOnce: number;
    readonly loadedEachBatch: number;
  }[];
  /** By the middle tables for arrays of other sizes, in nJ, without the memory off chip; nothing is taken to be 0. */
  readonly arraySizes: readonly { readonly side: number; readonly energy: number }[];
}

/** The report, or why there is none. */
export type MinimaBeside =
  { readonly minima: MinimaReport; readonly noMinima: null } | { readonly minima: null; readonly noMinima: string };

/** Why an array has none beside it, whatever the network. */
const OWN = {
  minimum: 'The cells are of minima themselves.',
  product: 'The cells are of products, which give other codes.',
} as const;

/** The run of the same question on cells of minima, or the sentence that says why there cannot be one. */
function minimaRun(question: EnergyQuestion): CountedRun | string {
  const { configuration, schedule, minima = {} } = question;
  if (typeof schedule !== 'string') return 'With cells of minima all layers have one schedule.';
  if (minima.fault !== undefined) return minima.fault.message.replace(/\s*\n\s*/g, ' ');
  try {
    return countedRun({ ...question, configuration: withCells(configuration, 'minimum'), zeros: minima.zeros });
  } catch (error) {
    // An array that cannot be, or is too small: sums of minima are longer, and some folds are not for them.
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/**
 * Cells of minima beside those of a run, which are of distances.
 * @param run what was counted of the question with its own cells
 */
export function minimaBeside(question: EnergyQuestion, run: CountedRun): MinimaBeside {
  const { cell = 'distance' } = question.configuration;
  if (cell !== 'distance') return { minima: null, noMinima: OWN[cell] };
  const counted = minimaRun(question);
  if (typeof counted === 'string') return { minima: null, noMinima: counted };
  const { network, images, schedule } = question;
  const loads = dramUses(counted, batchesOf(images, counted.configuration, schedule));
  const minima = {
    configuration: counted.configuration,
    zerosOf: question.minima?.zeros?.data ?? null,
    ...arrayReport(estimateEnergy(counted), counted),
    ratio: arrayRatio(run, counted),
    offChip: loads.map(({ name, loadedOnce, loadedEachBatch }) => ({
      name,
      loadedOnce: loadedOnce.adder,
      loadedEachBatch: loadedEachBatch.adder,
    })),
    arraySizes: arraySizeUses(network, counted.configuration).map(({ side, adder }) => ({ side, energy: adder })),
  };
  return { minima, noMinima: null };
}
