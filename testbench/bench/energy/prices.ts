// SPDX-License-Identifier: Apache-2.0
// What toggles cost by the toolkit and by OpenSTA, cell by cell.

import type { Technology } from '../../../src/energy/measure/index.ts';
import { comparePrices } from '../../support/compare-prices.ts';
import { TRIED_CELLS } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';

/** Figures of all cells of one sum whose registers are always clocked. */
export async function priceFigures(technology: Technology, note: (text: string) => void): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const cell of TRIED_CELLS.filter(({ gated, sums = 1 }) => gated !== true && sums === 1)) {
    note(`${cell.name}: prices`);
    const { gates, registers, own, clocks } = await comparePrices(cell, technology);
    const against = `OpenSTA, ${clocks} clocks of LeNet-5 at ${(own.total * 1e12).toFixed(2)} pJ`;
    figures.push(
      { name: `${cell.name}, gates`, value: gates, unit: 'of', against },
      { name: `${cell.name}, registers and clock`, value: registers, unit: 'of', against },
    );
  }
  return figures;
}
