// SPDX-License-Identifier: Apache-2.0
// The type of a signal's value: the same rules as in dut.ts.

import type { SignalShape } from '../design/index.ts';
import { storageBytes } from '../ports.ts';
import { widestNumber, wordBits } from '../values.ts';

/** TypeScript's type of a signal's value. */
export function valueText(shape: SignalShape): string {
  if (shape.dims.length > 0) return arrayText(shape);
  return shape.width <= widestNumber ? 'number' : 'bigint';
}

function arrayText({ width, signed }: SignalShape): string {
  const bits = storageBytes(width) * 8;
  if (bits > 64) return 'Uint32Array';
  const kind = signed && bits === width ? 'Int' : 'Uint';
  return bits === 64 && width > wordBits ? `Big${kind}64Array` : `${kind}${bits}Array`;
}

/** A signal's width, sign and dimensions in words: `8 bits, signed, [0:3]`. */
export function shapeText({ width, signed, dims }: SignalShape): string {
  const bounds = dims.map(([left, right]) => `[${left}:${right}]`).join('');
  const words = [`${width} ${width === 1 ? 'bit' : 'bits'}`, signed ? 'signed' : '', bounds];
  return words.filter((word) => word !== '').join(', ');
}
