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
 * Arithmetic in pJ by which one value, of so many that are summed in a clock, gets into a sum: pairs are added, then
 * pairs of those, each sum a bit longer than what it is of, and the last is added to the sum. Every clock is taken to be
 * full.
 * @param bits of a value
 * @param sumBits of the sum
 */
export function summedEnergy(table: ArithmeticTable, bits: number, sumBits: number, tapsPerClock = 1): number {
  let energy = addition(table, sumBits);
  let long = bits;
  for (let pairs = tapsPerClock / 2; pairs >= 1; pairs /= 2) energy += pairs * addition(table, ++long);
  return energy / tapsPerClock;
}

/**
 * Arithmetic of one tap in pJ. An adder cell subtracts with one bit of sign, negates if negative (an adder of
 * `dataBits`) and accumulates; a cell of minima compares (an adder of `dataBits`) and accumulates a bit less, for the sign
 * of a sum comes in at the row's end; the twin multiplies and accumulates.
 * @param tapsPerClock taps that the cell takes in a clock, which are summed first
 */
export function tapEnergy(table: ArithmeticTable, cell: Cell, tapsPerClock = 1): number {
  const bits = cell.kind === 'multiplier' ? 2 * cell.dataBits : cell.dataBits;
  const accumulate = summedEnergy(table, bits, cellBits(cell), tapsPerClock);
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
 * written, once for all taps of a clock.
 */
export function tapRegisterBits(cell: Cell, array: ArrayShape): number {
  const { down, across } = blocksOf(array);
  const { rows, columns, tapsPerClock = 1 } = array;
  return cell.dataBits * (across / columns + down / rows) + cellBits(cell) / tapsPerClock;
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
