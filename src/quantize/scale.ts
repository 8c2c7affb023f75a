// SPDX-License-Identifier: Apache-2.0
// What a code means: value = step (code - zero). The weights of an adder layer share the step and the zero of its
// input, so |x - w| = step |code x - code w| and the zero cancels; it need not be an integer unless a map's code of
// zero is read.

import type { InputScaling } from '../network/index.ts';
import { nearestTerms, type Terms } from './terms.ts';

/** Meaning of a map's codes. */
export interface CodeScale {
  /** Value of one code step; above 0. */
  readonly step: number;
  /** Code of the value 0, possibly between two codes. */
  readonly zero: number;
}

/** Values that a map takes. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How the steps of a network's maps are chosen. */
export type Scales = 'any' | 'power-of-two';

/** Codes of the pictures themselves, one scale for each channel: pixel p in 0..255 is code p (2^bits - 1) / 255. */
export function pixelScales({ mean, deviation }: InputScaling, bits: number): CodeScale[] {
  const top = 2 ** bits - 1;
  return mean.map((average, channel) => ({ step: 1 / (top * deviation[channel]!), zero: average * top }));
}

/**
 * Codes of a map between two layers, whose value 0 has a code of its own. Where the codes do not reach over the whole
 * range, both ends are cut in proportion.
 * @param range `low` is at most 0, `high` at least 0
 */
export function withStep({ low, high }: Range, step: number, bits: number): CodeScale {
  const top = 2 ** bits - 1;
  const kept = Math.min(top * step, high - low);
  const zero = high > low ? Math.round((-low / (high - low)) * (kept / step)) : 0;
  return { step, zero: Math.min(Math.max(zero, 0), top) + 0 };
}

/** Codes of the last map, spread over the range. */
export function scoreScale({ low, high }: Range, bits: number, scales: Scales = 'any'): CodeScale {
  const exact = high > low ? (high - low) / (2 ** bits - 1) : 1;
  const step = scales === 'power-of-two' ? 2 ** Math.ceil(Math.log2(exact)) : exact;
  return { step, zero: -low / step + 0 };
}

/** The step nearest to `step` that a shortcut of step `shortcut` reaches by a factor of so many powers of two. */
export function reachableStep(step: number, shortcut: number, terms: Terms): number {
  return shortcut / nearestTerms(shortcut / step, terms);
}

/** Meaning of the codes after average pooling, whose sum is shifted but not divided. */
export function averagedScale({ step, zero }: CodeScale, pool: number, poolShift: number): CodeScale {
  const factor = pool ** 2 / 2 ** poolShift;
  return { step: step / factor, zero: zero * factor };
}
