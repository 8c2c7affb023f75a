// SPDX-License-Identifier: Apache-2.0
// Pictures as codes: eight bits are the pixels themselves.

import { type Codes, newCodes } from '../network/index.ts';

/** Codes round(p (2^bits - 1) / 255) of raw pixels; for 8 bits the same array. */
export function pixelCodes(pixels: Uint8Array, bits: number): Codes {
  if (bits === 8) return pixels;
  const top = 2 ** bits - 1;
  const table = Array.from({ length: 256 }, (_, pixel) => Math.round((pixel * top) / 255));
  const codes = newCodes(bits, pixels.length);
  for (let i = 0; i < pixels.length; i++) codes[i] = table[pixels[i]!]!;
  return codes;
}
