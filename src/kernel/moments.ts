// SPDX-License-Identifier: Apache-2.0
// What the kernels leave for each chunk, put together in chunk order: the
// statistics of a batch, and the sums that batch normalisation's gradient needs.

import { batchNormEpsilon } from '../network/index.ts';
import { type Dims, lanes } from './dims.ts';
import type { Gradients } from './stage.ts';

/** Puts the chunks' means and squared deviations together (Chan, Golub and LeVeque, 1979). */
export function mergeMoments(partial: Float64Array, dims: Dims, mean: Float32Array, variance: Float64Array): void {
  const { chunks, filters, pixels } = dims;
  const size = lanes * pixels;
  for (let filter = 0; filter < filters; filter++) {
    let average = 0;
    let squares = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const delta = partial[2 * (chunk * filters + filter)]! - average;
      average += delta / (chunk + 1);
      squares += partial[2 * (chunk * filters + filter) + 1]! + (delta * delta * size * chunk) / (chunk + 1);
    }
    mean[filter] = average;
    variance[filter] = squares / (size * chunks);
  }
}

/**
 * Gradients of slopes and offsets from sums of da and da (y - mean), and what the gradient of y subtracts:
 * dy = scale (da - offset - (y - mean) slope).
 */
export function mergeSums(
  sums: Float64Array,
  dims: Dims,
  variance: Float64Array,
  { gamma, beta }: Gradients,
): { offset: Float32Array; slope: Float32Array } {
  const { chunks, filters, pixels } = dims;
  const values = chunks * lanes * pixels;
  const offset = new Float32Array(filters);
  const slope = new Float32Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    let sum = 0;
    let weighted = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      sum += sums[2 * (chunk * filters + filter)]!;
      weighted += sums[2 * (chunk * filters + filter) + 1]!;
    }
    const power = 1 / (variance[filter]! + batchNormEpsilon);
    beta[filter] = sum;
    gamma[filter] = weighted * Math.sqrt(power);
    offset[filter] = sum / values;
    slope[filter] = (weighted * power) / values;
  }
  return { offset, slope };
}
