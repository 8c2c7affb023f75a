// SPDX-License-Identifier: Apache-2.0
// A network in integers: what every device level computes. docs/numerics.md
// defines the arithmetic; src/reference is that definition as code.

import type { AdderLayer, Network } from './layer.ts';

/** Codes of activations or weights: `Uint8Array` up to 8 bits, `Uint16Array` above. */
export type Codes = Uint8Array | Uint16Array;

/**
 * One layer's integers. For filter f with sum `acc` over its taps the output code is
 * `clamp(floor((acc * mul[f] + add[f]) / 2^shift[f]), low, 2^bits - 1)`, then max-pooled.
 */
export interface QuantizedLayer {
  readonly layer: AdderLayer;
  /** Filter codes, [filter][row][column][channel]. */
  readonly weights: Codes;
  /** Signed 16-bit slope of each filter; 0 for a dead channel. */
  readonly mul: Int16Array;
  /** Signed offset of each filter with the rounding half already in it; within +-2^39, exact in a double. */
  readonly add: Float64Array;
  /** Right shift of each filter, 0 to 47. */
  readonly shift: Uint8Array;
  /** Code that a tap outside the map reads: the code of zero, or of black for pictures. */
  readonly padCode: number;
  /** Smallest output code: the output's code of zero after a ReLU, else 0. */
  readonly low: number;
}

/** How a network was made, for people to read; never used in arithmetic. */
export type Provenance = Readonly<Record<string, string | number>>;

/** A network whose weights and folds are integers. */
export interface QuantizedNetwork {
  readonly network: Network;
  /** Width of every activation and weight code, 2 to 16. */
  readonly bits: number;
  readonly layers: readonly QuantizedLayer[];
  readonly provenance: Provenance;
}

/** Limits of the fold, shared with the RTL's widths. */
export const FOLD_LIMITS = { mulBits: 16, addBits: 40, maxShift: 47 } as const;
