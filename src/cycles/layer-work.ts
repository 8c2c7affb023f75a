// SPDX-License-Identifier: Apache-2.0
// What the weights of a layer ask of the array: passes over its taps, and lanes of the weight words that are in use.
//
// Where cells multiply, a weight's lane is in use in each plane whose bit of its magnitude is 1, so that both depend on
// the weights themselves. Without them planes are assumed, and how many lanes are in use is not known.

import {
  assumedPlanes,
  type Configuration,
  type LayerPlan,
  planLayer,
  planStationary,
  type StationaryPlan,
  weightPlanes,
} from '../compile/index.ts';
import type { Layer, QuantizedLayer } from '../network/index.ts';

/** A layer, and what is known of its weights. */
export interface LayerWork {
  readonly layer: Layer;
  /** Null where the weights are not known and cells multiply. */
  readonly weights: { readonly planes: number; readonly lanes: number } | null;
}

/** Bits of a number that are 1. */
function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Work of a layer with its weights. */
export function quantizedWork(quantized: QuantizedLayer): LayerWork {
  const { layer, weights } = quantized;
  const planes = weightPlanes(quantized);
  if (layer.cell === 'adder') return { layer, weights: { planes, lanes: weights.length } };
  let lanes = 0;
  for (const weight of weights) lanes += ones(Math.abs(weight));
  return { layer, weights: { planes, lanes } };
}

/** Work of a layer whose weights are not known. */
export function unweightedWork(layer: Layer): LayerWork {
  const { input, kernelHeight, kernelWidth, filters, groups, cell } = layer;
  const lanes = (kernelHeight * kernelWidth * input.channels * filters) / groups;
  return { layer, weights: cell === 'adder' ? { planes: 1, lanes } : null };
}

/** How the layer lies on an array. */
export function workPlan({ layer, weights }: LayerWork, configuration: Configuration): LayerPlan {
  return planLayer(layer, configuration, weights?.planes ?? assumedPlanes(layer, configuration));
}

/** How the layer lies on an array whose cells hold its weights. */
export function heldPlan({ layer, weights }: LayerWork, configuration: Configuration): StationaryPlan {
  return planStationary(layer, configuration, weights?.planes ?? assumedPlanes(layer, configuration));
}
