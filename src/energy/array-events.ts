// SPDX-License-Identifier: Apache-2.0
// What happens in an array of cells while taps stream through it, counted from the operands alone: how many bits change
// where an adder, a comparison or a multiplier works, and in the registers. One energy for each kind of event makes an
// estimate that knows the data, without gates.
//
// Each bit that changes from one tap to the next counts once for each cell that sees it; taps of a tile's start begin
// their sum at 0. Register bits that are clocked depend on nothing but the array's size.

import { blocksOf, type Configuration } from '../compile/index.ts';
import type { Cell } from './operation.ts';

/** The size of an array of cells, and how many of them an operand reaches in a clock. */
export type ArrayShape = Pick<Configuration, 'rows' | 'columns' | 'reach'>;

/** Operands as an array sees them. */
export interface ArrayOperands {
  /** Activation codes of each row, tap by tap. */
  readonly x: readonly Uint8Array[];
  /** Weight codes of each column; two's complement where cells multiply. */
  readonly w: readonly Uint8Array[];
  /** 1 where a tap is a tile's first. */
  readonly first: Uint8Array;
}

/** Kinds of events; all but `taps` and `moves` count bits that change. */
export const ARRAY_EVENTS = [
  'taps', // that a cell takes
  'xBits', // of activations
  'wBits', // of weights
  'innerBits', // of a difference and its borrows, or of the products of single bits
  'addedBits', // of what is added to a sum
  'sumBits', // of sums
  'carryBits', // of the carries into sums
  'rowBits', // of the sums of activations that rows of minima have
  'moves', // of a sum to the next column on its way out
] as const;

/** One of them. */
export type ArrayEvent = (typeof ARRAY_EVENTS)[number];

/** How often each happened, or what each costs. */
export type ArrayEvents = Readonly<Record<ArrayEvent, number>>;

/** A number for each kind. */
export function eachEvent(of: (event: ArrayEvent) => number): Record<ArrayEvent, number> {
  return Object.fromEntries(ARRAY_EVENTS.map((event) => [event, of(event)])) as Record<ArrayEvent, number>;
}

/** Bits that are 1 in a word of 32. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24) & 0xff;
}

/** Bits that change in a list of words. */
function changes(words: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < words.length; i++) sum += ones(words[i]! ^ words[i - 1]!);
  return sum;
}

/** What one cell adds up, with the bits that change on the way. */
function cellEvents(
  { kind, dataBits, accBits }: Cell,
  x: Uint8Array,
  w: Uint8Array,
  first: Uint8Array,
): Pick<ArrayEvents, 'innerBits' | 'addedBits' | 'sumBits' | 'carryBits'> {
  const mask = 2 ** accBits - 1;
  const differenceMask = 2 ** (dataBits + 1) - 1;
  const [shift, product] = [32 - dataBits, kind === 'multiplier'];
  let [innerBits, addedBits, sumBits, carryBits] = [0, 0, 0, 0];
  let [difference, borrow, added, sum, carry] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, w[i]!];
    const next = product ? a * ((b << shift) >> shift) : kind === 'minimum' ? Math.min(a, b) : Math.abs(a - b);
    const base = first[i] === 1 ? 0 : sum;
    const nextSum = (base + next) & mask;
    const nextCarry = (base ^ next ^ nextSum) & mask;
    const nextDifference = (a - b) & differenceMask;
    const nextBorrow = a ^ b ^ nextDifference;
    if (i > 0) {
      if (product) {
        const [before, weight] = [x[i - 1]!, w[i - 1]!];
        innerBits += ones(a) * ones(b) + ones(before) * ones(weight) - 2 * ones(a & before) * ones(b & weight);
      } else {
        innerBits += ones(borrow ^ nextBorrow) + (kind === 'adder' ? ones(difference ^ nextDifference) : 0);
      }
      addedBits += ones((added ^ next) & mask);
      sumBits += ones(sum ^ nextSum);
      carryBits += ones(carry ^ nextCarry);
    }
    [difference, borrow, added, sum, carry] = [nextDifference, nextBorrow, next, nextSum, nextCarry];
  }
  return { innerBits, addedBits, sumBits, carryBits };
}

/** Running sums of each tile's activations. */
function rowSums(x: Uint8Array, first: Uint8Array): Uint32Array {
  let sum = 0;
  return Uint32Array.from(x, (code, i) => (sum = (first[i] === 1 ? 0 : sum) + code));
}

/** Counts the events of an array whose rows and columns are those of the operands. */
export function countArrayEvents(cell: Cell, { x, w, first }: ArrayOperands): ArrayEvents {
  const [rows, columns] = [x.length, w.length];
  const events = eachEvent(() => 0);
  events.taps = rows * columns * first.length;
  for (const codes of x) events.xBits += columns * changes(codes);
  for (const codes of w) events.wBits += rows * changes(codes);
  for (const codes of x) {
    if (cell.kind === 'minimum') events.rowBits += changes(rowSums(codes, first));
    for (const weights of w) {
      for (const [event, count] of Object.entries(cellEvents(cell, codes, weights, first))) {
        events[event as ArrayEvent] += count;
      }
    }
  }
  const tiles = first.reduce((sum, flag) => sum + flag, 0);
  events.moves = (tiles * rows * columns * (columns + 1)) / 2;
  return events;
}

/**
 * Register bits of `adder_array`, each of them clocked in every clock: operands between blocks of cells, sums of the
 * cells, sums on their way out, and the flags of diagonals of blocks and of rows.
 */
export function arrayRegisterBits({ kind, dataBits, accBits }: Cell, array: ArrayShape): number {
  const { rows, columns } = array;
  const { down, across } = blocksOf(array);
  const sum = kind === 'minimum' ? accBits - 1 : accBits;
  // Where all columns are one block, nothing is taken aside for the leftmost, from which a sum moves on at once.
  const aside = across === 1 ? columns - 1 : columns;
  const row = (across - 1) * dataBits + sum * (columns + aside + (kind === 'minimum' ? 2 : 0));
  // The oldest of a diagonal's three flags is read by nothing but `last`.
  const diagonals = 3 * (down + across - 1) - 2;
  const leaving = Math.ceil(Math.log2(columns + 1)) + columns - 1 + Math.ceil(Math.log2(rows + 1));
  // Weights of distances have a flag beside them.
  const below = (columns > 1 ? columns : 0) + columns * (dataBits + (kind === 'adder' ? 1 : 0));
  return rows * row + diagonals + leaving + (down - 1) * below;
}
