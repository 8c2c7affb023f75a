// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in one cell with its operand registers: synthesized, simulated gate by gate with given operands, and
// priced. What it sums is checked on the way.

import { countToggles } from '../../src/device/index.ts';
import {
  type GateEnergy,
  type Library,
  type Netlist,
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

/** Toggles of each net of a cell's netlist, and the clocks in which they were counted. */
export interface TapToggles {
  readonly toggles: ReadonlyMap<number, number>;
  readonly clocks: number;
}

/** Simulates a cell gate by gate. */
export async function tapToggles(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  operands: TapOperands,
): Promise<TapToggles> {
  const { x, w } = operands;
  const top = 2 ** dataBits - 1;
  const port = cell.inverted ? { w_n: w.map((code) => ~code & top) } : { w };
  // `first` is of the operands in the registers, a clock after they enter.
  const first = new Uint8Array(x.length);
  first.set(operands.first.subarray(0, x.length - 1), 1);
  const counted = simulationNetlist(netlist);
  const hasRest = (cell.restBits ?? 0) > 0;
  const { counts, clocks, outputs } = await countToggles(counted, { x, ...port, first }, x.length, WARM_UP, [
    'sum',
    ...(hasRest ? ['rest'] : []),
  ]);
  check(cell, dataBits, operands, outputs['sum']!, outputs['rest']);
  return { toggles: new Map(counted.nets.map((net, i) => [net, counts[i]!])), clocks };
}

/** Measures a cell; energies in joules. */
export async function tapEnergy(
  cell: TriedCell,
  dataBits: number,
  netlist: Netlist,
  library: Library,
  operands: TapOperands,
): Promise<GateEnergy> {
  const { toggles, clocks } = await tapToggles(cell, dataBits, netlist, operands);
  return priceToggles(netlist, library, toggles, clocks);
}

function check(
  cell: TriedCell,
  dataBits: number,
  { x, w, first }: TapOperands,
  sum: ArrayLike<number>,
  rest: ArrayLike<number> | undefined,
): void {
  const { added, kind, module, late = 0 } = cell;
  const size = 2 ** sumBits(cell, dataBits);
  const signed = (code: number): number => (code >= 2 ** (dataBits - 1) ? code - 2 ** dataBits : code);
  let expected = 0;
  for (let i = 0; i + 2 + late < x.length; i++) {
    expected = (first[i] ? 0 : expected) + added(x[i]!, kind === 'multiply' ? signed(w[i]!) : w[i]!, dataBits);
    const got = sum[i + 2 + late]! + (rest?.[i + 2 + late] ?? 0);
    if (got !== ((expected % size) + size) % size) {
      throw new Error(`Expected gates of ${module} to sum ${expected} at tap ${i}, but received ${got}.`);
    }
  }
}
