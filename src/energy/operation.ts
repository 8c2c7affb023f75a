// SPDX-License-Identifier: Apache-2.0
// Arithmetic and register bits of the two operations the array spends its time on: one tap in a cell,
// and the multiply-add that turns one sum into a code.

import { addition, multiplication } from './scale.ts';
import type { ArithmeticTable } from './table.ts';

/** A cell's operation and widths. */
export interface Cell {
  /** `adder`: |x - w|; `multiplier`: x * w, the twin. */
  readonly kind: 'adder' | 'multiplier';
  /** Bits of x and w. */
  readonly dataBits: number;
  /** Bits of the sum. */
  readonly accBits: number;
}

/** Bits of a fold's slope and offset in the RTL (`fold_lane`). */
const SLOPE_BITS = 16;
const OFFSET_BITS = 40;

/** The multiplier twin of an adder cell: a product is `dataBits` longer than a difference, and so is its sum. */
export function twinOf(cell: Cell): Cell {
  return { kind: 'multiplier', dataBits: cell.dataBits, accBits: cell.accBits + cell.dataBits };
}

/**
 * Arithmetic of one tap in pJ. An adder cell subtracts with one bit of sign, negates if negative (an adder of
 * `dataBits`) and accumulates; its twin multiplies and accumulates.
 */
export function tapEnergy(table: ArithmeticTable, cell: Cell): number {
  const accumulate = addition(table, cell.accBits);
  return cell.kind === 'adder'
    ? addition(table, cell.dataBits + 1) + addition(table, cell.dataBits) + accumulate
    : multiplication(table, cell.dataBits, cell.dataBits) + accumulate;
}

/** Register bits of one tap: x and w move on, the sum is written. */
export function tapRegisterBits(cell: Cell): number {
  return 2 * cell.dataBits + cell.accBits;
}

/** Arithmetic of one fold in pJ: the sum times the slope, plus the offset. */
export function foldEnergy(table: ArithmeticTable, cell: Cell): number {
  return multiplication(table, cell.accBits, SLOPE_BITS) + addition(table, OFFSET_BITS);
}

/** Register bits of one fold: sum, product, total and code. */
export function foldRegisterBits(cell: Cell): number {
  return cell.accBits + (cell.accBits + SLOPE_BITS + 1) + (OFFSET_BITS + 1) + cell.dataBits;
}
