// SPDX-License-Identifier: Apache-2.0
// What every cell that was tried takes, beside the best multiplier that takes as many taps a clock: the one with the
// fewest LUTs, or the least area.

import { type Netlist, netlistArea, synthesize } from '../../../src/energy/gate/index.ts';
import type { Technology } from '../../../src/energy/measure/index.ts';
import {
  cellParameters,
  tapsAClock,
  TRIED_CELLS,
  type TriedCell,
  triedCell,
  triedSources,
} from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { type Ice40Cells, ice40Cells } from '../support/ice40.ts';
import { SHARED_BITS, sharedFigures } from './shared.ts';

const BITS = [8, 6, 4];

interface Taken {
  readonly cell: TriedCell;
  readonly ice40: Ice40Cells;
  readonly netlist?: Netlist;
}

/** A cell as gates of a library. */
export function cellNetlist(cell: TriedCell, dataBits: number, technology: Technology): Promise<Netlist> {
  const parameters = cellParameters(cell, dataBits);
  return synthesize({ top: cell.module, sources: triedSources(), parameters, ...technology });
}

/** One kind of number. */
interface Kind {
  readonly unit: string;
  readonly of: (taken: Taken) => number;
}

/** Figures of some kinds, each beside those of multipliers, of each sort the one that has the least of the first. */
function beside(taken: readonly Taken[], where: string, kinds: readonly Kind[]): Measured[] {
  const least = (taps: number, inner: boolean): Taken[] =>
    taken
      .filter(({ cell }) => cell.kind === 'multiply' && tapsAClock(cell) === taps && (cell.inner === true) === inner)
      .toSorted((a, b) => kinds[0]!.of(a) - kinds[0]!.of(b))
      .slice(0, 1);
  return taken.flatMap((one) => {
    const taps = tapsAClock(one.cell);
    const best = [...least(taps, false), ...least(taps, true)];
    return kinds.flatMap(({ unit, of }) => {
      const against = best.map((to) => `${to.cell.name}: ${of(to)}, ratio ${(of(one) / of(to)).toFixed(2)}`).join('; ');
      const whole = { name: `${one.cell.name}, ${where}`, value: of(one), unit, against };
      return taps === 1 ? [whole] : [whole, { ...whole, value: of(one) / taps, unit: `${unit} a tap` }];
    });
  });
}

async function takenBy(
  dataBits: number,
  technology: Technology | undefined,
  note: (text: string) => void,
): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const cell of TRIED_CELLS) {
    note(`${cell.name}, ${dataBits} bits`);
    const ice40 = await ice40Cells(cell.module, triedSources(), cellParameters(cell, dataBits));
    taken.push({ cell, ice40, ...(technology ? { netlist: await cellNetlist(cell, dataBits, technology) } : {}) });
  }
  return taken;
}

async function figuresOf(
  taken: readonly Taken[],
  dataBits: number,
  technology: Technology | undefined,
): Promise<Measured[]> {
  const multiplier = triedCell('multiply_operator');
  const up5k = await ice40Cells(multiplier.module, triedSources(), cellParameters(multiplier, dataBits), '-dsp');
  return [
    ...beside(taken, `${dataBits} bits, iCE40`, [
      { unit: 'LUT4', of: ({ ice40 }) => ice40.luts },
      { unit: 'carries', of: ({ ice40 }) => ice40.carries },
      { unit: 'flip-flops', of: ({ ice40 }) => ice40.registers },
    ]),
    {
      name: `${multiplier.module}, ${dataBits} bits, iCE40 UP5K with its multipliers`,
      value: up5k.luts,
      unit: 'LUT4',
      against: `SB_MAC16 beside them: ${up5k.multipliers}`,
    },
    ...(technology
      ? beside(taken, `${dataBits} bits, ${technology.library.name}`, [
          { unit: 'um2', of: ({ netlist }) => netlistArea(netlist!) },
          { unit: 'um2 without registers', of: ({ netlist }) => netlistArea(netlist!) - netlistArea(netlist!, true) },
        ])
      : []),
  ];
}

/** Figures of all cells at all widths, and at 8 bits with operand registers that are shared; areas only where there is a library. */
export async function cellFigures(
  technology: Technology | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const dataBits of BITS) {
    const taken = await takenBy(dataBits, technology, note);
    figures.push(...(await figuresOf(taken, dataBits, technology)));
    if (!technology || dataBits !== SHARED_BITS) continue;
    const netlists = new Map(taken.map(({ cell, netlist }) => [cell, netlist!] as const));
    figures.push(...(await sharedFigures(netlists, technology, note)));
  }
  return figures;
}
