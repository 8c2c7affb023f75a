// SPDX-License-Identifier: Apache-2.0
// What a tap takes where side x side cells stand between two operand registers: area of the smallest cells of each kind,
// beside the multipliers that share theirs among as many and take as many taps a clock.

import { type Netlist, netlistArea } from '../../../src/energy/gate/index.ts';
import type { Technology } from '../../../src/energy/measure/index.ts';
import { blockArea, blockNetlist } from '../../support/cell-block.ts';
import { TRIED_CELLS, type TriedCell } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';

/** Cells of a row, and of a column. */
const SIDES = [1, 2, 4, 8];

/**
 * Taps a clock of the largest blocks that are synthesized. Areas of larger ones are reckoned from those, with as many
 * registers of operands less as there would be.
 */
const MOST_TAPS = 32;

/** Bits of the codes of cells that share registers. */
export const SHARED_BITS = 8;

/** A kind of cells, with so many taps a clock. */
const CLASSES = ['distance', 'minimum', 'multiply'].flatMap((kind) =>
  [1, 2, 4].flatMap((taps) => [false, true].map((inner) => ({ kind, taps, inner }))),
);

/** The smallest cell of each class whose registers are always clocked, of one sum. */
function smallestOfClasses(netlists: ReadonlyMap<TriedCell, Netlist>): TriedCell[] {
  return CLASSES.flatMap(({ kind, taps, inner }) =>
    TRIED_CELLS.filter(
      (cell) =>
        cell.kind === kind &&
        cell.taps === taps &&
        (cell.inner === true) === inner &&
        (cell.sums ?? 1) === 1 &&
        cell.gated !== true,
    )
      .toSorted((a, b) => netlistArea(netlists.get(a)!) - netlistArea(netlists.get(b)!))
      .slice(0, 1),
  );
}

interface Row {
  readonly cell: TriedCell;
  /** Cells of a row, and of a column. */
  readonly side: number;
  /** Area of a tap, in the library's unit. */
  readonly area: number;
  readonly how: string;
}

/** Areas of a tap of one cell, by side. */
async function rowsOf(cell: TriedCell, technology: Technology, note: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  let largest = { side: 0, operands: 0, total: 0 };
  for (const side of SIDES) {
    const isSynthesized = side ** 2 * cell.taps <= MOST_TAPS;
    if (isSynthesized) {
      note(`${side}x${side} cells of ${cell.name} between operand registers`);
      const netlist = await blockNetlist(cell, side, SHARED_BITS, technology);
      largest = { side, ...blockArea(cell, side, SHARED_BITS, netlist) };
    }
    const { side: from, operands, total } = largest;
    const area = (total - operands * (1 - from / side)) / (from ** 2 * cell.taps);
    rows.push({ cell, side, area, how: isSynthesized ? 'synthesized' : `reckoned from ${from}x${from}` });
  }
  return rows;
}

/** Figures of a tap at 8 bits. */
export async function sharedFigures(
  netlists: ReadonlyMap<TriedCell, Netlist>,
  technology: Technology,
  note: (text: string) => void,
): Promise<Measured[]> {
  const rows: Row[] = [];
  for (const cell of smallestOfClasses(netlists)) rows.push(...(await rowsOf(cell, technology, note)));
  return rows.map(({ cell, side, area, how }) => {
    const others = rows.filter((to) => to.cell.kind === 'multiply' && to.cell.taps === cell.taps && to.side === side);
    const ratios = others.map((to) => `${to.cell.name}: ${to.area.toFixed(0)}, ratio ${(area / to.area).toFixed(3)}`);
    return {
      name: `${cell.name}, operand registers shared by ${side}x${side} cells (${how})`,
      value: area,
      unit: 'um2 a tap',
      against: ratios.join('; '),
    };
  });
}
