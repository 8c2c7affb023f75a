// SPDX-License-Identifier: Apache-2.0
// What `berus cycles --json` prints. Field names are stable, and those that `berus run --json` has, too, mean the same.

import type { Configuration, Need, ScheduleName, Stay } from '../compile/index.ts';
import type { ArrayUse, Dataflow, LayerCycles, LayerEvents, ScaleSimCycles, StripCost } from '../cycles/index.ts';
import type { Cell } from '../network/index.ts';
import type { RunCyclesReport } from './report-shape.ts';

/** SCALE-Sim's counts; it knows no batch, so there are two ways to ask it for one. */
export interface ScaleSimReport {
  /** One image by itself: its output pixels lie along the rows. */
  readonly oneImage: ScaleSimCycles;
  /** All images in one run, as if their pixels were one tall map. */
  readonly together: ScaleSimCycles;
}

/** Events of a layer; null where the weights decide and are not known. */
export type CyclesEvents = Omit<LayerEvents, 'sads'> & { readonly sads: number | null };

/** One layer. Counts are of all images; null where the array does not compute the layer. */
export interface CyclesLayerReport {
  readonly name: string;
  /** What stays in the cells, or the layout that its map is turned to. */
  readonly stays: Stay;
  /** Null of a line of a topology that is beyond what a layer may be. */
  readonly cell: Cell | null;
  readonly cycles: number | null;
  /** Cycles if every cell did an absolute difference in each, or as many as it takes taps in a clock. */
  readonly idealCycles: number | null;
  readonly utilization: number | null;
  /** Cycles of whole tiles back to back, ceil(M/R) ceil(N/C) K, with P taps a clock ceil(K/P); null of a layer that multiplies. */
  readonly tiledCycles: number | null;
  /** Cycles over those. */
  readonly overTiled: number | null;
  /** Absolute differences that cells add; null of a layer that multiplies where the weights are not known. */
  readonly sads: number | null;
  /** Why cycles are null. */
  readonly notCounted: string | null;
  /** The cycles by what they are spent on. */
  readonly spent: LayerCycles | null;
  readonly events: CyclesEvents | null;
  /**
   * Taps that are not issued, for they are 0 in every image of their batch, with cells of minima; none where `zerosOf` is
   * null. Null like cycles.
   */
  readonly skippedTaps: number | null;
  /** How the layer lies on the array; tiles are of one batch. */
  readonly array: ArrayUse | null;
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
  readonly tiledCycles: number | null;
  readonly overTiled: number | null;
  readonly sads: number | null;
  readonly scaleSim: ScaleSimReport;
}

/** What `berus cycles` found. */
export interface CyclesReport {
  readonly network: string;
  /** Whether the weights are known, on which planes and absolute differences of layers that multiply depend. */
  readonly weights: boolean;
  readonly config: string;
  readonly configuration: Configuration;
  readonly images: number;
  /** What stays in the cells: the sums of a batch, the weights of one image after the other, or what each layer says. */
  readonly schedule: ScheduleName;
  readonly batches: number;
  /** Images of a batch, at most. */
  readonly batchSize: number;
  /** Data set of whose first test images cells of minima skip the zeros; null: nothing is skipped. */
  readonly zerosOf: string | null;
  /** All of `cycles` but what is hidden, over the images; null unless a network's layers are all counted. */
  readonly cyclesPerImage: number | null;
  readonly idealCyclesPerImage: number | null;
  /** Ideal cycles over the cycles of the layers. */
  readonly utilization: number | null;
  readonly cycles: RunCyclesReport | null;
  /** Sums over the layers that are counted, over those of them that add, and over all. */
  readonly counted: CyclesTotals;
  readonly adders: CyclesTotals;
  readonly all: CyclesTotals;
  /** What the counted layers need of the configuration; where it does not fit, cycles are as if it did. */
  readonly buffers: readonly (Need & { readonly size: number; readonly fits: boolean })[];
  /** Leading layers that run in strips of rows, and what that costs all images; null where all maps are whole. */
  readonly strips: StripCost | null;
  /** Whether there are more layers than a program may have. */
  readonly tooManyLayers: boolean;
  /** SCALE-Sim's dataflow. */
  readonly dataflow: Dataflow;
  readonly warnings: readonly string[];
  readonly layers: readonly CyclesLayerReport[];
}
