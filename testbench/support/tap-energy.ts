// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in cells with their operand registers: synthesized, simulated gate by gate with given operands, and
// priced. What they sum is checked on the way.

import { countToggles } from '../../src/device/index.ts';
import type { ArrayOperands } from '../../src/energy/array-events.ts';
import {
  type GateEnergy,
  type Library,
  type Netlist,
  type PortColumn,
  priceToggles,
  simulationNetlist,
} from '../../src/energy/gate/index.ts';
import { sumBits, type TriedCell } from './tried-cells.ts';

/** Clocks before toggles count: registers hold what the first taps leave. */
const WARM_UP = 3;

/** Taps of one cell, an entry each. */
export interface TapOperands {
  readonly x: Uint8Array;
  /** Two's complement where the cell multiplies. */
  readonly w: Uint8Array;
  /** 1: the first tap of a sum. */
  readonly first: Uint8Array;
}

/** Toggles of each net of a netlist, and the clocks in which they were counted. */
export interface TapToggles {
  readonly toggles: ReadonlyMap<number, number>;
  readonly clocks: number;
}

/**
 * Operands as clocks take them, so many taps of a sum at once: each list has entries of a clock side by side. Where a sum
 * has taps left for less than a clock, operands that are 0 make it whole.
 */
export function byClock({ x, w, first }: ArrayOperands, taps: number): ArrayOperands {
  const places: number[] = []; // of taps; -1: an operand that is 0
  first.forEach((isFirst, i) => {
    if (isFirst === 1) while (places.length % taps !== 0) places.push(-1);
    places.push(i);
  });
  while (places.length % taps !== 0) places.push(-1);
  const take = (codes: Uint8Array): Uint8Array => Uint8Array.from(places, (place) => codes[place] ?? 0);
  return {
    x: x.map(take),
    w: w.map(take),
    first: take(first).filter((_, i) => i % taps === 0),
  };
}

/** Codes of a clock's taps side by side in one port. */
function packed(codes: Uint8Array, taps: number, dataBits: number, flips: number): PortColumn {
  const words = new Uint32Array(codes.length / taps);
  codes.forEach((code, i) => {
    words[Math.floor(i / taps)]! |= (code ^ flips) << ((i % taps) * dataBits);
  });
  const bits = taps * dataBits;
  return bits <= 8 ? Uint8Array.from(words) : bits <= 16 ? Uint16Array.from(words) : words;
}

/** Names of a netlist's ports for a row or a column, and for a cell's outputs. */
interface Ports {
  readonly x: (row: number) => string;
  readonly w: (column: number) => string;
  readonly out: (name: string, row: number, column: number) => string;
}

/** Simulates cells; operands as clocks take them. */
async function countTaps(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  operands: ArrayOperands,
  ports: Ports,
): Promise<TapToggles> {
  const { taps, restBits = 0 } = cell;
  const length = operands.first.length;
  // `first` is of the operands in the registers, a clock after they enter.
  const first = new Uint8Array(length);
  first.set(operands.first.subarray(0, length - 1), 1);
  const inputs: Record<string, PortColumn> = { first };
  operands.x.forEach((codes, row) => {
    inputs[ports.x(row)] = packed(codes, taps, dataBits, cell.x.flips(dataBits));
  });
  operands.w.forEach((codes, column) => {
    inputs[ports.w(column)] = packed(codes, taps, dataBits, cell.w.flips(dataBits));
  });
  const counted = simulationNetlist(netlist);
  const names = ['sum', ...(restBits > 0 ? ['rest'] : [])];
  const places = operands.x.flatMap((x, row) => operands.w.map((w, column) => ({ x, w, row, column })));
  const wanted = places.flatMap(({ row, column }) => names.map((name) => ports.out(name, row, column)));
  const { counts, clocks, outputs } = await countToggles(counted, inputs, length, WARM_UP, wanted);
  for (const { x, w, row, column } of places) {
    const [sum, rest] = names.map((name) => outputs[ports.out(name, row, column)]!);
    check(cell, dataBits, { x, w, first: operands.first }, sum!, rest);
  }
  return { toggles: new Map(counted.nets.map((net, i) => [net, counts[i]!])), clocks };
}

/** Simulates a cell of one sum gate by gate. */
export function tapToggles(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  { x, w, first }: TapOperands,
): Promise<TapToggles> {
  if ((cell.sums ?? 1) !== 1) throw new RangeError(`Expected ${cell.name} to have one sum, but it has ${cell.sums}.`);
  return countTaps(cell, dataBits, netlist, byClock({ x: [x], w: [w], first }, cell.taps), {
    x: () => cell.x.name,
    w: () => cell.w.name,
    out: (name) => name,
  });
}

/** Energies of so many taps a clock, of one. */
function ofTap({ clock, registers, gates, total }: GateEnergy, taps: number): GateEnergy {
  return { clock: clock / taps, registers: registers / taps, gates: gates / taps, total: total / taps };
}

/** Measures a cell; energies of a tap in joules. */
export async function tapEnergy(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  library: Library,
  operands: TapOperands,
): Promise<GateEnergy> {
  const { toggles, clocks } = await tapToggles(cell, dataBits, netlist, operands);
  const whole = operands.x.length / byClock({ ...operands, x: [operands.x], w: [operands.w] }, cell.taps).first.length;
  return ofTap(priceToggles(netlist, library, toggles, clocks), whole);
}

/** Measures the cells of a block (support/cell-block.ts), a row and a column for each list of operands; the same. */
export async function blockTapEnergy(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  library: Library,
  operands: ArrayOperands,
): Promise<GateEnergy> {
  const clocked = byClock(operands, cell.taps);
  const { toggles, clocks } = await countTaps(cell, dataBits, netlist, clocked, {
    x: (row) => `x_${row}`,
    w: (column) => `w_${column}`,
    out: (name, row, column) => `${name}_${row}_${column}`,
  });
  const cells = operands.x.length * operands.w.length;
  const whole = operands.first.length / clocked.first.length;
  return ofTap(priceToggles(netlist, library, toggles, clocks), cells * whole);
}

function check(
  cell: TriedCell,
  dataBits: number,
  { x, w, first }: TapOperands,
  sum: ArrayLike<number>,
  rest: ArrayLike<number> | undefined,
): void {
  const { added, kind, name, taps, late = 0 } = cell;
  const size = 2 ** sumBits(cell, dataBits);
  const half = 2 ** (dataBits - 1);
  const codesOf = (codes: Uint8Array, i: number): number[] => [...codes.subarray(i * taps, (i + 1) * taps)];
  const weightOf = (code: number): number => (kind === 'multiply' && code >= half ? code - 2 * half : code);
  let expected = 0;
  for (let i = 0; i + 2 + late < first.length; i++) {
    expected = (first[i] ? 0 : expected) + added(codesOf(x, i), codesOf(w, i).map(weightOf), dataBits);
    const got = sum[i + 2 + late]! + (rest?.[i + 2 + late] ?? 0);
    if (got !== ((expected % size) + size) % size) {
      throw new Error(`Expected gates of ${name} to sum ${expected} at clock ${i}, but received ${got}.`);
    }
  }
}
