// SPDX-License-Identifier: Apache-2.0
// SCALE-Sim's cycle counts as closed forms: what its code counts, and what its paper says.
//
// The product is cut into folds of the array's size, which run one after the other; each pays its filling and draining
// in full, and a fold at the edge costs as much as a whole one.
//
//   code   output-stationary T + R + C - 2, weight- and input-stationary T + 2R + C - 2 a fold: the rows of the demand
//          matrices in scalesim/compute/systolic_compute_{os,ws,is}.py. Reports print one less for the whole layer:
//          the index of the last cycle.
//   paper  2R + C + T - 2 a fold for all three (Samajdar et al., ISPASS 2020): the R clocks in which output-stationary
//          sums leave the array are counted, too.

import type { Gemm } from './scale-sim-layer.ts';

/** What stays in the cells: outputs, weights or inputs. */
export type Dataflow = 'os' | 'ws' | 'is';

/** All of them, by the names that SCALE-Sim gives them. */
export const dataflows: readonly Dataflow[] = ['os', 'ws', 'is'];

/** Rows and columns of an array. */
export interface ArraySize {
  readonly rows: number;
  readonly columns: number;
}

/** How a product is laid on an array. */
export interface Mapping {
  /** Sr: what lies along the rows. */
  readonly alongRows: number;
  /** Sc: what lies along the columns. */
  readonly alongColumns: number;
  /** T: clocks in which each cell of a fold works. */
  readonly time: number;
  readonly rowFolds: number;
  readonly columnFolds: number;
}

/** The mapping of a product: table 2 of the paper. */
export function mapGemm({ pixels, filters, taps }: Gemm, { rows, columns }: ArraySize, dataflow: Dataflow): Mapping {
  const alongRows = dataflow === 'os' ? pixels : taps;
  const alongColumns = dataflow === 'is' ? pixels : filters;
  return {
    alongRows,
    alongColumns,
    time: dataflow === 'os' ? taps : dataflow === 'ws' ? pixels : filters,
    rowFolds: Math.ceil(alongRows / rows),
    columnFolds: Math.ceil(alongColumns / columns),
  };
}

/** Cycles of a fold by SCALE-Sim's code. */
export function foldCycles(time: number, { rows, columns }: ArraySize, dataflow: Dataflow): number {
  return time + (dataflow === 'os' ? rows : 2 * rows) + columns - 2;
}

/** Both counts of a product. */
export interface ScaleSimCycles {
  readonly code: number;
  readonly paper: number;
}

/**
 * SCALE-Sim's cycles of a product.
 * @example
 * scaleSimCycles({ pixels: 256, filters: 128, taps: 256 }, { rows: 32, columns: 32 }, 'os'); // { code: 10176, paper: 11200 }
 */
export function scaleSimCycles(gemm: Gemm, array: ArraySize, dataflow: Dataflow): ScaleSimCycles {
  const { time, rowFolds, columnFolds } = mapGemm(gemm, array, dataflow);
  const folds = rowFolds * columnFolds;
  return {
    code: folds * foldCycles(time, array, dataflow),
    paper: folds * (2 * array.rows + array.columns + time - 2),
  };
}
