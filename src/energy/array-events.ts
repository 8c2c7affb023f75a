// SPDX-License-Identifier: Apache-2.0
// What happens in an array of cells while taps stream through it, counted from the operands alone: how many bits change
// where an adder, a comparison or a multiplier works, and in the registers. One energy for each kind of event makes an
// estimate that knows the data, without gates.
//
// Each bit that changes from one tap to the next counts once for each cell that sees it; taps of a tile's start begin
// their sum at 0. Where a cell takes several taps in a clock, the next tap is the one in the same place of the next
// clock, and what is added to a sum is what the taps of a clock come to. Register bits that are clocked depend on nothing
// but the array's size.

import { blocksOf, type Configuration } from '../compile/index.ts';
import type { Cell } from './operation.ts';

/** How taps go through an array, whatever its size. */
export interface ArrayTaps {
  /** Cells that an operand reaches in a clock, from 1 to 64; where there are fewer, all of them. @defaultValue 1 */
  readonly reach?: Configuration['reach'] | undefined;
  /** Taps that each cell takes in one: 1, 2 or 4. @defaultValue 1 */
  readonly tapsPerClock?: Configuration['tapsPerClock'] | undefined;
}

/** The size of an array of cells, how many of them an operand reaches in a clock, and the taps that each takes in one. */
export type ArrayShape = Pick<Configuration, 'rows' | 'columns' | 'reach' | 'tapsPerClock'>;

/** Operands as an array sees them. */
export interface ArrayOperands {
  /** Activation codes of each row, tap by tap. */
  readonly x: readonly Uint8Array[];
  /** Weight codes of each column; two's complement where cells multiply. */
  readonly w: readonly Uint8Array[];
  /** 1 where a tap is a tile's first. */
  readonly first: Uint8Array;
}

/** Operands as they enter with several taps in a clock: those of a clock follow each other. */
export interface ClockedOperands extends ArrayOperands {
  /** 1 where there is a tap; where there is none codes are 0, which adds nothing. */
  readonly used: Uint8Array;
  /** Taps in a clock. */
  readonly tapsPerClock: number;
}

/** Puts taps into clocks, so many in each; the last clock of a tile may have fewer, and ends with taps that are none. */
export function inClocks({ x, w, first }: ArrayOperands, tapsPerClock: number): ClockedOperands {
  const places: number[] = [];
  for (let tap = 0, place = 0; tap < first.length; tap++, place++) {
    if (first[tap] === 1) place = Math.ceil(place / tapsPerClock) * tapsPerClock;
    places.push(place);
  }
  const length = Math.ceil(((places.at(-1) ?? -1) + 1) / tapsPerClock) * tapsPerClock;
  const placed = (codes: Uint8Array): Uint8Array => {
    const all = new Uint8Array(length);
    places.forEach((place, tap) => (all[place] = codes[tap]!));
    return all;
  };
  const used = placed(new Uint8Array(first.length).fill(1));
  return { x: x.map(placed), w: w.map(placed), first: placed(first), used, tapsPerClock };
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

/** Bits that change in a list of words, from each to the one so many places on. */
function changes(words: ArrayLike<number>, apart: number): number {
  let sum = 0;
  for (let i = apart; i < words.length; i++) sum += ones(words[i]! ^ words[i - apart]!);
  return sum;
}

/** What a kind of cells adds for a tap. */
function addedBy({ kind, dataBits }: Cell): (x: number, w: number) => number {
  const shift = 32 - dataBits;
  switch (kind) {
    case 'adder':
      return (x, w) => Math.abs(x - w);
    case 'minimum':
      return Math.min;
    case 'multiplier':
      return (x, w) => x * ((w << shift) >> shift);
  }
}

/** Bits that change in the differences of taps and their borrows, or in the products of single bits. */
function innerChanges({ kind, dataBits }: Cell, x: Uint8Array, w: Uint8Array, apart: number): number {
  const mask = 2 ** (dataBits + 1) - 1;
  let bits = 0;
  for (let i = apart; i < x.length; i++) {
    const [a, b, before, weight] = [x[i]!, w[i]!, x[i - apart]!, w[i - apart]!];
    if (kind === 'multiplier') {
      bits += ones(a) * ones(b) + ones(before) * ones(weight) - 2 * ones(a & before) * ones(b & weight);
    } else {
      const [difference, last] = [(a - b) & mask, (before - weight) & mask];
      bits += ones(a ^ b ^ difference ^ before ^ weight ^ last) + (kind === 'adder' ? ones(difference ^ last) : 0);
    }
  }
  return bits;
}

/** What one cell adds up, with the bits that change on the way. */
function cellEvents(
  cell: Cell,
  x: Uint8Array,
  w: Uint8Array,
  { first, tapsPerClock }: ClockedOperands,
): Pick<ArrayEvents, 'innerBits' | 'addedBits' | 'sumBits' | 'carryBits'> {
  const mask = 2 ** cell.accBits - 1;
  const addedOf = addedBy(cell);
  let [addedBits, sumBits, carryBits] = [0, 0, 0];
  let [added, sum, carry] = [0, 0, 0];
  for (let i = 0; i < x.length; i += tapsPerClock) {
    let next = 0;
    for (let tap = i; tap < i + tapsPerClock; tap++) next += addedOf(x[tap]!, w[tap]!);
    const base = first[i] === 1 ? 0 : sum;
    const nextSum = (base + next) & mask;
    const nextCarry = (base ^ next ^ nextSum) & mask;
    if (i > 0) {
      addedBits += ones((added ^ next) & mask);
      sumBits += ones(sum ^ nextSum);
      carryBits += ones(carry ^ nextCarry);
    }
    [added, sum, carry] = [next, nextSum, nextCarry];
  }
  return { innerBits: innerChanges(cell, x, w, tapsPerClock), addedBits, sumBits, carryBits };
}

/** Running sums of each tile's activations, clock by clock. */
function rowSums(x: Uint8Array, { first, tapsPerClock }: ClockedOperands): number[] {
  const sums: number[] = [];
  let sum = 0;
  x.forEach((code, i) => {
    sum = (first[i] === 1 ? 0 : sum) + code;
    if (i % tapsPerClock === tapsPerClock - 1) sums.push(sum);
  });
  return sums;
}

/**
 * Counts the events of an array whose rows and columns are those of the operands.
 * @param tapsPerClock taps that a cell takes in a clock
 */
export function countArrayEvents(cell: Cell, operands: ArrayOperands, tapsPerClock = 1): ArrayEvents {
  const { first } = operands;
  const clocked = inClocks(operands, tapsPerClock);
  const { x, w } = clocked;
  const [rows, columns] = [x.length, w.length];
  const events = eachEvent(() => 0);
  events.taps = rows * columns * first.length;
  for (const codes of x) events.xBits += columns * changes(codes, tapsPerClock);
  for (const codes of w) events.wBits += rows * changes(codes, tapsPerClock);
  for (const codes of x) {
    if (cell.kind === 'minimum') events.rowBits += changes(rowSums(codes, clocked), 1);
    for (const weights of w) {
      for (const [event, count] of Object.entries(cellEvents(cell, codes, weights, clocked))) {
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
  const { rows, columns, tapsPerClock = 1 } = array;
  const { down, across } = blocksOf(array);
  const sum = kind === 'minimum' ? accBits - 1 : accBits;
  // Where all columns are one block, nothing is taken aside for the leftmost, from which a sum moves on at once.
  const aside = across === 1 ? columns - 1 : columns;
  const row = (across - 1) * tapsPerClock * dataBits + sum * (columns + aside + (kind === 'minimum' ? 2 : 0));
  // The oldest of a diagonal's three flags is read by nothing but `last`.
  const diagonals = 3 * (down + across - 1) - 2;
  const leaving = Math.ceil(Math.log2(columns + 1)) + columns - 1 + Math.ceil(Math.log2(rows + 1));
  // Weights of distances have a flag beside them.
  const below = (columns > 1 ? columns : 0) + columns * tapsPerClock * (dataBits + (kind === 'adder' ? 1 : 0));
  return rows * row + diagonals + leaving + (down - 1) * below;
}
