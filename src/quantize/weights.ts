// SPDX-License-Identifier: Apache-2.0
// A layer's real weights as codes, and what its integer sums then mean: y = unit acc + base, y as in the float model.
//
// Adder weights reach ten times as far as activations do. Moving a weight w into the range of the activations changes
// |x - w| by the same |w - clip(w)| for every x in that range; the sum of these over a filter goes into `base`, and
// nothing is lost. Weights that multiply have a step of their own for each filter.

import { type Codes, type Layer, newCodes } from '../network/index.ts';
import { clamp } from './fold.ts';
import type { CodeScale } from './scale.ts';

/** What a layer reads. */
export interface LayerInput {
  /** One scale for each channel; where taps add, all have one step. */
  readonly scales: readonly CodeScale[];
  /** Width of its codes. */
  readonly bits: number;
  /** Code that a tap outside the map reads, one for each channel. */
  readonly padCodes: Codes;
}

/** Weights in codes. */
export interface WeightCodes {
  readonly weights: Codes | Int16Array;
  /** Value of one unit of the sum, one for each filter; negative where taps add. */
  readonly unit: Float64Array;
  /** Value of a sum of zero, one for each filter. */
  readonly base: Float64Array;
}

/** The largest sum that a layer of multiplying taps may reach, either sign. */
const largestSum = 2 ** 31 - 1;

/**
 * Codes of the weights of an adder layer.
 * @param weights [filter][row][column][channel of its group]
 * @throws {RangeError} when the channels' steps differ: such sums have no common unit.
 */
export function adderWeights(layer: Layer, weights: Float32Array, { scales, bits }: LayerInput): WeightCodes {
  const { filters } = layer;
  const { step } = scales[0]!;
  const other = scales.find((scale) => Math.abs(scale.step / step - 1) > 1e-6);
  if (other !== undefined) {
    throw new RangeError(
      `Expected the channels that adder layer ${layer.name} reads to have one scale, ` +
        `but received steps of ${step} and ${other.step}: an adder layer that reads pictures needs equal deviations.`,
    );
  }
  const top = 2 ** bits - 1;
  const codes = newCodes(bits, weights.length);
  const base = new Float64Array(filters);
  const taps = weights.length / filters;
  const channelOf = channelOfTap(layer);
  for (let filter = 0; filter < filters; filter++) {
    let excess = 0;
    for (let tap = 0; tap < taps; tap++) {
      const position = weights[filter * taps + tap]! / step + scales[channelOf(filter, tap)]!.zero;
      const inside = clamp(position, 0, top);
      codes[filter * taps + tap] = Math.round(inside);
      excess += Math.abs(position - inside);
    }
    base[filter] = -excess * step;
  }
  return { weights: codes, unit: new Float64Array(filters).fill(-step), base };
}

/**
 * Signed codes of the weights of a layer that multiplies.
 * @param edgeBits width of the codes, 2 to 16; fewer are used where sums would leave 32 bits
 * @param snap the unit of a filter's sums to use, given the smallest that fits; at least that
 */
export function multiplyWeights(
  layer: Layer,
  weights: Float32Array,
  { scales, bits, padCodes }: LayerInput,
  edgeBits: number,
  snap: (filter: number, unit: number) => number = (_, unit) => unit,
): WeightCodes {
  const { filters } = layer;
  const taps = weights.length / filters;
  const top = 2 ** (edgeBits - 1) - 1;
  const reach = 2 ** bits - 1;
  const channelOf = channelOfTap(layer);
  const codes = new Int16Array(weights.length);
  const unit = new Float64Array(filters);
  const base = new Float64Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    let [largest, sum, constant] = [0, 0, 0];
    const value = (tap: number): number => weights[filter * taps + tap]! * scales[channelOf(filter, tap)]!.step;
    for (let tap = 0; tap < taps; tap++) {
      const channel = channelOf(filter, tap);
      largest = Math.max(largest, Math.abs(value(tap)));
      sum += Math.abs(value(tap)) * reach;
      constant += value(tap) * (padCodes[channel]! - scales[channel]!.zero);
    }
    // Half a code for each tap is what rounding may add to the sum.
    const least = Math.max(largest / top, sum / Math.max(largestSum - (taps * reach) / 2, 1));
    const own = largest === 0 ? 1 : snap(filter, least);
    for (let tap = 0; tap < taps; tap++) codes[filter * taps + tap] = Math.round(value(tap) / own);
    unit[filter] = own;
    base[filter] = constant;
  }
  return { weights: codes, unit, base };
}

/** Channel of the input that a filter's tap reads. */
function channelOfTap({ input, filters, groups }: Layer): (filter: number, tap: number) => number {
  const depth = input.channels / groups;
  return (filter, tap) => Math.floor(filter / (filters / groups)) * depth + (tap % depth);
}
