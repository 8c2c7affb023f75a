// SPDX-License-Identifier: Apache-2.0
// What a code means: value = step (code - zero). A layer's weights share the
// step and the zero of its input, so |x - w| = step |code x - code w| and the
// zero cancels; it need not be an integer unless a map's code of zero is read.

import type { InputScaling } from '../network/index.ts';

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

/** Codes of the pictures themselves: pixel p in 0..255 is code p (2^bits - 1) / 255. */
export function pixelScale({ mean: [mean = 0], deviation: [deviation = 1] }: InputScaling, bits: number): CodeScale {
  const top = 2 ** bits - 1;
  return { step: 1 / (top * deviation), zero: mean * top };
}

/** Codes of a map between two layers, whose value 0 has a code of its own. */
export function mapScale({ low, high }: Range, relu: boolean, bits: number): CodeScale {
  const top = 2 ** bits - 1;
  const [bottom, ceiling] = [relu ? 0 : Math.min(low, 0), Math.max(high, 0)];
  // A map of zeros has no range; any step will do.
  const step = ceiling > bottom ? (ceiling - bottom) / top : 1;
  return { step, zero: Math.round(-bottom / step) + 0 };
}

/** Codes of the last map, spread over the range. */
export function scoreScale({ low, high }: Range, bits: number): CodeScale {
  const step = high > low ? (high - low) / (2 ** bits - 1) : 1;
  return { step, zero: -low / step + 0 };
}
