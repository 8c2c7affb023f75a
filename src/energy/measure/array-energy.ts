// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in an array of cells: adder_array synthesized, simulated gate by gate with operands of real layers
// skewed as the core skews them, and priced. Row 0's sums are checked on the way.

import { rtlSources } from '../../compile/index.ts';
import { type ArrayOperands, type ArrayShape, inClocks } from '../array-events.ts';
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

/** Bytes of lanes, taps of a clock side by side, as words of 32 bits; each lane as many clocks late as there are blocks before its own. */
function skewed(
  lanes: readonly Uint8Array[],
  { reach = 1, tapsPerClock = 1 }: ArrayShape,
  length: number,
): Uint32Array {
  const words = Math.ceil((lanes.length * tapsPerClock) / 4);
  const bytes = new Uint8Array(length * words * 4);
  lanes.forEach((codes, lane) => {
    const start = WARM_UP + Math.floor(lane / reach);
    codes.forEach((code, i) => {
      const [clock, tap] = [Math.floor(i / tapsPerClock), i % tapsPerClock];
      bytes[(clock + start) * words * 4 + lane * tapsPerClock + tap] = code;
    });
  });
  return new Uint32Array(bytes.buffer);
}

/** Bits of columns that say which taps there are, one for each tap of a clock, in words of 32; skewed like their codes. */
function skewedUse(
  used: Uint8Array,
  { columns, reach = 1, tapsPerClock = 1 }: ArrayShape,
  length: number,
): Uint32Array {
  const words = Math.ceil((columns * tapsPerClock) / 32);
  const bits = new Uint32Array(length * words);
  for (let column = 0; column < columns; column++) {
    const start = WARM_UP + Math.floor(column / reach);
    for (let clock = 0; clock < length; clock++) {
      for (let tap = 0; tap < tapsPerClock; tap++) {
        const bit = column * tapsPerClock + tap;
        // Before and after all taps nothing says that there is none.
        if ((used[(clock - start) * tapsPerClock + tap] ?? 1) === 1)
          bits[clock * words + (bit >> 5)]! |= 1 << (bit & 31);
      }
    }
  }
  return bits;
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
  /** Taps that each cell took in a clock, on average over those with taps. */
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
  const { x, w, first, used } = inClocks(operands, tapsPerClock);
  const full = first.length / tapsPerClock; // clocks with taps
  const length = full + WARM_UP + rows + 2 * columns;
  const flag = (set: (clock: number) => boolean): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => Number(i >= WARM_UP && i < full + WARM_UP && set(i - WARM_UP)));
  const inputs = {
    rst: new Uint8Array(length).fill(1, 0, 2),
    valid: flag(() => true),
    first: flag((clock) => first[clock * tapsPerClock] === 1),
    last: flag((clock) => clock === full - 1 || first[(clock + 1) * tapsPerClock] === 1),
    plain: new Uint8Array(length).fill(1),
    row_used: new Uint8Array(length).fill(2 ** rows - 1),
    column_used: skewedUse(used, shape, length),
    x: skewed(x, shape, length),
    w: skewed(w, shape, length),
  };
  const outputs = ['sums_valid', 'sums_column', 'sums'];
  const toggles = await simulator.count(counted, inputs, length, WARM_UP, outputs);
  check(cell, accBits, operands, toggles.outputs);
  const byNet = new Map(counted.nets.map((net, i) => [net, toggles.counts[i]!]));
  const { clocks } = toggles;
  const tapsAClock = operands.first.length / full;
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
