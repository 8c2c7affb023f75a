// SPDX-License-Identifier: Apache-2.0
// What every cell that was tried takes, beside the best multiplier: the one with the fewest LUTs, or the least area.

import { type Netlist, netlistArea, synthesize } from '../../../src/energy/gate/index.ts';
import type { Technology } from '../../../src/energy/measure/index.ts';
import { sumBits, TRIED_CELLS, type TriedCell, triedSources } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { type Ice40Cells, ice40Cells } from '../support/ice40.ts';

const BITS = [8, 6, 4];

interface Taken {
  readonly cell: TriedCell;
  readonly ice40: Ice40Cells;
  readonly netlist?: Netlist;
}

/** A cell as gates of a library. */
export function cellNetlist(cell: TriedCell, dataBits: number, technology: Technology): Promise<Netlist> {
  const parameters = { W_DATA: dataBits, W_ACC: sumBits(cell, dataBits) };
  return synthesize({ top: cell.module, sources: triedSources(), parameters, ...technology });
}

/** One kind of number. */
interface Kind {
  readonly unit: string;
  readonly of: (taken: Taken) => number;
}

/** Figures of some kinds, each beside that of the multiplier which has the least of the first. */
function beside(taken: readonly Taken[], where: string, kinds: readonly Kind[]): Measured[] {
  const multipliers = taken.filter(({ cell }) => cell.kind === 'multiply');
  const best = multipliers.toSorted((a, b) => kinds[0]!.of(a) - kinds[0]!.of(b))[0]!;
  return taken.flatMap((one) =>
    kinds.map(({ unit, of }) => ({
      name: `${one.cell.module}, ${where}`,
      value: of(one),
      unit,
      against: `${best.cell.module}: ${of(best)}, ratio ${(of(one) / of(best)).toFixed(2)}`,
    })),
  );
}

async function figuresOf(
  dataBits: number,
  technology: Technology | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const taken: Taken[] = [];
  for (const cell of TRIED_CELLS) {
    note(`${cell.module}, ${dataBits} bits`);
    const parameters = { W_DATA: dataBits, W_ACC: sumBits(cell, dataBits) };
    const ice40 = await ice40Cells(cell.module, triedSources(), parameters);
    taken.push({ cell, ice40, ...(technology ? { netlist: await cellNetlist(cell, dataBits, technology) } : {}) });
  }
  const multiplier = TRIED_CELLS.find(({ module }) => module === 'multiply_operator')!;
  const parameters = { W_DATA: dataBits, W_ACC: sumBits(multiplier, dataBits) };
  const up5k = await ice40Cells(multiplier.module, triedSources(), parameters, '-dsp');
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

/** Figures of all cells at all widths; areas only where there is a library. */
export async function cellFigures(
  technology: Technology | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const dataBits of BITS) figures.push(...(await figuresOf(dataBits, technology, note)));
  return figures;
}
