// SPDX-License-Identifier: Apache-2.0
// What the weights of a layer ask of the array: passes over its taps, and lanes of the weight words that are in use.
//
// Where a layer multiplies, a weight's lane is in use in each plane whose bit of its magnitude is 1, so that both depend
// on the weights themselves, and on what cells add: distances take the bits of magnitudes, minima those of two's
// complement. Without them planes are assumed, and how many lanes are in use is not known. Cells of products take each
// weight once, whatever it is, 0 as well.

import {
  ARRAY_CELLS,
  type ArrayCell,
  assumedPlanes,
  type Configuration,
  laidByRows,
  type LayerPlan,
  type LayerRecord,
  mayLieByRows,
  planLayer,
  planStationary,
  type StationaryPlan,
  weightPlanes,
} from '../compile/index.ts';
import type { Layer, QuantizedLayer } from '../network/index.ts';

/** What weights ask of an array. */
export interface WeightUse {
  readonly planes: number;
  /** Lanes of the weight words that are in use, in all planes. */
  readonly lanes: number;
}

/** A layer, and what is known of its weights. */
export interface LayerWork {
  readonly layer: Layer;
  /** By what cells add; left out where the weights are not known and their bits count. */
  readonly weights: Readonly<Partial<Record<ArrayCell, WeightUse>>>;
}

/** Bits of a number that are 1. */
function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Lanes of the weight words that a weight takes, in all planes. */
export function weightLanes(weight: number, planes: number, cell: ArrayCell): number {
  return ones(cell === 'minimum' ? weight & (2 ** planes - 1) : Math.abs(weight));
}

function weightUse(quantized: QuantizedLayer, cell: ArrayCell): WeightUse {
  const { layer, weights } = quantized;
  const planes = weightPlanes(quantized, { cell });
  if (layer.cell === 'adder' || cell === 'product') return { planes, lanes: weights.length };
  let lanes = 0;
  for (const weight of weights) lanes += weightLanes(weight, planes, cell);
  return { planes, lanes };
}

/** Work of a layer with its weights. */
export function quantizedWork(quantized: QuantizedLayer): LayerWork {
  const { layer } = quantized;
  return {
    layer,
    weights: Object.fromEntries(ARRAY_CELLS.map((cell) => [cell, weightUse(quantized, cell)])),
  };
}

/** Work of a layer whose weights are not known. */
export function unweightedWork(layer: Layer): LayerWork {
  const { input, kernelHeight, kernelWidth, filters, groups, cell } = layer;
  const use = { planes: 1, lanes: (kernelHeight * kernelWidth * input.channels * filters) / groups };
  return { layer, weights: cell === 'adder' ? { distance: use, minimum: use } : { product: use } };
}

/** What a layer's weights ask of the cells of an array; undefined where they are not known. */
export function useOf(
  { weights }: LayerWork,
  { cell = 'distance' }: Pick<Configuration, 'cell'>,
): WeightUse | undefined {
  return weights[cell];
}

/**
 * Lanes in use of a record's weights, where they are known. They are known of all filters of a layer: the first record of
 * a strip has them.
 */
export function knownLanes(
  work: LayerWork,
  { firstTile, firstGroup }: Pick<LayerRecord, 'firstTile' | 'firstGroup'>,
  configuration: Pick<Configuration, 'cell'>,
): number | undefined {
  const known = useOf(work, configuration)?.lanes;
  return known !== undefined && (firstTile > 0 || firstGroup > 0) ? 0 : known;
}

/** Passes over the layer's taps. */
export function planesOf(work: LayerWork, configuration: Configuration): number {
  return useOf(work, configuration)?.planes ?? assumedPlanes(work.layer, configuration);
}

/** How the layer lies on an array. */
export function workPlan(work: LayerWork, configuration: Configuration): LayerPlan {
  return planLayer(work.layer, configuration, planesOf(work, configuration));
}

/**
 * How a layer by itself lies on an array whose cells hold its weights.
 * @param first whether it is the first of its workload: it reads pictures, laid as takes it fewer folds
 */
export function heldPlanAlone(work: LayerWork, configuration: Configuration, first: boolean): StationaryPlan {
  const plan = planStationary(work.layer, configuration, planesOf(work, configuration));
  return (first && mayLieByRows([work.layer]) ? laidByRows(plan, configuration) : null) ?? plan;
}
