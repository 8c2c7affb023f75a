// SPDX-License-Identifier: Apache-2.0
// Figures of FPGAs: `npm run bench -- fpga [arrays|boards|budgets|toolchains] [--json] [--seeds N] [--config NAME]`.
//
//   arrays       the array alone, cells of each kind: look-up tables a cell and clock
//   boards       whole boards with their configurations
//   budgets      every build that fpga/budgets.json has limits of; fails with the difference where one is broken
//   toolchains   the same small design by the system's programs and by npm's: how much longer npm's take
//
// Without a part, all of them. Placements are cached, times are not: they are of a cache of their own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  boardNames,
  budgetFault,
  type Build,
  buildPart,
  checkBudget,
  chooseToolchain,
  readBoard,
  readBudgets,
  toolsFor,
} from '../../fpga/index.ts';
import { ARRAY_CELLS, loadConfiguration } from '../../src/compile/index.ts';
import { shippedWeights, readQuantized } from '../../src/network/index.ts';
import { cyclesOn } from '../../src/cli/fpga-cycles.ts';
import { type Measured, median, printFigures } from './support/figures.ts';

const PARTS = ['arrays', 'boards', 'budgets', 'toolchains'] as const;
type Part = (typeof PARTS)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    seeds: { type: 'string', default: '5' },
    config: { type: 'string', default: '' },
  },
});
const [wanted = ''] = positionals;
const parts = PARTS.filter((part) => wanted === '' || wanted === part);
if (parts.length === 0) throw new RangeError(`Expected PART to be one of ${PARTS.join(', ')}, but received ${wanted}.`);
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 1) {
  throw new RangeError(`Expected --seeds to be an integer of at least 1, but received ${values.seeds}.`);
}

/** Configuration of the array that is measured alone: 8x8 cells of 8 bits with sums of 18, as was asked for. */
const ARRAY = { ...loadConfiguration('tiny-pipelined'), rows: 8, columns: 8 };

/** What was asked of a whole board. */
const ASKED: Readonly<Record<string, string>> = {
  hx8k: 'at most 7,680 LUTs, and at least 100 MHz',
  icebreaker: 'at most 5,280 LUTs, 30 block RAMs and 4 SPRAMs',
};

const note = (text: string): void => void process.stderr.write(`${text}\n`);
let shown = 0;
/** Says what is being done, once in ten seconds. */
const progress = (text: string): void => {
  if (performance.now() - shown < 10_000) return;
  shown = performance.now();
  note(text);
};

/** The figures of a build, each beside what was asked. */
function figuresOf(what: string, { resources, fmaxMHz, utilization }: Build, asked: string): Measured[] {
  const logic = utilization?.['ICESTORM_LC'];
  return [
    { name: `${what}, LUTs`, value: resources.luts, unit: 'LUT4', against: asked },
    { name: `${what}, flip-flops`, value: resources.flipFlops, unit: 'flip-flops', against: asked },
    ...(logic === undefined
      ? []
      : [
          {
            name: `${what}, logic cells`,
            value: logic.used,
            unit: 'logic cells',
            against: `${logic.available} there are`,
          },
        ]),
    { name: `${what}, block RAMs`, value: resources.blockRams, unit: 'block RAMs', against: asked },
    ...(fmaxMHz === undefined
      ? []
      : [
          {
            name: `${what}, median clock of ${seeds} seeds`,
            value: fmaxMHz.median,
            unit: 'MHz',
            against: `${asked}; ${fmaxMHz.min.toFixed(1)} to ${fmaxMHz.max.toFixed(1)} MHz`,
          },
        ]),
  ];
}

async function arrays(): Promise<Measured[]> {
  const board = readBoard('hx8k');
  const figures: Measured[] = [];
  for (const cell of ARRAY_CELLS) {
    const request = { board, configuration: ARRAY, part: 'array', cell, seeds, clockMHz: 150 } as const;
    const toolchain = await chooseToolchain(toolsFor(request), { onNote: note });
    const build = await buildPart(request, toolchain, progress);
    const what = `8x8 cells of ${cell}s`;
    const asked =
      cell === 'distance' ? 'at least 150 MHz; a naive array takes 4,314 cells and 89 MHz' : 'the adder array';
    const ofCell = cell === 'distance' ? 'at most 45' : 'the adder cell';
    figures.push(
      { name: `${what}, of a cell`, value: build.resources.luts / 64, unit: 'LUT4', against: ofCell },
      ...figuresOf(what, build, asked),
    );
  }
  return figures;
}

/** Whole boards that have a top. */
async function boards(): Promise<Measured[]> {
  const figures: Measured[] = [];
  const network = readQuantized(shippedWeights('lenet5'));
  for (const id of boardNames()) {
    const board = readBoard(id);
    if (board.top === undefined) continue;
    const config = values.config || board.configuration;
    const configuration = loadConfiguration(config);
    const cell = configuration.cell ?? 'distance';
    const request = { board, configuration, part: 'board', cell, seeds } as const;
    const toolchain = await chooseToolchain(toolsFor(request), { onNote: note });
    try {
      const build = await buildPart(request, toolchain, progress);
      figures.push(...figuresOf(`${id} with ${config}`, build, ASKED[id] ?? 'what the FPGA has'));
      const { cyclesPerImage } = cyclesOn(configuration, config, network);
      if (cyclesPerImage !== null && build.fmaxMHz !== undefined) {
        figures.push({
          name: `${id} with ${config}, LeNet-5 at the median clock`,
          value: (build.fmaxMHz.median * 1e6) / cyclesPerImage,
          unit: 'inferences a second',
          against: `${Math.round(cyclesPerImage)} cycles an image by the closed form`,
        });
      }
    } catch (error) {
      // A board that cannot be built is a figure too, and no reason to leave out the others.
      note(`${id}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  return figures;
}

/** Every build that has a budget, each figure beside its limit. */
async function budgets(): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const budget of readBudgets()) {
    const { config, part, cell } = budget;
    const request = { board: readBoard(budget.board), configuration: loadConfiguration(config), part, cell, seeds };
    const toolchain = await chooseToolchain(toolsFor(request), { onNote: note });
    const checks = checkBudget(await buildPart(request, toolchain, progress), config, [budget]);
    const what = `${budget.board}, ${part} of ${cell}s, config ${config}`;
    for (const { name, value, limit, kept } of checks) {
      figures.push({
        name: `${what}, ${name}`,
        value,
        unit: name === 'fmaxMHz' ? 'MHz' : name,
        against: `${name === 'fmaxMHz' ? 'at least' : 'at most'} ${limit}: ${kept ? 'kept' : 'broken'}`,
      });
    }
    const fault = budgetFault(checks);
    if (fault === undefined) continue;
    note(`${what}: ${fault}`);
    process.exitCode = 1;
  }
  return figures;
}

/** Seconds of one build from nothing. */
async function secondsOf(kind: 'system' | 'npm'): Promise<number> {
  const board = readBoard('hx8k');
  const configuration = { ...loadConfiguration('tiny'), rows: 6, columns: 6 };
  const request = { board, configuration, part: 'array', cell: 'distance', seeds: 1 } as const;
  const toolchain = await chooseToolchain(toolsFor(request), { kind, onNote: note });
  const cache = process.env['BERUS_CACHE_DIR'];
  const folder = mkdtempSync(join(tmpdir(), 'berus bench '));
  process.env['BERUS_CACHE_DIR'] = folder;
  try {
    const start = performance.now();
    await buildPart(request, toolchain, progress);
    return (performance.now() - start) / 1000;
  } finally {
    if (cache === undefined) delete process.env['BERUS_CACHE_DIR'];
    else process.env['BERUS_CACHE_DIR'] = cache;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function toolchains(): Promise<Measured[]> {
  const rounds: [system: number, npm: number][] = [];
  for (let round = 0; round < 3; round++) rounds.push([await secondsOf('system'), await secondsOf('npm')]);
  const system = median(rounds.map(([one]) => one));
  const npm = median(rounds.map(([, one]) => one));
  return [
    { name: '6x6 cells by the system, Verilog to placement', value: system, unit: 's', against: 'median of 3' },
    { name: '6x6 cells by npm, Verilog to placement', value: npm, unit: 's', against: 'median of 3' },
    {
      name: "npm's time over the system's",
      value: median(rounds.map(([a, b]) => b / a)),
      unit: 'times',
      against: 'at most 2',
    },
  ];
}

const WORK: Readonly<Record<Part, () => Promise<Measured[]>>> = { arrays, boards, budgets, toolchains };
const figures: Measured[] = [];
for (const part of parts) figures.push(...(await WORK[part]()));
printFigures(
  figures.map((figure) => ({ ...figure, command: 'npm run bench -- fpga' })),
  values.json ? ['--json'] : [],
);
