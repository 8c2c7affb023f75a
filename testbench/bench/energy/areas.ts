// SPDX-License-Identifier: Apache-2.0
// Look-up tables, registers, area and clock of cells and arrays of the three kinds, for the table of `berus report`: the
// smallest cells of each kind that were tried, and arrays as rtl/adder_array.v is written.

import { buildModule, chooseToolchain, MisfitError, readBoard, toolsFor } from '../../../fpga/index.ts';
import { ARRAY_CELLS, type ArrayCell, rtlSources } from '../../../src/compile/index.ts';
import type { AreaFigures, AreaTable } from '../../../src/energy/index.ts';
import { netlistArea, type Netlist, synthesize, yosysVersion } from '../../../src/energy/gate/index.ts';
import {
  type ArrayCell as ArrayKind,
  arrayGates,
  arrayParameters,
  arraySources,
  type Technology,
} from '../../../src/energy/measure/index.ts';
import { writeWhole } from '../../../src/network/index.ts';
import { cellParameters, triedCell, triedSources } from '../../support/tried-cells.ts';
import { cellClock } from '../support/cell-clock.ts';
import type { Measured } from '../support/figures.ts';
import { ice40Cells } from '../support/ice40.ts';
import type { ArrayRequest } from './arrays.ts';
import { cellNetlist } from './cells.ts';

/** Of each kind the cell with the fewest look-up tables, and the smallest of library cells that no `column_adder` makes. */
const CELLS = [
  'distance_late',
  'distance_invert',
  'minimum_late',
  'minimum_gates',
  'multiply_chain',
  'multiply_offset',
] as const;

const KINDS = { distance: 'distance', minimum: 'minimum', multiply: 'product' } as const;

const PLURALS: Readonly<Record<ArrayCell, string>> = { distance: 'distances', minimum: 'minima', product: 'products' };

/** What the clock is asked to reach, which is more than any does. */
const CLOCK_MHZ = 200;

/** Seconds after which a placement is given up. */
const SEED_SECONDS = 900;

function registersOf({ instances, blocks }: Netlist): number {
  const own = (list: Netlist['instances']): number => list.filter(({ cell }) => cell.register !== undefined).length;
  return blocks.reduce((sum, { body, copies }) => sum + copies.length * own(body.instances), own(instances));
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A core in which nothing but skipping differs from one kind of cells to another: buffers as small as they can be. */
const CORE = {
  ROWS: 4,
  COLUMNS: 4,
  ACTIVATION_DEPTH: 32,
  WEIGHT_DEPTH: 32,
  FOLD_DEPTH: 16,
  PROGRAM_DEPTH: 16,
  W_SUM: 20,
};

/** What a core of minima takes more than one of distances, without their arrays. */
async function skippingFigures({ liberty, library }: Technology): Promise<AreaTable['skipping']> {
  const takes = async (
    top: string,
    parameters: Record<string, number>,
  ): Promise<Omit<AreaTable['skipping'], 'source'>> => {
    const design = { top, sources: rtlSources(), parameters };
    const netlist = await synthesize({ ...design, liberty, library });
    const { luts } = await ice40Cells(top, design.sources, parameters);
    return { luts, registers: registersOf(netlist), squareMicrons: netlistArea(netlist) };
  };
  const [more, less] = [ARRAY_CELLS.indexOf('minimum'), ARRAY_CELLS.indexOf('distance')].map(async (cell) => {
    const array = arrayParameters(cell as ArrayKind, { rows: CORE.ROWS, columns: CORE.COLUMNS });
    const { W_ACC, CELL } = array;
    const [core, own] = [
      await takes('adder_core', { ...CORE, W_ACC: W_ACC!, CELL: CELL! }),
      await takes('adder_array', array),
    ];
    return {
      luts: core.luts - own.luts,
      registers: core.registers - own.registers,
      squareMicrons: core.squareMicrons - own.squareMicrons,
    };
  });
  const [minima, distances] = [await more!, await less!];
  return {
    source: 'rtl/adder_core.v with CELL = 1 less CELL = 0, without adder_array',
    luts: minima.luts - distances.luts,
    registers: minima.registers - distances.registers,
    squareMicrons: round(minima.squareMicrons - distances.squareMicrons, 0),
  };
}

/** Measures, and writes the table as JSON to a path if there is one. */
export async function areaFigures(
  technology: Technology,
  {
    sizes,
    reaches,
    taps,
    seeds,
    out,
  }: ArrayRequest & {
    readonly seeds: number;
    readonly out: string | undefined;
  },
  note: (text: string) => void,
): Promise<Measured[]> {
  const board = readBoard('hx8k');
  const toolchain = await chooseToolchain(toolsFor({ board }), { onNote: note });
  const areas: AreaFigures[] = [];
  const notPlaced: string[] = [];

  /** What is common to cells and arrays: clock on the FPGA, and figures of a netlist. */
  const measure = async (
    about: Pick<AreaFigures, 'name' | 'source' | 'kind' | 'pipelined' | 'rows' | 'columns' | 'reach' | 'tapsPerClock'>,
    top: string,
    sources: readonly string[],
    parameters: Readonly<Record<string, number>>,
    netlist: Netlist,
  ): Promise<void> => {
    note(about.name);
    let fpgaMHz: number | null = null;
    let luts = 0;
    try {
      const request = { board, top, sources, parameters, seeds, seedSeconds: SEED_SECONDS, clockMHz: CLOCK_MHZ };
      const { fmaxMHz, resources, failures } = await buildModule(request, toolchain);
      fpgaMHz = round(fmaxMHz.median, 1);
      if (failures.length > 0) notPlaced.push(`${seeds - failures.length} of ${about.name}`);
      failures.forEach(note);
      luts = resources.luts;
    } catch (error) {
      if (!(error instanceof MisfitError)) throw error;
    }
    // A cell alone has more pins than logic, so its tables are counted without them; so is what does not fit.
    if (fpgaMHz === null || about.rows * about.columns === 1) luts = (await ice40Cells(top, sources, parameters)).luts;
    areas.push({
      ...about,
      luts,
      registers: registersOf(netlist),
      fpgaMHz,
      squareMicrons: round(netlistArea(netlist), 0),
      cellsMHz: round(await cellClock(netlist, technology.liberty), 1),
    });
  };

  for (const name of CELLS) {
    const cell = triedCell(name);
    const parameters = cellParameters(cell, 8);
    const about = {
      name,
      source: `testbench/bench/cells/${name}.v`,
      kind: KINDS[cell.kind],
      pipelined: false,
      rows: 1,
      columns: 1,
    };
    await measure(about, name, triedSources(), parameters, await cellNetlist(cell, 8, technology));
  }
  for (const size of sizes) {
    for (const [cell, kind] of ARRAY_CELLS.entries()) {
      const name = `${size}x${size} cells of ${PLURALS[kind]}`;
      const shape = { kind, rows: size, columns: size };
      for (const reach of reaches.filter((cells) => cells <= size)) {
        for (const tapsPerClock of taps) {
          const blocks = reach === 1 ? '' : ` in blocks of ${reach}x${reach}`;
          const several = tapsPerClock === 1 ? '' : `, ${tapsPerClock} taps a clock`;
          const own = { ...shape, reach, tapsPerClock };
          const { netlist } = await arrayGates(cell as ArrayKind, own, technology);
          const plain = {
            ...shape,
            name: `${name}${blocks}${several}`,
            source: `rtl/adder_array.v, CELL = ${cell}`,
            pipelined: false,
            ...(reach === 1 ? {} : { reach }),
            ...(tapsPerClock === 1 ? {} : { tapsPerClock }),
          };
          await measure(plain, 'adder_array', arraySources(), arrayParameters(cell as ArrayKind, own), netlist);
        }
      }
      if (kind === 'product') continue;
      const { REACH: _reach, TAPS: _taps, ...parameters } = arrayParameters(cell as ArrayKind, shape);
      const top = 'pipelined_array';
      const sources = rtlSources().filter((path) => /pipelined_(array|cell)\.v$/.test(path));
      const piped = { ...shape, name: `${name}, for FPGAs`, source: `rtl/${top}.v, CELL = ${cell}`, pipelined: true };
      await measure(piped, top, sources, parameters, await synthesize({ top, sources, parameters, ...technology }));
    }
  }
  note('what skips taps');
  const skipping = await skippingFigures(technology);
  const tools = `${await yosysVersion()}, nextpnr ${toolchain.versions['nextpnr-ice40'] ?? ''}`;
  const { name, volts } = technology.library;
  const table: AreaTable = {
    fpga: `iCE40-HX8K by ${tools}: clock between four pins, ${seeds === 1 ? 'of one placement' : `the median of ${[`${seeds} placements`, ...notPlaced].join(', ')}`}; look-up tables of arrays with a register and at most one look-up table for each output`,
    cells: `${name}, ${volts} V, by ${await yosysVersion()}; clock by OpenSTA, without wires`,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run bench -- energy areas --sizes ${sizes.join(',')} --reaches ${reaches.join(',')} --taps ${taps.join(',')} --seeds ${seeds} --out src/energy/areas/measured.json`,
    areas,
    skipping,
  };
  if (out !== undefined) writeWhole(out, `${JSON.stringify(table, null, 2)}\n`);
  return areas.flatMap(({ name: what, luts, registers, fpgaMHz, squareMicrons, cellsMHz, rows, columns }) =>
    (
      [
        ['LUT4', luts],
        ['registers', registers],
        ['MHz, iCE40-HX8K', fpgaMHz],
        ['um2', squareMicrons],
        [`MHz, ${name}`, cellsMHz],
      ] as const
    ).flatMap(([unit, value]) =>
      value === null ? [] : [{ name: what, value, unit, against: `${rows * columns} cells` }],
    ),
  );
}
