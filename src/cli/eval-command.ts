// SPDX-License-Identifier: Apache-2.0
// `berus eval`: accuracy over the test images, in integers and in floating point.

import type { Command } from 'commander';
import { loadDataFor } from '../data/index.ts';
import { evaluate, type IntegerLevel } from '../evaluate/index.ts';
import { dataOption, firstImages, imagesOption } from './data-option.ts';
import { evalReport, type EvalReport, evalText } from './eval-report.ts';
import { NETWORKS, openFloat, openModel } from './model-file.ts';
import { oneOf, wholeNumber } from './options.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';

interface EvalOptions {
  readonly device: IntegerLevel;
  readonly images?: string;
  readonly data?: string;
  readonly weights?: string;
  readonly float?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

const LEVELS: readonly IntegerLevel[] = ['kernel', 'reference'];

async function measure(named: string, options: EvalOptions, progress: Progress): Promise<EvalReport> {
  const { device, threads } = options;
  const { net, model = options.float === undefined ? undefined : openFloat('--float', options.float) } = openModel(
    named,
    options.weights,
  );
  if (net === undefined && options.float !== undefined) {
    throw new RangeError('Expected --float beside a quantized network, but received it beside a float one.');
  }
  if (net === undefined && device === 'reference') {
    throw new RangeError('Expected --device to be kernel for a float model, but received reference.');
  }
  const { network } = (net ?? model)!;
  const set = firstImages(loadDataFor(network, options.data, 'test'), options.images);
  const found = await evaluate({ net, model }, set, {
    level: device,
    ...(threads !== undefined && { threads }),
    onBuild: progress.note,
    onProgress: (what, done, images) => progress.update(`${what}: ${done} of ${images} images`),
  });
  return evalReport(
    { network: network.name, device, bits: net?.bits ?? null, imageBits: net?.imageBits ?? null },
    found,
  );
}

/** Adds `berus eval` to the program. */
export function addEvalCommand(program: Command, output: Output): void {
  program
    .command('eval')
    .summary('measure the accuracy of a network')
    .description(
      "Measures a network's accuracy on the data set's test images, and what it takes for what; of a quantized network " +
        'in integers, with --float also in floating point and the signal-to-noise of every layer.',
    )
    .argument('<network>', `${NETWORKS}, or a file of berus quantize, train or import`)
    .option(
      '--device <level>',
      `level that computes the integers: ${LEVELS.join(', ')}`,
      oneOf('--device', () => LEVELS),
      'kernel',
    )
    .addOption(imagesOption('all'))
    .addOption(dataOption())
    .option('--weights <file>', 'quantized weights in place of the shipped ones')
    .option('--float <file>', 'float model of the same network, to compare with')
    .option(
      '--threads <n>',
      'worker threads (default: one a core); the result is the same',
      wholeNumber('--threads', 1, 64),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus eval lenet5 --images 2000')
    .action(async (named: string, options: EvalOptions) => {
      const progress = createProgress(output);
      try {
        const report = await measure(named, options, progress);
        progress.end();
        output.out(options.json ? jsonText(report) : evalText(report));
      } finally {
        progress.end();
      }
    });
}
