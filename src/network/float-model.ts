// SPDX-License-Identifier: Apache-2.0
// A network in floating point: every adder layer with the batch normalisation
// that follows it. A tap outside the picture is black, outside a later map zero.

import type { AdderLayer, Network } from './layer.ts';

/** Added to the variance before its root is taken. */
export const batchNormEpsilon = 1e-5;

/** An adder layer's numbers: a = gamma (y - mean) / sqrt(variance + epsilon) + beta, y = -sum |x - w|. */
export interface FloatLayer {
  readonly layer: AdderLayer;
  /** [filter][row][column][channel]. */
  readonly weights: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** How pixels become the first layer's input: x = (p / 255 - mean) / deviation. */
export interface InputScaling {
  readonly mean: number;
  readonly deviation: number;
}

/** A network's numbers. */
export interface FloatModel {
  readonly network: Network;
  readonly input: InputScaling;
  readonly layers: readonly FloatLayer[];
}
