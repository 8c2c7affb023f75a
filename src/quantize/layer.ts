// SPDX-License-Identifier: Apache-2.0
// One float layer -> one integer layer.
//
// Weights reach ten times as far as activations do. Moving a weight w into the
// range of the activations changes |x - w| by the same |w - clip(w)| for every x
// in that range; the sum of these over a filter goes into the filter's offset,
// and nothing is lost.

import type { Codes, FloatLayer, QuantizedLayer } from '../network/index.ts';
import { batchNormEpsilon } from '../network/index.ts';
import { clamp, foldLine } from './fold.ts';
import type { CodeScale } from './scale.ts';

/** Scales around a layer. */
export interface LayerScales {
  readonly input: CodeScale;
  readonly output: CodeScale;
  /** Code that a tap outside the input reads. */
  readonly padCode: number;
}

/** Quantizes one layer. */
export function quantizeLayer(float: FloatLayer, bits: number, scales: LayerScales): QuantizedLayer {
  const { layer, gamma, beta, mean, variance } = float;
  const { input, output, padCode } = scales;
  const { filters } = layer;
  const { codes, excess } = quantizeWeights(float.weights, filters, bits, input);
  const mul = new Int16Array(filters);
  const add = new Float64Array(filters);
  const shift = new Uint8Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    // y = -(step acc + excess); a = slope (y - mean) + beta; code = a / output.step + output.zero.
    const slope = gamma[filter]! / Math.sqrt(variance[filter]! + batchNormEpsilon);
    const atZero = slope * (-excess[filter]! - mean[filter]!) + beta[filter]!;
    const fold = foldLine((-input.step * slope) / output.step, atZero / output.step + output.zero);
    mul[filter] = fold.mul;
    add[filter] = fold.add;
    shift[filter] = fold.shift;
  }
  const padCodes = (bits > 8 ? new Uint16Array(layer.input.channels) : new Uint8Array(layer.input.channels)).fill(
    padCode,
  );
  const low = layer.relu ? output.zero : 0;
  return { layer, weights: codes, mul, shortcutMul: new Int32Array(0), add, shift, padCodes, low, bits, poolShift: 0 };
}

/** Codes of the weights, and for each filter the sum of |w - clip(w)|, in the weights' unit. */
export function quantizeWeights(
  weights: Float32Array,
  filters: number,
  bits: number,
  { step, zero }: CodeScale,
): { codes: Codes; excess: Float64Array } {
  const top = 2 ** bits - 1;
  const codes = bits > 8 ? new Uint16Array(weights.length) : new Uint8Array(weights.length);
  const excess = new Float64Array(filters);
  const taps = weights.length / filters;
  weights.forEach((weight, index) => {
    const position = weight / step + zero;
    const inside = clamp(position, 0, top);
    codes[index] = Math.round(inside);
    excess[Math.floor(index / taps)]! += Math.abs(position - inside) * step;
  });
  return { codes, excess };
}
