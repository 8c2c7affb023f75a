// SPDX-License-Identifier: Apache-2.0
// `berus quantize`: a float model as integers, at one width or at several.

import type { Command } from 'commander';
import { loadDataFor } from '../data/index.ts';
import { evaluate } from '../evaluate/index.ts';
import { type FloatFile, writeQuantized, writeWhole } from '../network/index.ts';
import { type FoldStyle, quantizeNetwork, type Scales } from '../quantize/index.ts';
import { dataOption, firstImages, imagesOption } from './data-option.ts';
import { openFloat } from './model-file.ts';
import { oneOf, wholeNumber } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';
import { type QuantizeReport, quantizeText, sweepChart, type SweepReport, sweepText } from './quantize-report.ts';

interface QuantizeCommandOptions {
  readonly bits?: number;
  readonly sweep?: readonly number[];
  readonly out?: string;
  readonly plot?: string;
  readonly imageBits: number;
  readonly edgeBits?: number;
  readonly scoreBits?: number;
  readonly scales: Scales;
  readonly fold: FoldStyle;
  readonly search: boolean;
  readonly calibrate?: number;
  readonly data?: string;
  readonly images?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

const SCALES: readonly Scales[] = ['any', 'power-of-two'];
const FOLDS: readonly FoldStyle[] = ['any', 'shift-add', 'power-of-two'];

/** Reads `2-8`, or `4` alone. */
function widths(text: string): readonly number[] {
  const [low = NaN, high = low] = /^\d+(-\d+)?$/.test(text) ? text.split('-').map(Number) : [];
  if (low >= 2 && high <= 16 && low <= high) return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  throw new RangeError(`Expected --sweep to be a range of bits within 2-16, but received ${text || "''"}.`);
}

/** Where the result goes, checked before the work. */
function checkFiles({ sweep, bits, out, plot }: QuantizeCommandOptions): void {
  if (sweep === undefined) {
    if (out === undefined) throw new RangeError('Expected --out with the file to write, but received none.');
    if (plot !== undefined) throw new RangeError('Expected --plot with --sweep, but received it alone.');
    checkOut(out);
    return;
  }
  if (out !== undefined) throw new RangeError('Expected --plot with --sweep, but received --out: no network is kept.');
  if (bits !== undefined) throw new RangeError('Expected one of --bits and --sweep, but received both.');
  if (plot !== undefined) checkOut(plot, '--plot');
}

/** Quantizes at each width and measures it; `done` gets every network as it is made. */
async function quantizeAll(
  model: FloatFile,
  bitsList: readonly number[],
  options: QuantizeCommandOptions,
  progress: Progress,
): Promise<QuantizeReport[]> {
  const { data, threads, imageBits, edgeBits, scoreBits, scales, fold, search, calibrate, out } = options;
  const { network } = model;
  const train = loadDataFor(network, data, 'train');
  const test = firstImages(loadDataFor(network, data, 'test'), options.images);
  const kernelOptions = { ...(threads !== undefined && { threads }), onBuild: progress.note };
  const measuring = (what: string) => ({
    ...kernelOptions,
    onProgress: (_: unknown, done: number, images: number) => progress.update(`${what}: ${done} of ${images} images`),
  });
  const float = (await evaluate({ model }, test, measuring('floating point'))).float!;
  const reports: QuantizeReport[] = [];
  for (const bits of bitsList) {
    const started = performance.now();
    const net = await quantizeNetwork(model, train, {
      ...kernelOptions,
      ...{ bits, imageBits, edgeBits, scoreBits, scales, fold, search, images: calibrate },
      onLayer: async (done, layers) => {
        progress.update(`${bits} bits: ${done} of ${layers} layers`);
        // Signals get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    const seconds = (performance.now() - started) / 1000;
    const { correct, accuracy, images } = (await evaluate({ net }, test, measuring(`${bits} bits`))).integers!;
    const measured = { floatAccuracy: float.accuracy, accuracy, testImages: images };
    const provenance = { ...model.provenance, scales, fold, search: String(search), ...measured };
    if (out !== undefined) writeQuantized(out, { ...net, provenance });
    reports.push({
      ...{ network: network.name, bits, imageBits, scales, fold, out: out ?? null },
      ...{ images, correct, accuracy, floatCorrect: float.correct, floatAccuracy: float.accuracy, seconds },
    });
  }
  return reports;
}

async function quantize(file: string, options: QuantizeCommandOptions, output: Output): Promise<void> {
  const { sweep, plot, bits = 8, json } = options;
  checkFiles(options);
  const model = openFloat('FILE', file);
  const progress = createProgress(output);
  try {
    const reports = await quantizeAll(model, sweep ?? [bits], options, progress);
    progress.end();
    if (sweep === undefined) {
      output.out(json ? jsonText(reports[0]) : quantizeText(reports[0]!));
      return;
    }
    const svg = plot ?? `${model.network.name}-bits.svg`;
    const { network, images, floatAccuracy, imageBits, scales, fold } = reports[0]!;
    const report: SweepReport = {
      ...{ network, imageBits, scales, fold, images, floatAccuracy, plot: svg },
      sweep: reports.map(({ bits: width, correct, accuracy, seconds }) => ({
        bits: width,
        correct,
        accuracy,
        seconds,
      })),
    };
    writeWhole(svg, sweepChart(report));
    output.out(json ? jsonText(report) : sweepText(report));
  } finally {
    progress.end();
  }
}

/** Adds `berus quantize` to the program. */
export function addQuantizeCommand(program: Command, output: Output): void {
  program
    .command('quantize')
    .summary('make a float model integers')
    .description(
      'Turns a float model into integers that every device computes: by training images alone, which give the ranges ' +
        'of the maps. Test images serve for nothing but the accuracy that is printed.',
    )
    .argument('<file>', 'float model, as berus import and berus train --float write it')
    .option('--bits <n>', 'width of the codes, 2 to 16 (default: 8)', wholeNumber('--bits', 2, 16))
    .option('--out <file>', 'file to write')
    .option('--sweep <low-high>', 'several widths: a table and a plot instead of a file', widths)
    .option('--plot <file>', 'SVG to write with --sweep (default: <network>-bits.svg)')
    .option('--image-bits <n>', "width of the pictures' codes", wholeNumber('--image-bits', 2, 16), 8)
    .option(
      '--edge-bits <n>',
      'width of weights that multiply (default: as --bits, at least 8)',
      wholeNumber('--edge-bits', 2, 16),
    )
    .option(
      '--score-bits <n>',
      'width of the scores (default: as --bits, at least 8)',
      wholeNumber('--score-bits', 2, 16),
    )
    .option(
      '--scales <kind>',
      `steps of the maps: ${SCALES.join(', ')}`,
      oneOf('--scales', () => SCALES),
      'any',
    )
    .option(
      '--fold <kind>',
      `slopes of the folds: ${FOLDS.join(', ')} (two signed powers of two, or one)`,
      oneOf('--fold', () => FOLDS),
      'any',
    )
    .option('--no-search', 'give codes to the whole range of every map')
    .option(
      '--calibrate <n>',
      'training images to calibrate on (default: by the size of the maps)',
      wholeNumber('--calibrate', 1, 65536),
    )
    .addOption(dataOption())
    .addOption(imagesOption('all'))
    .option(
      '--threads <n>',
      'worker threads (default: one a core); the result is the same',
      wholeNumber('--threads', 1, 64),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus quantize resnet20.safetensors --bits 8 --out resnet20-8.safetensors')
    .action((file: string, options: QuantizeCommandOptions) => quantize(file, options, output));
}
