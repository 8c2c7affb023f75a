// SPDX-License-Identifier: Apache-2.0
// How much of a map's range its codes should cover: finer steps for most values, or no saturation for the largest.
// The squared error that training images would suffer decides.

import type { LaneMap } from './lane-maps.ts';
import { type CodeScale, type Range, type Scales, withStep } from './scale.ts';

/** How often values of a map occur. */
export interface Spread extends Range {
  /** Count of values in equal parts of the range; zeros of a ReLU are in none. */
  readonly bins: Float64Array;
}

const binCount = 4096;

/** Ranges tried, as parts of the whole: from a tenth more, each a twentieth less than the one before, to a sixth. */
const factors: readonly number[] = Array.from({ length: 40 }, (_, i) => 1.1 * 0.95 ** i);

/** Powers of two tried: the one that covers the range, and this many below it. */
const halvings = 4;

/**
 * Weight of rounding errors beside those of saturation. The weights that read a map have its step too, and their
 * rounding adds as much again.
 */
const roundingWeight = 2;

/** Counts the values of a map; after a ReLU those above zero alone, and the range starts at zero. */
export function spreadOf(map: LaneMap, relu: boolean): Spread {
  let [low, high] = [0, 0];
  for (let i = 0; i < map.length; i++) {
    const value = map[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (relu) low = 0;
  const bins = new Float64Array(binCount);
  const scale = high > low ? binCount / (high - low) : 0;
  for (let i = 0; i < map.length; i++) {
    const value = map[i]!;
    if (!relu || value > 0) bins[Math.min(Math.floor((value - low) * scale), binCount - 1)]!++;
  }
  return { low, high, bins };
}

/** Squared error of all values when their codes have a scale. */
export function spreadError({ low, high, bins }: Spread, { step, zero }: CodeScale, bits: number): number {
  const [bottom, top] = [-zero * step, (2 ** bits - 1 - zero) * step];
  let [saturated, inside] = [0, 0];
  for (let bin = 0; bin < bins.length; bin++) {
    const value = low + ((bin + 0.5) * (high - low)) / bins.length;
    if (value > top) saturated += bins[bin]! * (value - top) ** 2;
    else if (value < bottom) saturated += bins[bin]! * (value - bottom) ** 2;
    else inside += bins[bin]!;
  }
  return saturated + (roundingWeight * inside * step * step) / 12;
}

/**
 * Chooses the scale of a map's codes.
 * @param search whether parts of the range are tried; else all of it is covered
 * @param snap the step to take in place of one that is tried
 */
export function chooseScale(
  spread: Spread,
  bits: number,
  { scales, search }: { readonly scales: Scales; readonly search: boolean },
  snap: (step: number) => number = (step) => step,
): CodeScale {
  // A map of zeros has no range; any step will do.
  const full = spread.high > spread.low ? (spread.high - spread.low) / (2 ** bits - 1) : 1;
  const covering = Math.ceil(Math.log2(full));
  const tried =
    scales === 'power-of-two'
      ? Array.from({ length: search ? halvings + 1 : 1 }, (_, i) => 2 ** (covering - i))
      : (search ? factors : [1]).map((factor) => full * factor);
  let best = withStep(spread, snap(tried[0]!), bits);
  let lowest = Infinity;
  for (const step of tried) {
    const scale = withStep(spread, snap(step), bits);
    const error = spreadError(spread, scale, bits);
    if (error < lowest) [best, lowest] = [scale, error];
  }
  return best;
}

/**
 * Range of the last map in which classes compete: from the smallest score that came second to the largest that won.
 * Scores below saturate; no class that wins is among them.
 * @param scores one image's after another
 */
export function scoreRange(scores: Iterable<ArrayLike<number>>): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const own of scores) {
    let [first, second] = [-Infinity, -Infinity];
    for (let i = 0; i < own.length; i++) {
      const score = own[i]!;
      if (score > first) [first, second] = [score, first];
      else if (score > second) second = score;
    }
    low = Math.min(low, own.length === 1 ? first : second);
    high = Math.max(high, first);
  }
  return { low, high };
}
