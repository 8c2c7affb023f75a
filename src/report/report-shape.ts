// SPDX-License-Identifier: Apache-2.0
// What `berus run --json` prints. Field names are stable.

import type { Configuration, ScheduleName, Stay } from '../compile/index.ts';
import type { Checker, DeviceLevel, LinkCounts, Miscount, Mismatch, VerifyMode } from '../device/index.ts';
import type { LayerCycles } from '../cycles/index.ts';
import type { Band, EnergyEstimate } from '../energy/index.ts';

/** A band, and what it is the sum of. */
export interface EnergyReport extends Band {
  readonly unit: 'nJ';
  readonly compute: Band;
  readonly registers: Band;
  readonly buffers: Band;
  readonly offChip: Band;
}

/** Energy of an image, with the tables behind it, and the twin and minima beside it. */
export interface ImageEnergyReport extends EnergyReport {
  readonly sources: EnergyEstimate['sources'];
  /** The same array with multiply-accumulate cells, estimated from the same tables and events. */
  readonly multiplierTwin: EnergyReport;
  /** The twin over the adder: arithmetic alone, and everything counted. */
  readonly multiplierRatio: EnergyEstimate['multiplierRatio'];
  /** The same images on cells of minima, by the closed form; null where there are none beside. */
  readonly minima: EnergyReport | null;
  /** Minima over distances, as the twin's; null where there are none. */
  readonly minimaRatio: EnergyEstimate['multiplierRatio'] | null;
}

/** One layer. Counts are of the whole run, energy is of one image; null where the device counts no cycles. */
export interface LayerReport {
  readonly name: string;
  /** What stays in the cells, or the layout that its map is turned to; null without an array. */
  readonly stays: Stay | null;
  readonly cycles: number | null;
  /** Cycles if every cell did an absolute difference in each, or as many as it takes taps in a clock. */
  readonly idealCycles: number | null;
  readonly utilization: number | null;
  /** The cycles by what they are spent on. */
  readonly spent: LayerCycles | null;
  /** Taps that cells of minima did not take, for they are 0 in every image of their batch; 0 with other cells. */
  readonly skippedTaps: number | null;
  readonly sads: number;
  readonly energy: EnergyReport | null;
  /** Null where the device does not show the layer's codes. */
  readonly bitExact: boolean | null;
  readonly mismatches: number;
  readonly firstMismatch: Mismatch | null;
}

/** Cycles of the whole run by what they were spent on. */
export interface RunCyclesReport {
  readonly layers: number;
  readonly imageLoad: number;
  readonly resultRead: number;
  /** Weights that have no room to stay, for each batch. */
  readonly segmentLoad: number;
  /** Weights, folds, padding codes and program, once for the run. */
  readonly networkLoad: number;
  /** Those of `imageLoad`, `segmentLoad` and `resultRead` that pass while a batch runs. */
  readonly hidden: number;
}

/** Cycles from the first word loaded to the last read. */
export function elapsedCycles(cycles: RunCyclesReport): number {
  const { layers, imageLoad, segmentLoad, resultRead, networkLoad, hidden } = cycles;
  return layers + imageLoad + segmentLoad + resultRead + networkLoad - hidden;
}

/** A waveform of the cycles around a wrong word. */
export interface WaveformReport {
  readonly file: string;
  /** Cycles that it shows, the last not included. */
  readonly from: number;
  readonly to: number;
  /** The wrong word, in the cycles of the waveform: those of a run of its batch alone. */
  readonly mismatch: Mismatch;
}

/** What `berus run` found where it stopped at a wrong word. */
export interface StoppedReport {
  readonly network: string;
  readonly config: string;
  readonly configuration: Configuration;
  readonly device: DeviceLevel;
  readonly images: number;
  readonly verify: VerifyMode;
  readonly checkedBy: Checker;
  readonly threads: number;
  readonly schedule: ScheduleName;
  /** Images of a batch, at most. */
  readonly batchSize: number;
  readonly bitExact: false;
  readonly mismatch: Mismatch;
  /** Null where the word was not wrong again. */
  readonly waveform: WaveformReport | null;
}

/** What `berus run` found. */
export interface RunReport {
  readonly network: string;
  /** Null, like its sizes, where the device has no array. */
  readonly config: string | null;
  readonly configuration: Configuration | null;
  readonly device: DeviceLevel;
  readonly images: number;
  /** How closely it was checked, and with which level: the definition, or the kernels. */
  readonly verify: VerifyMode;
  readonly checkedBy: Checker;
  /** Threads that simulated. */
  readonly threads: number;
  /** What stays in the cells: the sums of a batch, the weights of one image after the other, or what each layer says; null without an array. */
  readonly schedule: ScheduleName | null;
  /** Images of a batch at most; null without an array. */
  readonly batchSize: number | null;
  readonly correct: number;
  /** Fraction of the images. */
  readonly accuracy: number;
  /** Whether every code that the device shows is right: of all layers, or of a board's results. */
  readonly bitExact: boolean;
  readonly mismatches: number;
  /**
   * Whether every counter of every layer, and the host's clocks, equal the closed form; of a board, those that do not
   * depend on how quick its host is. Null where nothing is counted, or codes are wrong.
   */
  readonly countersEqual: boolean | null;
  /** The first counter that does not, of the part of the run in which it was found; null where there is none. */
  readonly miscount: Miscount | null;
  /** Everything in `cycles`, but `hidden`, which is taken off, over the images. */
  readonly cyclesPerImage: number | null;
  readonly idealCyclesPerImage: number | null;
  /** Ideal cycles over the cycles of the layers. */
  readonly utilization: number | null;
  readonly cycles: RunCyclesReport | null;
  readonly batches: number | null;
  readonly simulatedCyclesPerSecond: number | null;
  readonly energyPerImage: ImageEnergyReport | null;
  readonly layers: readonly LayerReport[];
  /** What the link to a board did; null for other devices. */
  readonly link: LinkCounts | null;
  /** Of the first wrong word; null where there is none. */
  readonly waveform: WaveformReport | null;
}
