// SPDX-License-Identifier: Apache-2.0
// Arithmetic and register bits of the two operations the array spends its time on: one tap in a cell,
// and the multiply-add that turns one sum into a code.

import { blocksOf } from '../compile/index.ts';
import type { ArrayShape } from './array-events.ts';
import { addition, multiplication } from './scale.ts';
import type { ArithmeticTable } from './table.ts';

/** A cell's operation and widths. */
export interface Cell {
  /** `adder`: |x - w|; `minimum`: min(x, w); `multiplier`: x * w, the twin. */
  readonly kind: 'adder' | 'minimum' | 'multiplier';
  /** Bits of x and w. */
  readonly dataBits: number;
  /** Bits of the sum. */
  readonly accBits: number;
  /** Bits of the total of all planes, which is folded. */
  readonly sumBits: number;
}

/** Bits of a fold's slopes and offset in the RTL (`fold_lane`). */
const SLOPE_BITS = 16;
const SHORTCUT_SLOPE_BITS = 24;
const OFFSET_BITS = 40;

/** Bits by which the sum of a pooling window of 256 codes is longer than a code. */
const POOL_BITS = 8;

/**
 * The multiplier twin of a cell that adds: a product is `dataBits` longer than a difference, and so is its sum. The RTL's
 * total is a bit longer still.
 */
export function twinOf({ dataBits, accBits, sumBits }: Cell): Cell {
  const long = accBits + dataBits;
  return { kind: 'multiplier', dataBits, accBits: long, sumBits: Math.max(sumBits, long + 1) };
}

/** Bits of a pooling window's sum. */
export function poolBits({ dataBits }: Cell): number {
  return dataBits + POOL_BITS;
}

/** Bits of the sum in a cell. */
function cellBits({ kind, accBits }: Cell): number {
  return kind === 'minimum' ? accBits - 1 : accBits;
}

/**
 * Arithmetic of one tap in pJ. An adder cell subtracts with one bit of sign, negates if negative (an adder of
 * `dataBits`) and accumulates; a cell of minima compares (an adder of `dataBits`) and accumulates a bit less, for the sign
 * of a sum comes in at the row's end; the twin multiplies and accumulates.
 */
export function tapEnergy(table: ArithmeticTable, cell: Cell): number {
  const accumulate = addition(table, cellBits(cell));
  switch (cell.kind) {
    case 'adder':
      return addition(table, cell.dataBits + 1) + addition(table, cell.dataBits) + accumulate;
    case 'minimum':
      return addition(table, cell.dataBits) + accumulate;
    case 'multiplier':
      return multiplication(table, cell.dataBits, cell.dataBits) + accumulate;
  }
}

/**
 * Register bits of one tap in a cell, on average: x and w move on, each in a register of its block of cells, and the sum is
 * written.
 */
export function tapRegisterBits(cell: Cell, array: ArrayShape): number {
  const { down, across } = blocksOf(array);
  return cell.dataBits * (across / array.columns + down / array.rows) + cellBits(cell);
}

/** Arithmetic of one fold in pJ: the total times the slope, plus the offset. */
export function foldEnergy(table: ArithmeticTable, cell: Cell): number {
  return multiplication(table, cell.sumBits, SLOPE_BITS) + addition(table, OFFSET_BITS);
}

/** Arithmetic of a shortcut's code in pJ: the code times its slope, and one more term of the fold. */
export function shortcutEnergy(table: ArithmeticTable, cell: Cell): number {
  return multiplication(table, cell.dataBits, SHORTCUT_SLOPE_BITS) + addition(table, OFFSET_BITS);
}

/** Register bits of one fold: total, product, total and code. */
export function foldRegisterBits(cell: Cell): number {
  return cell.sumBits + (cell.sumBits + SLOPE_BITS + 1) + (OFFSET_BITS + 1) + cell.dataBits;
}
