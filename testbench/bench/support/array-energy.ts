// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in an array of cells: adder_array synthesized, simulated gate by gate with operands of real layers
// skewed as the core skews them, and priced. Row 0's sums are checked on the way.

import { countToggles, rtlSources } from '../../../src/device/index.ts';
import {
  type GateEnergy,
  type Library,
  priceToggles,
  simulationNetlist,
  synthesize,
} from '../../../src/energy/gate/index.ts';
import { TAP_BITS } from '../../support/tried-cells.ts';
import type { Operands } from './operands.ts';

/** What a kind of cells adds; w is signed where it multiplies. */
const ADDED: readonly ((x: number, w: number) => number)[] = [
  (x, w) => Math.abs(x - w),
  (x, w) => Math.min(x, w),
  (x, w) => x * w,
];

/** Clocks of reset, and in which sums of no tile are on their way. */
const WARM_UP = 4;

/** Bytes of lanes as words of 32 bits, each lane as many clocks late as its place. */
function skewed(lanes: readonly Uint8Array[], length: number): Uint32Array {
  const words = Math.ceil(lanes.length / 4);
  const bytes = new Uint8Array(length * words * 4);
  lanes.forEach((codes, lane) => codes.forEach((code, i) => (bytes[(i + WARM_UP + lane) * words * 4 + lane] = code)));
  return new Uint32Array(bytes.buffer);
}

/**
 * Measures an array of 8-bit cells as large as the operands' grid; energies are those of all cells in a clock.
 * @param cell 0: distances; 1: minima, which leave as minima; 2: products
 */
export async function arrayEnergy(
  cell: 0 | 1 | 2,
  { x, w, first }: Operands,
  liberty: string,
  library: Library,
): Promise<GateEnergy & { readonly area: number }> {
  const [rows, columns] = [x.length, w.length];
  const accBits = cell === 2 ? 16 + TAP_BITS : 8 + TAP_BITS + cell;
  const parameters = { ROWS: rows, COLUMNS: columns, W_DATA: 8, W_ACC: accBits, CELL: cell };
  const sources = rtlSources().filter((path) => /adder_(array|row)\.v$/.test(path));
  const netlist = await synthesize({ top: 'adder_array', sources, parameters, liberty, library });
  const taps = first.length;
  const length = taps + WARM_UP + rows + 2 * columns;
  const flag = (set: (tap: number) => boolean): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => Number(i >= WARM_UP && i < taps + WARM_UP && set(i - WARM_UP)));
  const inputs = {
    rst: new Uint8Array(length).fill(1, 0, 2),
    valid: flag(() => true),
    first: flag((tap) => first[tap] === 1),
    last: flag((tap) => tap === taps - 1 || first[tap + 1] === 1),
    plain: new Uint8Array(length).fill(1),
    row_used: new Uint8Array(length).fill(2 ** rows - 1),
    column_used: new Uint8Array(length).fill(2 ** columns - 1),
    x: skewed(x, length),
    w: skewed(w, length),
  };
  const counted = simulationNetlist(netlist);
  const outputs = ['sums_valid', 'sums_column', 'sums'];
  const toggles = await countToggles(counted, inputs, length, WARM_UP, outputs);
  check(cell, accBits, { x, w, first }, toggles.outputs);
  const byNet = new Map(counted.nets.map((net, i) => [net, toggles.counts[i]!]));
  const area = netlist.instances.reduce((sum, instance) => sum + instance.cell.area, 0);
  return { ...priceToggles(netlist, library, byNet, toggles.clocks), area };
}

function check(
  cell: number,
  accBits: number,
  { x, w, first }: Operands,
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
