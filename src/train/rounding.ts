// SPDX-License-Identifier: Apache-2.0
// Weights and pictures moved to the values that integers will have: what a
// network's integers do, in floating point.

import type { Pass } from '../kernel/index.ts';
import { lanes } from '../kernel/index.ts';
import type { FloatModel, InputScaling, Layer } from '../network/index.ts';

/** Values that a map's codes stand for: step (code - zero[channel]), codes 0 to `top`. */
export interface CodeGrid {
  /** One for each channel; where taps add, all are equal. */
  readonly steps: readonly number[];
  readonly zeros: readonly number[];
  readonly top: number;
}

/** Codes of the pictures. */
export function pictureGrid({ mean, deviation }: InputScaling, bits: number): CodeGrid {
  const top = 2 ** bits - 1;
  return { steps: deviation.map((one) => 1 / (top * one)), zeros: mean.map((one) => one * top), top };
}

/**
 * Writes every layer's weights, moved to the grid of the map that it reads, or, where it multiplies, to the signed
 * codes of each filter.
 * @param grids one for each layer's input
 * @param edgeBits width of weights that multiply
 */
export function roundWeights(
  from: FloatModel,
  grids: readonly CodeGrid[],
  edgeBits: number,
  into: readonly Float32Array[],
): void {
  from.layers.forEach(({ layer, weights }, index) => {
    if (layer.cell === 'adder') roundToGrid(layer, weights, grids[index]!, into[index]!);
    else roundByFilter(layer, weights, grids[index]!, 2 ** (edgeBits - 1) - 1, into[index]!);
  });
}

function roundToGrid(layer: Layer, weights: Float32Array, grid: CodeGrid, into: Float32Array): void {
  const { taps, channelOf } = tapsOf(layer, weights);
  for (let i = 0; i < weights.length; i++) {
    const channel = channelOf(Math.floor(i / taps), i % taps);
    into[i] = nearest(weights[i]!, grid.steps[channel]!, grid.zeros[channel]!, grid.top);
  }
}

/** Products have weights in units of each channel's step; the largest of a filter gets the largest code. */
function roundByFilter(layer: Layer, weights: Float32Array, grid: CodeGrid, top: number, into: Float32Array): void {
  const { taps, channelOf } = tapsOf(layer, weights);
  for (let start = 0; start < weights.length; start += taps) {
    const step = (tap: number): number => grid.steps[channelOf(start / taps, tap)]!;
    let largest = 0;
    for (let tap = 0; tap < taps; tap++) largest = Math.max(largest, Math.abs(weights[start + tap]!) * step(tap));
    const unit = largest === 0 ? 1 : largest / top;
    for (let tap = 0; tap < taps; tap++) {
      const own = unit / step(tap);
      into[start + tap] = Math.round(weights[start + tap]! / own) * own;
    }
  }
}

function tapsOf(
  { input, filters, groups }: Layer,
  weights: Float32Array,
): { taps: number; channelOf: (filter: number, tap: number) => number } {
  const depth = input.channels / groups;
  const perGroup = filters / groups;
  return {
    taps: weights.length / filters,
    channelOf: (filter, tap) => Math.floor(filter / perGroup) * depth + (tap % depth),
  };
}

/** Moves the pictures that the pass has loaded to the grid, in place. */
export function roundPictures({ stages }: Pass, { steps, zeros, top }: CodeGrid): void {
  const maps = new Set(stages.filter(({ source }) => source === -1).map(({ x }) => x));
  for (const x of maps) {
    for (let i = 0; i < x.length; i++) {
      const channel = Math.floor(i / lanes) % steps.length;
      x[i] = nearest(x[i]!, steps[channel]!, zeros[channel]!, top);
    }
  }
}

function nearest(value: number, step: number, zero: number, top: number): number {
  const code = Math.round(Math.min(Math.max(value / step + zero, 0), top));
  return (code - zero) * step;
}
