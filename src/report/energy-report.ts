// SPDX-License-Identifier: Apache-2.0
// Makes the report of `berus energy`: what an inference costs by the closed form's counts, beside cells of minima and the
// multiplier twin, and whether memory hides the difference. Field names are stable.

import { type Configuration, imagesAtOnce, scheduleName, type ScheduleName } from '../compile/index.ts';
import { batchesOf } from '../cycles/index.ts';
import {
  type ArraySizeUse,
  arraySizeUses,
  type CellChoice,
  chooseCell,
  type CountedRun,
  type DramUse,
  dramUses,
  type EnergySource,
  estimateEnergy,
  isHidden,
  type MeasuredTable,
  measuredTableOf,
  publishedTables,
  readAreas,
} from '../energy/index.ts';
import { type ArrayEnergyReport, arrayReport, type EnergyQuestion } from './array-energy.ts';
import { isTwin } from './config-text.ts';
import { sourcesOf } from './energy-sources.ts';
import { type MeasuredReport, measuredReport } from './measured-report.ts';
import { type MinimaReport, minimaBeside } from './minima-beside.ts';

/** What `berus energy --json` prints. */
export interface EnergyCommandReport extends ArrayEnergyReport {
  readonly network: string;
  readonly config: string;
  readonly configuration: Configuration;
  readonly images: number;
  readonly batches: number;
  readonly batchSize: number;
  readonly schedule: ScheduleName;
  /** Data set of whose first test images cells of minima skip the zeros; null: nothing is skipped. */
  readonly zerosOf: string | null;
  /** The same array, schedule and buffers with a multiply-accumulate in each cell. */
  readonly twin: ArrayEnergyReport;
  /** The same array, schedule and buffers with cells of minima; null where there is none to be beside. */
  readonly minima: MinimaReport | null;
  /** Why there is none, in a sentence; null where there is one. */
  readonly noMinima: string | null;
  /** The twin over the adder, arithmetic alone and everything counted, table by table. */
  readonly multiplierRatio: ReturnType<typeof estimateEnergy>['multiplierRatio'];
  /** Whether memory and registers hide more than half of what arithmetic gains. */
  readonly hidden: boolean;
  readonly offChip: {
    /** Bytes that are loaded once, and those of every image. */
    readonly networkBytes: number;
    readonly bytesPerImage: number;
    readonly types: readonly DramUse[];
  };
  /** Arrays of other sizes without the memory off chip; nothing is taken to be 0. */
  readonly arraySizes: readonly ArraySizeUse[];
  /** The array and its lanes by energies measured in gates, where they were asked for. */
  readonly measured?: MeasuredReport;
  /** Which cells to take; null where they are not to be chosen: for products, and where weights stay. */
  readonly choice: CellChoice | null;
  /** What was asked for and could not be had, in sentences. */
  readonly lacks: readonly string[];
  /** Where each part's figures come from. */
  readonly sources: Readonly<Record<'compute' | 'registers' | 'buffers' | 'offChip', readonly EnergySource[]>>;
}

/** Which cells to take, by the first batch, and where no table is named by the one that comes with the package. */
function choiceOf(
  { network, configuration, images, schedule, firstBatch }: EnergyQuestion,
  measured: MeasuredTable | undefined,
): CellChoice | null {
  if (isTwin(configuration) || schedule !== 'output') return null;
  const question = {
    network,
    configuration,
    images: Math.min(images, configuration.rows),
    zerosOf: firstBatch?.data ?? null,
    occupied: firstBatch?.occupied,
  };
  return chooseCell(question, measured ?? measuredTableOf(configuration), readAreas());
}

/**
 * Makes the report of a counted run.
 * @param measured a table to price the array by as well
 * @param lacks what was asked for and could not be had, in sentences
 */
export function makeEnergyReport(
  question: EnergyQuestion,
  run: CountedRun,
  measured?: MeasuredTable,
  lacks: readonly string[] = [],
): EnergyCommandReport {
  const { network, configName, configuration, images, schedule, zeros } = question;
  const estimate = estimateEnergy(run);
  const batches = batchesOf(images, configuration, schedule);
  const { networkBytes, segmentBytes = 0, imageBytes, resultBytes } = run.host;
  const { compute, total } = estimate.multiplierRatio;
  const { arithmetic, registers, memories, offChip } = publishedTables;
  const beside = minimaBeside(question, run);
  return {
    network: network.network.name,
    config: configName,
    configuration,
    images,
    batches,
    schedule: scheduleName(schedule),
    batchSize: imagesAtOnce(schedule, configuration),
    zerosOf: zeros?.data ?? null,
    ...arrayReport(estimate, run),
    twin: arrayReport(estimate.twin, run),
    ...beside,
    multiplierRatio: estimate.multiplierRatio,
    hidden: isHidden(compute.typical, total.typical),
    offChip: {
      networkBytes,
      bytesPerImage: (segmentBytes + imageBytes + resultBytes) / images,
      types: dramUses(run, batches),
    },
    arraySizes: arraySizeUses(network, configuration),
    ...(measured ? { measured: measuredReport(question, beside.minima?.configuration, measured) } : {}),
    choice: choiceOf(question, measured),
    lacks,
    sources: {
      compute: sourcesOf(arithmetic),
      registers: sourcesOf(registers),
      buffers: sourcesOf(memories),
      offChip: sourcesOf(offChip),
    },
  };
}
