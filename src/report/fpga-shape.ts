// SPDX-License-Identifier: Apache-2.0
// What `berus fpga` says, as JSON.

import type { BudgetCheck, CriticalPath, Fmax, Resources } from '../../fpga/index.ts';

/** Of a part of an FPGA, how many are used, and how many there are. */
export interface UsedPart {
  /** `logic cells`, `block RAMs`. */
  readonly name: string;
  readonly used: number;
  readonly available: number;
}

/** What one build takes, and how fast it is. */
export interface BuildFigures extends Resources {
  /** What its cells sum: distance, minimum or product. */
  readonly cell: string;
  /** Look-up tables of the array over its cells; null unless the array alone was built. */
  readonly lutsPerCell: number | null;
  /** Used of available; after placement. */
  readonly used: readonly UsedPart[];
  /** MHz over the seeds; null where nothing was placed. */
  readonly fmaxMHz: Fmax | null;
  /** MHz of each seed, from seed 1 on. */
  readonly fmaxOfSeeds: readonly number[];
  /** Of the fastest seed. */
  readonly criticalPath: CriticalPath | null;
}

/** What a clock makes of a network's cycles. */
export interface Throughput {
  readonly clockMHz: number;
  readonly inferencesPerSecond: number;
  /** 10^9 absolute differences a second, with this network. */
  readonly gsadsPerSecond: number;
}

/** Parts of one module, its own and those of modules inside that have no line of their own. */
export interface ModuleFigures extends Resources {
  readonly name: string;
}

/** A board's figures. */
export interface FpgaReport extends BuildFigures {
  readonly board: string;
  readonly boardName: string;
  readonly part: string;
  readonly config: string;
  readonly rows: number;
  readonly columns: number;
  /** That a cell takes. */
  readonly tapsPerClock: number;
  readonly toolchain: { readonly kind: string; readonly versions: Readonly<Record<string, string>> };
  readonly seeds: number;
  /** What the clock is to reach. */
  readonly clockMHz: number;
  /** Whether the fastest seed reaches it; null where nothing was placed. */
  readonly timingMet: boolean | null;
  readonly modules: readonly ModuleFigures[];
  readonly network: string;
  /** Of the layers, in full batches, by the closed form; null where the configuration does not hold the network. */
  readonly cyclesPerImage: number | null;
  /** At the median of the seeds' clocks. */
  readonly inferencesPerSecond: number | null;
  readonly gsadsPerSecond: number | null;
  /** Were every cell used in every clock, with as many taps as it takes. */
  readonly peakGsadsPerSecond: number | null;
  /** At the clock that the board's bitstream runs at. */
  readonly atBoardClock: Throughput | null;
  /** The array alone with cells of each kind. */
  readonly twins: readonly BuildFigures[];
  readonly budgets: readonly BudgetCheck[];
  /** Files that were written. */
  readonly bitstream: string | null;
  readonly floorplan: string | null;
  /** What was not done, in sentences. */
  readonly notDone: readonly string[];
}
