// SPDX-License-Identifier: Apache-2.0
// What a layer may ask for and the array does not compute; it is refused by name.

import { type Layer, outputBits, type QuantizedLayer } from '../network/index.ts';

/** What a layer asks for that the array does not do. */
export interface Unsupported {
  /** What would have to hold, after "Expected layer conv1". */
  readonly expected: string;
  readonly received: string;
  /** The same in few words, for a table's notes. */
  readonly reason: string;
}

/** Side of the largest pooling window: one of 256 pixels. */
const MAX_POOL = 16;

/** The first thing of a layer that the array does not compute; null when it computes all of it. */
export function unsupported({ pool }: Layer): Unsupported | null {
  if (pool <= MAX_POOL) return null;
  return {
    expected: `to pool windows of at most ${MAX_POOL}x${MAX_POOL}`,
    received: `${pool}x${pool}`,
    reason: `pooling windows over ${MAX_POOL}x${MAX_POOL}`,
  };
}

/** The first thing of a layer's integers that an array of so many bits does not compute. */
export function unsupportedIntegers(quantized: QuantizedLayer, dataBits: number): Unsupported | null {
  const { bits } = quantized;
  if (bits > dataBits) {
    const expected = `to have codes of at most ${dataBits} bits (dataBits)`;
    return { expected, received: String(bits), reason: 'codes wider than the array' };
  }
  const wide = outputBits(quantized);
  if (wide > dataBits) {
    const expected = `to average to codes of at most ${dataBits} bits (dataBits)`;
    return { expected, received: String(wide), reason: 'averages wider than the array' };
  }
  return null;
}
