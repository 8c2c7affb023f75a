// SPDX-License-Identifier: Apache-2.0
// Area and clock of cells and arrays of the three kinds, as measured.

import type { AreaFigures, AreaTable, CellChoice } from '../../energy/index.ts';
import { choiceText } from '../choice-text.ts';
import { decimal } from '../columns.ts';
import { escaped } from '../escaped.ts';
import { section, table } from './parts.ts';

const HEAD = ['', 'taps a clock', 'LUT4', 'registers', 'MHz, FPGA', 'um2', 'MHz, cells', 'Verilog'];

function line({ name, source, rows, columns, tapsPerClock = 1, ...area }: AreaFigures): string[] {
  const cells = rows * columns;
  const each = (value: number, digits: number): string => decimal(value / cells, cells === 1 ? 0 : digits);
  return [
    name.replaceAll('_', ' '),
    String(tapsPerClock),
    each(area.luts, 1),
    each(area.registers, 1),
    area.fpgaMHz === null ? 'does not fit' : decimal(area.fpgaMHz, 1),
    each(area.squareMicrons, 0),
    decimal(area.cellsMHz, 1),
    source,
  ];
}

/** The section, with which cells the network at hand is to have. */
export function areaSection(
  { areas, skipping, fpga, cells, date, command }: AreaTable,
  choice: CellChoice | null,
): string {
  const skips = [
    'to skip taps of minima',
    '',
    decimal(skipping.luts),
    decimal(skipping.registers),
    '',
    decimal(skipping.squareMicrons),
    '',
    skipping.source,
  ];
  return section(
    'Area and clock',
    [
      ...(choice === null ? [] : choiceText(choice).map((text) => `<p>${escaped(text)}</p>`)),
      '<p>Cells of 8 bits with sums of 1,024 taps: the smallest that were tried, and arrays, of which figures are of one cell, whatever the taps that it takes in a clock. To skip taps a core has something more, whatever its size.</p>',
      table(HEAD, [...areas.map(line), skips], [7]),
      `<p>FPGA: ${escaped(fpga)}. Registers, um2 and the other clock: ${escaped(cells)}. Measured ${escaped(date)} by</p>`,
      `<pre>${escaped(command)}</pre>`,
    ],
    true,
  );
}
