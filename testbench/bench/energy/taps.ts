// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in one cell, with operands of real networks: the cells of each kind that spend least, side by side,
// and those that take several taps a clock.

import type { ArrayOperands } from '../../../src/energy/array-events.ts';
import type { Netlist } from '../../../src/energy/gate/index.ts';
import type { Technology } from '../../../src/energy/measure/index.ts';
import { tapEnergy } from '../../support/tap-energy.ts';
import { TRIED_CELLS, type TriedCell, triedCell } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { cellNetlist } from './cells.ts';
import { energyFigures, type Row } from './tap-rows.ts';
import { type FloatModels, operandsOf, type Stream, streams } from './tap-streams.ts';

/** Cells of one tap a clock: of each kind the smallest, and those that spend least; at 8 bits those with gated clocks, too. */
const CELLS = [
  'distance_invert',
  'distance_late',
  'distance_columns',
  'minimum_gates',
  'minimum_excess',
  'minimum_columns',
  'multiply_save',
  'multiply_offset',
  'multiply_columns',
  'multiply_whole',
  'multiply_digits',
];

/** Cells of several taps a clock, at 8 bits. */
const SEVERAL = [2, 4].flatMap((taps) =>
  [
    'distance_columns',
    'minimum_columns',
    'multiply_columns',
    'multiply_whole',
    'multiply_digits',
    'multiply_inner',
  ].map((module) => `${module}, ${taps} taps`),
);

const WIDTHS = [8, 6, 4];

const TAPS = 8_000; // of each layer

interface Gates {
  readonly cell: TriedCell;
  readonly netlist: Netlist;
}

/** Share of taps for which something holds, over all cells. */
function share({ x, w }: ArrayOperands, holds: (x: number, w: number) => boolean): number {
  let sum = 0;
  for (const row of x) for (const column of w) row.forEach((code, i) => (sum += Number(holds(code, column[i]!))));
  return sum / (x.length * w.length * x[0]!.length);
}

/** Cells as gates. */
async function gatesOf(names: readonly string[], dataBits: number, technology: Technology): Promise<Gates[]> {
  const gates: Gates[] = [];
  for (const name of names) {
    const cell = triedCell(name);
    gates.push({ cell, netlist: await cellNetlist(cell, dataBits, technology) });
  }
  return gates;
}

/** Shares of taps that are 0. */
function zeroFigures(dataBits: number, { name, operands, multiplied }: Stream): Measured[] {
  const zeros = (of: string, taps: ArrayOperands): Measured[] =>
    (
      [
        ['x = 0', (x: number) => x === 0],
        ['w = 0', (_: number, w: number) => w === 0],
        ['x = 0 or w = 0', (x: number, w: number) => x === 0 || w === 0],
      ] as const
    ).map(([what, holds]) => ({
      name: `taps with ${what}, ${of}, ${dataBits} bits`,
      value: 100 * share(taps, holds),
      unit: '%',
      against: `${taps.first.length} taps`,
    }));
  return [
    ...zeros(name, operands),
    ...multiplied.flatMap(([what, taps]) => (taps.x === operands.x ? [] : zeros(what, taps))),
  ];
}

/** Measures cells, each alone. */
async function cellRows(
  cells: readonly Gates[],
  dataBits: number,
  stream: Stream,
  library: Technology['library'],
  note: (text: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { cell, netlist } of cells) {
    note(`${cell.name}, ${dataBits} bits, operands of ${stream.name}`);
    for (const [what, { x, w, first }] of operandsOf(cell, stream, false)) {
      const energy = await tapEnergy(cell, dataBits, netlist, library, { x: x[0]!, w: w[0]!, first });
      const suffix = what === '' ? '' : `, ${what}`;
      rows.push({
        name: `${cell.name}${suffix}`,
        kind: `${cell.gated === true ? 'gated ' : ''}${cell.kind}${suffix}`,
        energy,
      });
    }
  }
  return rows;
}

/** Figures of cells with each network's operands. */
export async function tapFigures(
  technology: Technology,
  models: FloatModels,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const dataBits of WIDTHS) {
    const found = await streams(dataBits, models, { count: 2, taps: TAPS, side: 1 });
    if (found.length === 0) continue;
    const gated = TRIED_CELLS.filter((cell) => cell.gated === true).map(({ name }) => name);
    const names = dataBits === 8 ? [...CELLS, ...gated, ...SEVERAL] : CELLS;
    const cells = await gatesOf(names, dataBits, technology);
    for (const stream of found) {
      figures.push(...zeroFigures(dataBits, stream));
      for (const taps of new Set(cells.map(({ cell }) => cell.taps))) {
        const alike = cells.filter(({ cell }) => cell.taps === taps);
        const rows = await cellRows(alike, dataBits, stream, technology.library, note);
        figures.push(...energyFigures(rows, `${dataBits} bits, a tap of ${stream.name}`));
      }
    }
  }
  return figures;
}
