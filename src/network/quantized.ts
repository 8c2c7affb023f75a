// SPDX-License-Identifier: Apache-2.0
// A network in integers: what every device level computes. docs/numerics.md
// defines the arithmetic; src/reference is that definition as code.

import type { Layer, Network } from './layer.ts';

/** Codes of activations or of an adder layer's weights: `Uint8Array` up to 8 bits, `Uint16Array` above. */
export type Codes = Uint8Array | Uint16Array;

/** Codes of a width, all 0. */
export function newCodes(bits: number, length: number): Codes {
  return bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
}

/**
 * One layer's integers. For filter f with sum `acc` over its taps, and the shortcut's code `s` at the same place,
 * the code is `clamp(floor((acc * mul[f] + s * shortcutMul[f] + add[f]) / 2^shift[f]), low, 2^bits - 1)`, then pooled.
 */
export interface QuantizedLayer {
  readonly layer: Layer;
  /** Filter codes, [filter][row][column][channel of its group]: {@link Codes} of the map it reads where taps add, signed where they multiply. */
  readonly weights: Codes | Int16Array;
  /** Signed 16-bit slope of each filter; 0 for a dead channel. */
  readonly mul: Int16Array;
  /** Slope of the shortcut's codes, one for each filter, within +-(2^23 - 1); empty without a shortcut. */
  readonly shortcutMul: Int32Array;
  /** Signed offset of each filter with the rounding half already in it; within +-2^39, exact in a double. */
  readonly add: Float64Array;
  /** Right shift of each filter, 0 to 47. */
  readonly shift: Uint8Array;
  /** Code that a tap outside the map reads, one for each input channel: the code of zero, or of black for pictures. */
  readonly padCodes: Codes;
  /** Smallest code of the fold: the output's code of zero after a ReLU, else 0. */
  readonly low: number;
  /** Width of the fold's codes, 2 to 16. */
  readonly bits: number;
  /** Right shift of an average's sum of codes, which rounds to nearest; 0 where the pooling takes the largest. */
  readonly poolShift: number;
}

/** How a network was made, for people to read; never used in arithmetic. */
export type Provenance = Readonly<Record<string, string | number>>;

/** A network whose weights and folds are integers. */
export interface QuantizedNetwork {
  readonly network: Network;
  /** Width of the codes of pictures, 2 to 16. */
  readonly imageBits: number;
  /** Width of the codes of maps between layers, 2 to 16; the last layer's own `bits` may be more. */
  readonly bits: number;
  readonly layers: readonly QuantizedLayer[];
  readonly provenance: Provenance;
}

/** Limits of the fold, shared with the RTL's widths. */
export const FOLD_LIMITS = { mulBits: 16, shortcutMulBits: 24, addBits: 40, maxShift: 47 } as const;
