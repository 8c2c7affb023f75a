// SPDX-License-Identifier: Apache-2.0
// `berus run`: inference on a device, every code compared with what it should be, and the report.

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { loadConfiguration } from '../compile/index.ts';
import { type ScheduleChoice, scheduleNetwork, skipsTaps } from '../cycles/index.ts';
import { dataOfShape, loadDataFor } from '../data/index.ts';
import {
  BAUD,
  chooseChecker,
  createChecker,
  DEVICE_LEVELS,
  type CheckedRunOptions,
  type DeviceLevel,
  type Mismatch,
  runChecked,
  threadsOf,
  traceMismatch,
  type VerifyMode,
} from '../device/index.ts';
import { withCells } from '../energy/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import {
  makeRunReport,
  makeStoppedReport,
  type RunReport,
  type RunSetup,
  runText,
  type StoppedReport,
  stoppedText,
  type WaveformReport,
} from '../report/index.ts';
import { configOption } from './config-option.ts';
import { dataOption, firstImages, imagesOption } from './data-option.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { oneOf, wholeNumber } from './options.ts';
import { scheduleOption } from './schedule-option.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { type Progress, whileShown } from './progress.ts';

interface RunOptions {
  readonly config: string;
  readonly device: DeviceLevel;
  readonly schedule: ScheduleChoice;
  readonly verify: VerifyMode;
  readonly threads?: number;
  readonly waveform?: string;
  readonly rtl?: string;
  readonly port?: string;
  readonly baud?: number;
  readonly images?: string;
  readonly data?: string;
  readonly weights?: string;
  readonly json?: boolean;
}

const MODES: readonly VerifyMode[] = ['layer', 'tile', 'cycle'];

/** Most threads that are taken by default: each holds a core of its own. */
const MAX_THREADS = 16;

/** Options that only a board has. */
function checkPort({ device, port, baud }: RunOptions): void {
  if (device === 'board' && !port) {
    throw new RangeError('Expected --port to be the serial port of the board, but received none.');
  }
  for (const [name, value] of Object.entries({ '--port': port, '--baud': baud })) {
    if (device === 'board' || value === undefined) continue;
    throw new RangeError(`Expected --device to be board with ${name}, but received ${device}.`);
  }
}

/** Options that only a simulated array has. */
function checkLevel(options: RunOptions): void {
  checkPort(options);
  if (options.device === 'rtl') return;
  const { verify, waveform, rtl, threads, device, schedule } = options;
  // A netlist is simulated, too, but nothing of it has a name that a waveform could show.
  const isNetlist = device === 'netlist';
  const given = {
    // A board holds weights where it was built for it.
    '--schedule': schedule === 'auto' || device === 'board' || isNetlist ? undefined : schedule,
    '--verify': verify === 'layer' || isNetlist ? undefined : verify,
    '--waveform': waveform,
    '--rtl': isNetlist ? undefined : rtl,
    '--threads': isNetlist ? undefined : threads,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) throw new RangeError(`Expected --device to be rtl with ${name}, but received ${device}.`);
  }
}

/** Runs the batch of a wrong code again, and traces the cycles around it. */
async function waveformOf(
  asked: CheckedRunOptions,
  { image }: Mismatch,
  file: string,
  progress: Progress,
): Promise<WaveformReport | undefined> {
  const { network, configuration, schedule, rtl, images, verify } = asked;
  progress.note(`running the batch of image ${image} again for a waveform`);
  using check = await createChecker(asked);
  const options = { configuration, schedule, rtl, onProgress: progress.note };
  // Awaited here: what checks is used until then.
  return await traceMismatch({ network, options, images, check, clocks: verify === 'cycle' }, image, file);
}

async function run(name: string, options: RunOptions, progress: Progress): Promise<RunReport | StoppedReport> {
  checkLevel(options);
  if (options.waveform !== undefined) checkOut(options.waveform, '--waveform');
  if (options.rtl !== undefined && !statSync(options.rtl, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RangeError(`Expected --rtl to be a folder of Verilog files, but received ${options.rtl || "''"}.`);
  }
  const configuration = loadConfiguration(options.config);
  const opened = openQuantized(name, options.weights);
  const test = loadDataFor(opened.network, options.data, 'test');
  const { labels, images, count } = firstImages(test, options.images, 100);
  const { device: level, verify } = options;
  const isArray = level !== 'reference' && level !== 'kernel';
  const { network, schedule } = scheduleNetwork(opened, configuration, count, isArray ? options.schedule : 'output');
  const threads = options.threads ?? Math.min(availableParallelism(), MAX_THREADS);
  const beside = isArray && (configuration.cell ?? 'distance') === 'distance';
  const asked: CheckedRunOptions = {
    network,
    configuration,
    schedule,
    level,
    checker: level === 'reference' || level === 'kernel' ? 'reference' : chooseChecker(network, count),
    verify,
    zeros: beside && skipsTaps(withCells(configuration, 'minimum'), schedule),
    rtl: options.rtl && resolve(options.rtl),
    port: options.port,
    baud: options.baud,
    images: pixelCodes(images, network.imageBits),
    count,
    threads,
    onProgress: progress.note,
    onDone: (done) => progress.update(`${level}: ${done} of ${count} images`),
  };
  const found = await runChecked(asked);
  const setup: RunSetup = {
    network: network.network,
    configName: options.config,
    configuration,
    device: level,
    verify,
    checker: asked.checker,
    threads: threadsOf(asked),
    schedule,
  };
  const wrong = 'wrong' in found ? found.wrong : found.layers.find(({ first }) => first)?.first;
  const file = options.waveform ?? `berus-${network.network.name}-${wrong?.layer}.vcd`;
  const waveform = wrong && level === 'rtl' ? await waveformOf(asked, wrong, file, progress) : undefined;
  if ('wrong' in found) return makeStoppedReport(setup, count, found.wrong, waveform);
  const { occupied } = found;
  const data = options.data ?? dataOfShape(network.network) ?? 'the run';
  const minima = beside ? { zeros: occupied && { data, occupied } } : undefined;
  return makeRunReport({ ...setup, quantized: network, run: found, labels, waveform, minima });
}

/** Adds `berus run` to the program; `finish` takes the exit code. */
export function addRunCommand(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('run')
    .summary('run a network on a device and check every integer')
    .description(
      'Runs a network on test images and compares every code of every layer with the reference; of large runs on the ' +
        "array, with the kernels, which the project's tests hold equal to it; and every counter of the array with the " +
        'closed form. A wrong code on the array also gives a waveform of the cycles around it.',
    )
    .argument('<network>', `${NETWORKS}, or a file of berus quantize or train`)
    .addOption(configOption())
    .option(
      '--device <level>',
      DEVICE_LEVELS.join(', '),
      oneOf('--device', () => DEVICE_LEVELS),
      'rtl',
    )
    .addOption(scheduleOption())
    .addOption(imagesOption('100'))
    .addOption(dataOption())
    .addOption(
      new Option(
        '--verify <mode>',
        'layer: compare when layers are done; tile: as words are written, and stop at a wrong one; cycle: their clocks, too',
      )
        .default('layer')
        .argParser(oneOf('--verify', () => MODES)),
    )
    .option(
      '--threads <n>',
      'worker threads, each with an array of its own (default: one a core)',
      wholeNumber('--threads', 1, 64),
    )
    .option('--waveform <file>', 'where the waveform of a wrong code goes (default: berus-NETWORK-LAYER.vcd)')
    .option('--rtl <folder>', "RTL of one's own in place of the package's")
    .option('--port <path>', 'serial port of the board, such as /dev/ttyUSB1 or COM3; needs the package serialport')
    .option(
      '--baud <n>',
      `bits a second on the port (default: ${BAUD}, as fpga/boards have it)`,
      wholeNumber('--baud', 300, 12_000_000),
    )
    .option('--weights <file>', 'quantized weights in place of the shipped ones')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus run lenet5 --config wide --images 1000 --json')
    .action(async (name: string, options: RunOptions) => {
      const report = await whileShown(output, (progress) => run(name, options, progress));
      const text = 'mismatch' in report ? stoppedText(report) : runText(report);
      output.out(options.json ? jsonText(report) : text);
      finish(report.bitExact && report.countersEqual !== false ? 0 : 1);
    });
}
