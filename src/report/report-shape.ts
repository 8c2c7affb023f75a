// SPDX-License-Identifier: Apache-2.0
// What `berus run --json` prints. Field names are stable.

import type { Configuration } from '../compile/index.ts';
import type { DeviceLevel } from '../device/index.ts';
import type { Band, EnergyEstimate } from '../energy/index.ts';
import type { Mismatch } from './compare.ts';

/** A band, and what it is the sum of. */
export interface EnergyReport extends Band {
  readonly unit: 'nJ';
  readonly compute: Band;
  readonly registers: Band;
  readonly buffers: Band;
  readonly offChip: Band;
}

/** Energy of an image, with the tables behind it and the twin beside it. */
export interface ImageEnergyReport extends EnergyReport {
  readonly sources: EnergyEstimate['sources'];
  /** The same array with multiply-accumulate cells, estimated from the same tables and events. */
  readonly multiplierTwin: EnergyReport;
  /** The twin over the adder: arithmetic alone, and everything counted. */
  readonly multiplierRatio: EnergyEstimate['multiplierRatio'];
}

/** One layer. Counts are of the whole run, energy is of one image; null where the device counts no cycles. */
export interface LayerReport {
  readonly name: string;
  readonly cycles: number | null;
  /** Cycles if every cell did an absolute difference in each. */
  readonly idealCycles: number | null;
  readonly utilization: number | null;
  readonly sads: number;
  readonly energy: EnergyReport | null;
  readonly bitExact: boolean;
  readonly mismatches: number;
  readonly firstMismatch: Mismatch | null;
}

/** Cycles of the whole run by what they were spent on. */
export interface RunCyclesReport {
  readonly layers: number;
  readonly imageLoad: number;
  readonly resultRead: number;
  /** Weights, folds and program, once for the run. */
  readonly networkLoad: number;
}

/** What `berus run` found. */
export interface RunReport {
  readonly network: string;
  /** Null, like its sizes, where the device has no array. */
  readonly config: string | null;
  readonly configuration: Configuration | null;
  readonly device: DeviceLevel;
  readonly images: number;
  readonly correct: number;
  /** Fraction of the images. */
  readonly accuracy: number;
  readonly bitExact: boolean;
  readonly mismatches: number;
  /** Everything in `cycles`, over the images. */
  readonly cyclesPerImage: number | null;
  readonly idealCyclesPerImage: number | null;
  /** Ideal cycles over the cycles of the layers. */
  readonly utilization: number | null;
  readonly cycles: RunCyclesReport | null;
  readonly batches: number | null;
  readonly simulatedCyclesPerSecond: number | null;
  readonly energyPerImage: ImageEnergyReport | null;
  readonly layers: readonly LayerReport[];
}
