// SPDX-License-Identifier: Apache-2.0
// Bits that sums need.

import type { ArrayCell } from './configuration.ts';

/** Bits of a tap's value, and of a sign where sums have one: a product is as long as both codes. */
const tapBits: Readonly<Record<ArrayCell, (dataBits: number) => number>> = {
  distance: (dataBits) => dataBits,
  minimum: (dataBits) => dataBits + 1,
  product: (dataBits) => 2 * dataBits,
};

/** Bits of the sum of so many taps in one pass: those of a tap + ceil(log2 taps). */
export function passBits(dataBits: number, taps: number, cell: ArrayCell = 'distance'): number {
  return tapBits[cell](dataBits) + Math.ceil(Math.log2(taps));
}

/** Bits of a total of so many taps over all planes, with the sign that distances never have. */
export function totalBits(dataBits: number, taps: number, planes: number, cell?: ArrayCell): number {
  // The sign of two's complement counts 2^(bits - 1), and the other bits less: of planes, or of a weight as it is.
  const most = cell === 'product' ? 2 ** (dataBits - 1) : cell === 'minimum' ? 2 ** (planes - 1) : 2 ** planes - 1;
  return 1 + (taps * (2 ** dataBits - 1) * most).toString(2).length;
}
