// SPDX-License-Identifier: Apache-2.0
// A network in floating point: every layer with the batch normalisation that
// follows it. A tap outside a map reads zero; outside the picture it reads what
// `InputScaling.padding` says.

import type { Layer, Network } from './layer.ts';

/** Added to the variance before its root is taken. */
export const batchNormEpsilon = 1e-5;

/** A layer's numbers: a = gamma (y - mean) / sqrt(variance + epsilon) + beta; y = -sum |x - w|, or sum x w. */
export interface FloatLayer {
  readonly layer: Layer;
  /** [filter][row][column][channel of its group]. */
  readonly weights: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** How pixels become the first layer's input: x = (p / 255 - mean[c]) / deviation[c]. */
export interface InputScaling {
  /** One value for each channel. */
  readonly mean: readonly number[];
  /** One value for each channel, above 0. */
  readonly deviation: readonly number[];
  /** What is around a picture: black pixels, or x = 0, which is a pixel of the mean. */
  readonly padding: 'black' | 'zero';
}

/** A network's numbers; `layers` in the network's order. */
export interface FloatModel {
  readonly network: Network;
  readonly input: InputScaling;
  readonly layers: readonly FloatLayer[];
}
