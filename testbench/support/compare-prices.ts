// SPDX-License-Identifier: Apache-2.0
// What a cell's toggles cost by the toolkit, over what they cost by OpenSTA: 8 bits, with taps of LeNet-5 as it is shipped.

import { loadMnist } from '../../src/data/index.ts';
import { type GateEnergy, priceToggles, synthesize } from '../../src/energy/gate/index.ts';
import { realOperands, type Technology } from '../../src/energy/measure/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferredBy } from './inferred.ts';
import { openStaEnergy } from './opensta-power.ts';
import { tapToggles } from './tap-energy.ts';
import { cellParameters, type TriedCell, triedSources } from './tried-cells.ts';

const TAPS = 1_000; // of each layer

/** Shares of OpenSTA's energies, and what the cell takes a clock. */
export interface PriceComparison {
  readonly gates: number;
  /** With their clock pins. */
  readonly registers: number;
  readonly own: GateEnergy;
  readonly clocks: number;
}

/** Compares the prices of a cell whose registers are always clocked; w of one that multiplies is the code less 128. */
export async function comparePrices(cell: TriedCell, { liberty, library }: Technology): Promise<PriceComparison> {
  const parameters = cellParameters(cell, 8);
  const netlist = await synthesize({ top: cell.module, sources: triedSources(), parameters, liberty, library });
  const net = readQuantized(shippedWeights('lenet5'));
  const operands = realOperands(net, inferredBy(net, loadMnist('test').images.subarray(0, 784), 1), TAPS);
  const [x, codes] = [operands.x[0]!, operands.w[0]!];
  const w = cell.kind === 'multiply' ? codes.map((code) => code ^ 128) : codes;
  const { toggles, clocks } = await tapToggles(cell, 8, netlist, { x, w, first: operands.first });
  const own = priceToggles(netlist, library, toggles, clocks);
  const theirs = await openStaEnergy(netlist, library, liberty, toggles, clocks);
  // OpenSTA counts what a cell drives, not what an input of the design does.
  let inputs = 0;
  for (const [input, farads] of theirs.inputLoads) {
    inputs += ((toggles.get(input)! / clocks) * farads * library.volts ** 2) / 2;
  }
  return {
    gates: own.gates / theirs.gates,
    registers: (own.clock + own.registers - inputs) / theirs.registers,
    own,
    clocks,
  };
}
