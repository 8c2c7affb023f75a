// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in cells that stand between operand registers that they share, with as many images and filters of real
// networks as they are rows and columns. The pins of all cells hang on what a register drives; wires have no price.

import type { Technology } from '../../../src/energy/measure/index.ts';
import { blockNetlist } from '../../support/cell-block.ts';
import { blockTapEnergy } from '../../support/tap-energy.ts';
import { triedCell } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { type FloatModels, operandsOf, streams } from './tap-streams.ts';
import { energyFigures, type Row } from './tap-rows.ts';

/** Cells that share operand registers, at 8 bits, with one tap a clock and with two. */
const SHARING = [
  'distance_columns',
  'minimum_columns',
  'multiply_save',
  'multiply_columns',
  'distance_columns, 2 taps',
  'minimum_columns, 2 taps',
  'multiply_columns, 2 taps',
  'multiply_whole, 2 taps',
];

/** Cells of a row, and of a column, that stand between two operand registers. */
const SIDES = [2, 4];

const TAPS = 2_000; // of each layer

/** Figures of cells that share operand registers, of 8 bits. */
export async function sharedTapFigures(
  technology: Technology,
  models: FloatModels,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const side of SIDES) {
    const found = await streams(8, models, { count: side, taps: TAPS, side });
    for (const taps of [1, 2]) {
      const cells = SHARING.map(triedCell).filter((cell) => cell.taps === taps);
      const rows = found.map((): Row[] => []);
      for (const cell of cells) {
        note(`${side}x${side} cells of ${cell.name} between operand registers`);
        const netlist = await blockNetlist(cell, side, 8, technology);
        for (const [at, stream] of found.entries()) {
          const [, operands] = operandsOf(cell, stream, true)[0]!;
          const energy = await blockTapEnergy(cell, 8, netlist, technology.library, operands);
          rows[at]!.push({ name: cell.name, kind: cell.kind, energy });
        }
      }
      const what = `operand registers shared by ${side}x${side} cells, a tap of`;
      found.forEach(({ name }, at) => figures.push(...energyFigures(rows[at]!, `${what} ${name}`)));
    }
  }
  return figures;
}
