// SPDX-License-Identifier: Apache-2.0
// `berus fpga`: a board's bitstream, or a part of it alone; what it takes, how fast it is, and why if it cannot be.

import type { Command } from 'commander';
import { ARRAY_CELLS, type Configuration, loadConfiguration } from '../compile/index.ts';
import {
  bitstream,
  type Board,
  boardNames,
  budgetFault,
  type Build,
  type BuildRequest,
  buildPart,
  checkBudget,
  chooseToolchain,
  floorplan,
  type Part,
  PARTS,
  readBoard,
  readBudgets,
  type Toolchain,
  type ToolchainKind,
  TOOLCHAINS,
  toolsFor,
} from '../../fpga/index.ts';
import { writeAllWhole } from '../network/index.ts';
import { type FpgaReport, fpgaText, makeFpgaReport } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { cyclesOn } from './fpga-cycles.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { number, oneOf, wholeNumber } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress } from './progress.ts';

/** Placements that may be asked for. */
const MOST_SEEDS = 100;

/** Seconds that a placement may take, at most: a day. */
const MOST_SEED_SECONDS = 86_400;

/** MHz that a clock may be asked to reach. */
const CLOCK = [1, 1000] as const;

interface FpgaOptions {
  readonly config?: string;
  readonly part?: Part;
  readonly seeds: number;
  readonly seedSeconds?: number;
  readonly clock?: number;
  readonly toolchain?: ToolchainKind;
  readonly twin?: boolean;
  readonly network: string;
  readonly pins?: string;
  readonly out?: string;
  readonly floorplan?: string;
  readonly allowTimingFail?: boolean;
  readonly checkBudgets?: boolean;
  readonly json?: boolean;
}

/** What is built: options that go together, and no others. */
function requestOf(board: Board, configuration: Configuration, options: FpgaOptions): BuildRequest {
  const part = options.part ?? (board.top === undefined ? 'core' : 'board');
  for (const option of ['out', 'pins'] as const) {
    if (options[option] !== undefined && part !== 'board') {
      throw new RangeError(`Expected --${option} with a whole board alone, but received it with --part ${part}.`);
    }
  }
  if (part === 'board' && options.clock !== undefined && options.clock < board.clockMHz) {
    throw new RangeError(
      `Expected --clock to be at least the ${board.clockMHz} MHz that ${board.id} runs at, but received ${options.clock}.`,
    );
  }
  for (const option of ['out', 'floorplan'] as const) {
    if (options[option] !== undefined && board.family !== 'ice40') {
      throw new RangeError(`Expected --${option} with a board of iCE40, but received it with ${board.id}.`);
    }
  }
  return {
    board,
    configuration,
    part,
    cell: configuration.cell ?? 'distance',
    pins: options.pins,
    clockMHz: options.clock,
    seeds: options.seeds,
    seedSeconds: options.seedSeconds,
  };
}

/** The array alone with cells of each kind; one that was built already is not built again, by the cache. */
async function twinsOf(
  request: BuildRequest,
  toolchain: Toolchain,
  onProgress: (text: string) => void,
): Promise<Build[]> {
  const twins: Build[] = [];
  for (const cell of ARRAY_CELLS) {
    twins.push(await buildPart({ ...request, part: 'array', cell, pins: undefined }, toolchain, onProgress));
  }
  return twins;
}

/** The error of a clock that is not reached. */
function timingFault({ best, design, request }: Build): string | undefined {
  if (best === undefined || best.timingMet || request.part !== 'board') return undefined;
  return (
    `Expected the clock to reach ${design.clockMHz} MHz, but received ${best.fmaxMHz.toFixed(1)} MHz from the best of ` +
    `${request.seeds} seed${request.seeds === 1 ? '' : 's'}; no bitstream was written (--seeds tries more, ` +
    '--allow-timing-fail takes it as it is).'
  );
}

/** Makes and writes the files that were asked for, all of them or none. */
async function writeFiles(build: Build, options: FpgaOptions, withBitstream: boolean): Promise<void> {
  const files: [path: string, content: Uint8Array | string][] = [];
  const { best, request } = build;
  if (best === undefined) return;
  if (options.out !== undefined && withBitstream) files.push([options.out, await bitstream(best, build.toolchain)]);
  if (options.floorplan !== undefined) {
    files.push([options.floorplan, floorplan(best, `${request.board.name}, ${request.part}`)]);
  }
  writeAllWhole(files);
}

/** Adds `berus fpga` to the program. */
export function addFpgaCommand(program: Command, output: Output, finish: (code: number) => void): void {
  const config = configOption();
  program
    .command('fpga')
    .summary("build a board's bitstream, and say what it takes and how fast it is")
    .description(
      'Synthesizes a board with its configuration, places and routes it from several seeds, and says what it takes of ' +
        'the FPGA, how fast it is and what is slowest; writes the bitstream where the clock is reached.',
    )
    .argument('<board>', `${boardNames().join(', ')}, or the path of a folder with a board.json`)
    .option(config.flags, `${config.description} (default: the board's)`, config.parseArg as (text: string) => string)
    .option(
      '--part <name>',
      `what is built: ${PARTS.join(', ')} (default: board, or core where the board has no top)`,
      oneOf('--part', () => PARTS),
    )
    .option('--seeds <n>', 'placements, each from another seed', wholeNumber('--seeds', 1, MOST_SEEDS), 1)
    .option(
      '--seed-seconds <n>',
      'seconds after which a placement is given up, and the others go on (default: 3600)',
      wholeNumber('--seed-seconds', 1, MOST_SEED_SECONDS),
    )
    .option('--clock <MHz>', "what the clock is to reach (default: the board's)", number('--clock', ...CLOCK))
    .option(
      '--toolchain <name>',
      "system, or npm, which is fetched on first use (default: the system's where it is installed)",
      oneOf('--toolchain', () => TOOLCHAINS),
    )
    .option('--twin', 'beside it the array alone with cells that add distances, minima and products')
    .option('--network <name>', `what inferences are of: ${NETWORKS} or a file of berus quantize`, 'lenet5')
    .option('--pins <file>', "a file of pins in place of the board's")
    .option('--out <file>', 'write the bitstream there')
    .option('--floorplan <file>', 'draw there where each module lies (SVG)')
    .option('--allow-timing-fail', 'take a bitstream whose clock is not reached')
    .option('--check-budgets', 'fail where a figure breaks its limit in fpga/budgets.json')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus fpga hx8k --seeds 5 --out hx8k.bin --floorplan hx8k.svg')
    .action(async (id: string, options: FpgaOptions) => {
      const board = readBoard(id);
      const name = options.config ?? board.configuration;
      const request = requestOf(board, loadConfiguration(name), options);
      const network = openQuantized(options.network);
      if (options.out !== undefined) checkOut(options.out);
      if (options.floorplan !== undefined) checkOut(options.floorplan, '--floorplan');
      const { report, faults } = await built(request, name, options, network, output);
      output.out(options.json ? jsonText(report) : fpgaText(report));
      for (const fault of faults) output.err(`berus: ${fault}\n`);
      finish(faults.length > 0 ? 1 : 0);
    });
}

/** Builds what was asked for; what is not as it should be comes back in sentences. */
async function built(
  request: BuildRequest,
  config: string,
  options: FpgaOptions,
  network: ReturnType<typeof openQuantized>,
  output: Output,
): Promise<{ report: FpgaReport; faults: string[] }> {
  const progress = createProgress(output);
  try {
    const toolchain = await chooseToolchain(toolsFor(request), { kind: options.toolchain, onNote: progress.note });
    const build = await buildPart(request, toolchain, progress.update);
    const twins = options.twin ? await twinsOf(request, toolchain, progress.update) : [];
    const budgets = checkBudget(build, config, readBudgets());
    const late = options.allowTimingFail ? undefined : timingFault(build);
    const broken = options.checkBudgets ? budgetFault(budgets) : undefined;
    await writeFiles(build, options, late === undefined);
    const report = makeFpgaReport({
      build,
      config,
      cycles: cyclesOn(request.configuration, config, network),
      twins,
      budgets,
      bitstream: late === undefined ? (options.out ?? null) : null,
      floorplan: options.floorplan ?? null,
    });
    return { report, faults: [late, broken].filter((fault) => fault !== undefined) };
  } finally {
    progress.end();
  }
}
