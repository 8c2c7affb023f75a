// SPDX-License-Identifier: Apache-2.0
// The fold words of a layer, one a filter: {shortcutMul, shift, add, mul} from high to low bits.
//
// Where cells multiply, a layer's sum is of (x - pad) w, which is nothing at taps outside the map. The array sums x w,
// with the padding code there, and (M - x) |w| where w is below zero (pack-weights.ts). The difference is a constant of
// the filter, and goes into its offset.
//
// Cells of minima sum x - 2 min(x, w) where they add, which lacks the sum of the filter's weights: another constant.
// Where they multiply they sum x alone, so that only the padding code is left; and so do cells of products.

import { FOLD_LIMITS, layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { ArrayCell, Configuration } from './configuration.ts';
import { minusCode } from './pack-weights.ts';

/** 32-bit parts of a fold word. */
export const FOLD_PARTS = 3;

/**
 * What the sums of a tap exceed those of the array by, without the sign that is the fold's.
 * @param minus code of minus signs; 0 where weights have none
 */
function missing(weight: number, padCode: number, minus: number): number {
  return minus * Math.min(weight, 0) - padCode * weight;
}

/**
 * Offsets as the core adds them.
 * @param readBits width of the codes that the layer reads
 * @throws {RangeError} naming the layer and the filter whose offset is too wide
 */
function coreOffsets(quantized: QuantizedLayer, readBits: number, cell: ArrayCell): Float64Array {
  const { layer, weights, mul, add, padCodes } = quantized;
  const adds = layer.cell === 'adder';
  if (adds && cell === 'distance') return add;
  const { taps } = layerGeometry(layer);
  const depth = layer.input.channels / layer.groups;
  const minus = cell === 'distance' ? minusCode(readBits) : 0;
  const limit = 2 ** (FOLD_LIMITS.addBits - 1);
  return add.map((offset, filter) => {
    const first = Math.floor(filter / (layer.filters / layer.groups)) * depth;
    let more = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[filter * taps + tap]!;
      more += adds ? weight : missing(weight, padCodes[first + (tap % depth)]!, minus);
    }
    const whole = offset + mul[filter]! * more;
    if (whole < -limit || whole >= limit) {
      throw new RangeError(
        `Expected layer ${layer.name} to have offsets of ${FOLD_LIMITS.addBits} bits with the constants of its ${adds ? 'minima' : 'products'} ` +
          `in them, but received ${whole} for filter ${filter}.`,
      );
    }
    return whole;
  });
}

/** One fold word from its fields. */
function foldWord(mul: number, add: number, shift: number, shortcutMul: number): Uint32Array {
  const { mulBits, addBits, shortcutMulBits } = FOLD_LIMITS;
  const fields: readonly [bits: number, value: number][] = [
    [mulBits, mul],
    [addBits, add],
    [6, shift],
    [shortcutMulBits, shortcutMul],
  ];
  let word = 0n;
  let at = 0;
  for (const [bits, value] of fields) {
    word |= BigInt.asUintN(bits, BigInt(value)) << BigInt(at);
    at += bits;
  }
  return Uint32Array.from({ length: FOLD_PARTS }, (_, part) => Number((word >> BigInt(32 * part)) & 0xffffffffn));
}

/** The fold word with which a sum is its own code. */
export function packTurnFold(): Uint32Array {
  return foldWord(1, 0, 0, 0);
}

/**
 * Fold words, FOLD_PARTS parts each.
 * @param readBits width of the codes that the layer reads
 * @throws {RangeError} naming the layer and the filter whose offset is too wide
 */
export function packFolds(
  quantized: QuantizedLayer,
  readBits: number,
  { cell = 'distance' }: Pick<Configuration, 'cell'>,
): Uint32Array {
  const { mul, shift, shortcutMul } = quantized;
  const add = coreOffsets(quantized, readBits, cell);
  const parts = new Uint32Array(mul.length * FOLD_PARTS);
  mul.forEach((slope, filter) => {
    parts.set(foldWord(slope, add[filter]!, shift[filter]!, shortcutMul[filter] ?? 0), filter * FOLD_PARTS);
  });
  return parts;
}
