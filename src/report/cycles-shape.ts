// SPDX-License-Identifier: Apache-2.0
// What `berus cycles --json` prints. Field names are stable, and those that `berus run --json` has, too, mean the same.

import type { Configuration, Need } from '../compile/index.ts';
import type { Dataflow, LayerCycles, LayerEvents, ScaleSimCycles } from '../cycles/index.ts';
import type { RunCyclesReport } from './report-shape.ts';

/** SCALE-Sim's counts; it knows no batch, so there are two ways to ask it for one. */
export interface ScaleSimReport {
  /** One image by itself: its output pixels lie along the rows. */
  readonly oneImage: ScaleSimCycles;
  /** All images in one run, as if their pixels were one tall map. */
  readonly together: ScaleSimCycles;
}

/** One layer. Counts are of all images; null where the array does not compute the layer yet. */
export interface CyclesLayerReport {
  readonly name: string;
  readonly cycles: number | null;
  /** Cycles if every cell did an absolute difference in each. */
  readonly idealCycles: number | null;
  readonly utilization: number | null;
  /** Absolute differences; 0 of a layer that multiplies. */
  readonly sads: number;
  /** Why cycles are null. */
  readonly notCounted: string | null;
  /** The cycles by what they are spent on. */
  readonly spent: LayerCycles | null;
  readonly events: LayerEvents | null;
  /** The layer of one image as a matrix product: m output pixels, n filters, k taps, so many copies. */
  readonly gemm: { readonly m: number; readonly n: number; readonly k: number; readonly copies: number };
  readonly scaleSim: ScaleSimReport;
}

/** Sums over layers; cycles are null unless every one of them is counted. */
export interface CyclesTotals {
  readonly layers: number;
  readonly cycles: number | null;
  readonly idealCycles: number | null;
  readonly utilization: number | null;
  readonly sads: number;
  readonly scaleSim: ScaleSimReport;
}

/** What `berus cycles` found. */
export interface CyclesReport {
  readonly network: string;
  readonly config: string;
  readonly configuration: Configuration;
  readonly images: number;
  /** Batches of at most `rows` images. */
  readonly batches: number;
  /** Everything in `cycles`, over the images; null unless a network's layers are all counted. */
  readonly cyclesPerImage: number | null;
  readonly idealCyclesPerImage: number | null;
  /** Ideal cycles over the cycles of the layers. */
  readonly utilization: number | null;
  readonly cycles: RunCyclesReport | null;
  /** Sums over the layers that are counted, and over all. */
  readonly counted: CyclesTotals;
  readonly all: CyclesTotals;
  /** What the counted layers need of the configuration; where it does not fit, cycles are as if it did. */
  readonly buffers: readonly (Need & { readonly size: number; readonly fits: boolean })[];
  /** Whether there are more layers than a program may have. */
  readonly tooManyLayers: boolean;
  /** SCALE-Sim's dataflow. */
  readonly dataflow: Dataflow;
  readonly warnings: readonly string[];
  readonly layers: readonly CyclesLayerReport[];
}
