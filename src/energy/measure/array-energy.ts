// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in an array of cells: adder_array synthesized, simulated gate by gate with operands of real layers
// skewed as the core skews them, and priced. Row 0's sums are checked on the way.

import { rtlSources } from '../../compile/index.ts';
import { type ArrayOperands, type ArrayShape, type ClockedOperands, inClocks } from '../array-events.ts';
import {
  buffered,
  type GateEnergy,
  type GateSimulator,
  type Library,
  type Netlist,
  priceToggles,
  type SimulationNetlist,
  simulationNetlist,
  synthesize,
} from '../gate/index.ts';

/** A Liberty file and what is in it. */
export interface Technology {
  /** Its path. */
  readonly liberty: string;
  readonly library: Library;
}

/** Bits by which a sum of 1,024 taps is longer than one. */
export const TAP_BITS = 10;

/** What a kind of cells adds; w is signed where it multiplies. */
const ADDED: readonly ((x: number, w: number) => number)[] = [
  (x, w) => Math.abs(x - w),
  (x, w) => Math.min(x, w),
  (x, w) => x * w,
];

/** Clocks of reset, and in which sums of no tile are on their way. */
const WARM_UP = 4;

/**
 * The clock of operands that each clock of the array is given, in their order. Tiles end at least so many clocks apart as
 * there are columns, as sums leave one column a clock: before a shorter one's last clock there are some without a tap, in
 * which operands stay as they were; what those are given is -1.
 */
function clocksOf({ first, tapsPerClock }: ClockedOperands, columns: number): Int32Array {
  const clocks: number[] = [];
  const full = first.length / tapsPerClock;
  let end = -columns;
  for (let i = 0; i < full; i++) {
    const isLast = i === full - 1 || first[(i + 1) * tapsPerClock] === 1;
    while (isLast && clocks.length < end + columns) clocks.push(-1);
    if (isLast) end = clocks.length;
    clocks.push(i);
  }
  return Int32Array.from(clocks);
}

/**
 * What lanes have in each clock, taps of a clock side by side, as words of 32 bits; each lane as many clocks late as there
 * are blocks before its own.
 * @param bits of what a lane has for a tap
 * @param outside what it has before its first clock and after its last
 * @param clocks of {@link clocksOf}
 */
function skewed(
  lanes: readonly Uint8Array[],
  bits: 1 | 8,
  outside: 0 | 1,
  { reach = 1, tapsPerClock = 1 }: ArrayShape,
  clocks: Int32Array,
  length: number,
): Uint32Array {
  const words = Math.ceil((lanes.length * tapsPerClock * bits) / 32);
  const all = new Uint32Array(length * words);
  lanes.forEach((codes, lane) => {
    const start = WARM_UP + Math.floor(lane / reach);
    let clock = 0;
    for (let i = 0; i < length; i++) {
      const given = clocks[i - start];
      if (given !== undefined && given >= 0) clock = given;
      for (let tap = 0; tap < tapsPerClock; tap++) {
        const place = (lane * tapsPerClock + tap) * bits;
        const code = given === undefined ? outside : codes[clock * tapsPerClock + tap]!;
        all[i * words + (place >> 5)]! |= code << (place & 31);
      }
    }
  });
  return all;
}

/** Cells of an array: 0 sums distances, 1 minima, which leave as minima, 2 products. */
export type ArrayCell = 0 | 1 | 2;

/** An array of 8-bit cells as gates. */
export interface ArrayGates {
  readonly cell: ArrayCell;
  readonly shape: ArrayShape;
  readonly accBits: number;
  readonly netlist: Netlist;
  readonly counted: SimulationNetlist;
}

/** The Verilog of the array. */
export function arraySources(): string[] {
  return rtlSources().filter((path) => /adder_(array|row)\.v$/.test(path));
}

/** Bits of a sum of 1,024 taps of 8 bits; of minima with the sign that the row's end puts in. */
function accBitsOf(cell: ArrayCell): number {
  return cell === 2 ? 16 + TAP_BITS : 8 + TAP_BITS + cell;
}

/** Parameters of `adder_array` with cells of 8 bits. */
export function arrayParameters(
  cell: ArrayCell,
  { rows, columns, reach = 1, tapsPerClock = 1 }: ArrayShape,
): Record<string, number> {
  const sizes = { ROWS: rows, COLUMNS: columns, W_DATA: 8, W_ACC: accBitsOf(cell) };
  return { ...sizes, CELL: cell, REACH: reach, TAPS: tapsPerClock };
}

/** Synthesizes an array; its row is one block. */
export async function arrayGates(
  cell: ArrayCell,
  shape: ArrayShape,
  { liberty, library }: Technology,
): Promise<ArrayGates> {
  const netlist = await synthesize({
    top: 'adder_array',
    sources: arraySources(),
    parameters: arrayParameters(cell, shape),
    block: 'adder_row',
    liberty,
    library,
  });
  return { cell, shape, accBits: accBitsOf(cell), netlist, counted: simulationNetlist(netlist) };
}

/** What an array takes for some operands. */
export interface ArrayEnergy extends GateEnergy {
  readonly clocks: number;
  /** Taps that each cell took in a clock, on average, from the first clock with taps to the last. */
  readonly tapsAClock: number;
}

/**
 * Measures an array with as many rows and columns as the operands have; energies are those of all cells in a clock.
 * @param most pins on a net: where there are more, they are behind buffers. @defaultValue as many as there are
 */
export async function arrayEnergy(
  { cell, shape, accBits, counted }: ArrayGates,
  operands: ArrayOperands,
  library: Library,
  simulator: GateSimulator,
  most?: number,
): Promise<ArrayEnergy> {
  const { rows, columns, tapsPerClock = 1 } = shape;
  const clocked = inClocks(operands, tapsPerClock);
  const { x, w, first, used } = clocked;
  const given = clocksOf(clocked, columns);
  const length = given.length + WARM_UP + rows + 2 * columns;
  const flag = (set: (clock: number) => boolean): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => Number((given[i - WARM_UP] ?? -1) >= 0 && set(given[i - WARM_UP]!)));
  const inputs = {
    rst: new Uint8Array(length).fill(1, 0, 2),
    valid: flag(() => true),
    first: flag((clock) => first[clock * tapsPerClock] === 1),
    last: flag((clock) => (first[(clock + 1) * tapsPerClock] ?? 1) === 1),
    plain: new Uint8Array(length).fill(1),
    row_used: new Uint8Array(length).fill(2 ** rows - 1),
    column_used: skewed(Array<Uint8Array>(columns).fill(used), 1, 1, shape, given, length),
    x: skewed(x, 8, 0, shape, given, length),
    w: skewed(w, 8, 0, shape, given, length),
  };
  const outputs = ['sums_valid', 'sums_column', 'sums'];
  const toggles = await simulator.count(counted, inputs, length, WARM_UP, outputs);
  check(cell, accBits, operands, toggles.outputs);
  const byNet = new Map(counted.nets.map((net, i) => [net, toggles.counts[i]!]));
  const { clocks } = toggles;
  const tapsAClock = operands.first.length / given.length;
  if (most === undefined) return { ...priceToggles(counted.flat, library, byNet, clocks), clocks, tapsAClock };
  const { sources, ...flat } = buffered(counted.flat, library, most);
  for (const [net, source] of sources) byNet.set(net, byNet.get(source) ?? 0);
  return { ...priceToggles(flat, library, byNet, clocks), clocks, tapsAClock };
}

function check(
  cell: number,
  accBits: number,
  { x, w, first }: ArrayOperands,
  outputs: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const [valid, column, sums] = ['sums_valid', 'sums_column', 'sums'].map((name) => outputs[name]!) as [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ];
  const starts = Array.from(first.keys()).filter((tap) => first[tap] === 1);
  const words = sums.length / valid.length;
  let left = 0;
  for (let clock = WARM_UP; clock < valid.length; clock++) {
    if (!valid[clock]) continue;
    const tile = Math.floor(left++ / w.length);
    let expected = 0;
    for (let tap = starts[tile]!; tap < (starts[tile + 1] ?? first.length); tap++) {
      const weight = w[column[clock]!]![tap]!;
      expected += ADDED[cell]!(x[0]![tap]!, cell === 2 ? (weight << 24) >> 24 : weight);
    }
    const size = 2 ** accBits;
    const got = sums[clock * words]! % size;
    if (got !== ((expected % size) + size) % size) {
      throw new Error(`Expected gates of the array to sum ${expected} in tile ${tile}, but received ${got}.`);
    }
  }
  if (left !== starts.length * w.length) {
    throw new Error(`Expected ${starts.length * w.length} sums of the array, but received ${left}.`);
  }
}
