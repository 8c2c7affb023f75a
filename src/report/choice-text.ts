// SPDX-License-Identifier: Apache-2.0
// Which cells a network is to have, in a line, and in others by what.

import type { CellChoice } from '../energy/index.ts';
import { decimal } from './columns.ts';
import { CELLS } from './config-text.ts';

/** The line, and those below it. */
export function choiceText({ images, zerosOf, ratios, ...choice }: CellChoice): string[] {
  const { clocks, energy, squareMicrons, luts } = ratios;
  const times = (value: number): string => decimal(value, 2);
  const inCells =
    choice.standardCells === null || energy === null
      ? ''
      : `${CELLS[choice.standardCells]} in standard cells (minima: ${times(energy)} of the energy), `;
  const first = images === 1 ? 'the first test image' : `the first ${decimal(images)} test images`;
  const of = zerosOf === null ? `a batch of ${decimal(images)}, nothing taken to be 0` : `${first} of ${zerosOf}`;
  const pipelined = choice.fpgaPipelined ? ' (pipelined)' : '';
  return [
    `Cells to take: ${inCells}${CELLS[choice.fpga]}${pipelined} on an iCE40.`,
    `Minima over distances: ${times(clocks)} of the clocks (${of}), ${times(squareMicrons)} of the area,`,
    `${times(luts)} of the look-up tables at equal speed (${choice.areasOf} arrays as measured).`,
    `Energies: ${choice.energiesOf}.`,
  ];
}
