// SPDX-License-Identifier: Apache-2.0
// `berus train`: a network from random weights, or from trained ones, to a file.

import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { loadDataFor } from '../data/index.ts';
import {
  networkByName,
  networkNames,
  type Network,
  readFloat,
  readNetwork,
  twinOf,
  writeWhole,
} from '../network/index.ts';
import { trainingCurve } from '../report/index.ts';
import { augmentations, type Made, makeNetwork, type MakeOptions, type TrainProgress } from '../train/index.ts';
import { dataOption } from './data-option.ts';
import { number, oneOf, wholeNumber } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress } from './progress.ts';

interface TrainCommandOptions extends Omit<MakeOptions, 'from'> {
  readonly data?: string;
  readonly augment?: MakeOptions['augmentation'];
  readonly twin?: boolean;
  readonly from?: string;
  readonly fineTune?: boolean;
  readonly curve?: string;
  readonly json?: boolean;
}

/** What `berus train` made. */
export interface TrainReport extends Omit<Made, 'model' | 'net'> {
  readonly network: string;
  readonly epochs: number;
  /** Width of the codes, where there are integers. */
  readonly bits?: number;
  /** Files written. */
  readonly out?: string;
  readonly float?: string;
  readonly curve?: string;
}

function progressText({ epoch, epochs, batch, batches, loss, accuracy, secondsLeft }: TrainProgress): string {
  const done = `epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}`;
  return `${done}: loss ${loss.toFixed(4)}, accuracy ${(accuracy * 100).toFixed(2)} %, ${timeText(secondsLeft)} left`;
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  return whole < 7200 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}

function reportText(report: TrainReport): string {
  const { network, bits, accuracy, floatAccuracy, testImages, seconds } = report;
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const integers = accuracy === undefined ? '' : `, ${percent(accuracy)} in ${bits}-bit codes`;
  const files = [report.float, report.out, report.curve].flatMap((file) => (file ? [`wrote ${file}\n`] : []));
  return (
    `${network}: ${percent(floatAccuracy)} in floating point${integers} ` +
    `(${testImages} test images), ${seconds.toFixed(0)} s\n${files.join('')}`
  );
}

function chosenNetwork(text: string, twin = false): Network {
  const network = text.endsWith('.json') ? readNetwork(text) : networkByName(text);
  if (twin && network.layers.every(({ cell }) => cell === 'multiply')) {
    throw new RangeError(`Expected --twin with a network that adds, but received ${network.name}.`);
  }
  return twin ? twinOf(network) : network;
}

/** The options of {@link makeNetwork}, after every check that needs no data. */
function makeOptions(network: Network, options: TrainCommandOptions): MakeOptions {
  const { from: file, fineTune, augment, data: _, twin: __, curve: ___, json: ____, ...rest } = options;
  if (fineTune && file === undefined) {
    throw new RangeError('Expected --fine-tune to have --from with a float model, but received none.');
  }
  if (rest.resume && rest.checkpoint === undefined) {
    throw new RangeError('Expected --resume to have --checkpoint with the file to go on from, but received none.');
  }
  const out = rest.out ?? (rest.float === undefined ? `${network.name}.safetensors` : undefined);
  for (const [option, path] of Object.entries({ out, float: rest.float, curve: options.curve })) {
    if (path !== undefined) checkOut(path, `--${option}`);
  }
  if (rest.checkpoint !== undefined) checkOut(rest.checkpoint, '--checkpoint');
  const from = file === undefined ? undefined : readFloat(file);
  if (from !== undefined && !isDeepStrictEqual(from.network, network)) {
    const same = from.network.name === network.name ? ' with other layers' : '';
    throw new RangeError(`Expected ${file} to hold network ${network.name}, but received ${from.network.name}${same}.`);
  }
  return { ...rest, augmentation: augment, out, from, fineTune };
}

async function train(name: string, options: TrainCommandOptions, output: Output): Promise<void> {
  const network = chosenNetwork(name, options.twin);
  const make = makeOptions(network, options);
  const parts = {
    train: loadDataFor(network, options.data, 'train'),
    test: loadDataFor(network, options.data, 'test'),
  };
  const progress = createProgress(output);
  const { curve } = options;
  try {
    const {
      model: _,
      net,
      ...made
    } = await makeNetwork(network, parts, {
      ...make,
      onBuild: progress.note,
      onProgress: (state) => progress.update(progressText(state)),
      onEpoch: ({ history }) => {
        if (curve !== undefined) writeWhole(curve, trainingCurve(network.name, history));
      },
    });
    progress.end();
    const { out, float } = make;
    const report: TrainReport = {
      network: network.name,
      epochs: made.history.length,
      ...(net && { bits: net.bits }),
      ...made,
      ...(out !== undefined && { out }),
      ...(float !== undefined && { float }),
      ...(curve !== undefined && { curve }),
    };
    output.out(options.json ? jsonText(report) : reportText(report));
  } finally {
    progress.end();
  }
}

/** Adds `berus train` to the program. */
export function addTrainCommand(program: Command, output: Output): void {
  const above = (option: string, low: number, high = Infinity): ((text: string) => number) => number(option, low, high);
  program
    .command('train')
    .summary('train a network and quantize it')
    .description(
      "Trains a network by the AdderNet paper's rule, quantizes it and writes its integers. With --fine-tune it goes on " +
        'from a trained model and learns with all maps and weights rounded to few bits.',
    )
    .argument('<network>', `${networkNames.join(', ')}, or a .json file of your own`)
    .addOption(dataOption())
    .option('--seed <n>', 'everything random follows from it (default: 1)', wholeNumber('--seed', 0, 2 ** 32 - 1))
    .option(
      '--epochs <n>',
      'passes over the training images (default: 20; fine-tuning: 8)',
      wholeNumber('--epochs', 1, 1000),
    )
    .option('--batch <n>', 'images in a step, a multiple of 16 (default: 128)', wholeNumber('--batch', 16, 65536))
    .option('--rate <x>', 'learning rate at the start; it falls along a cosine (default: 0.1)', above('--rate', 1e-9))
    .option('--eta <x>', "length of adder layers' gradients for each root of weights (default: 0.2)", above('--eta', 0))
    .option('--momentum <x>', 'momentum (default: 0.9)', number('--momentum', 0, 1))
    .option('--weight-decay <x>', 'weight decay (default: 0.0005; fine-tuning: 0)', above('--weight-decay', 0))
    .option(
      '--augment <kind>',
      `${augmentations.join(', ')} (default: affine for one channel, else crop-flip)`,
      oneOf('--augment', () => augmentations),
    )
    .option(
      '--power-from <p>',
      'power of the distances at the start, 1 to 2 (default: 1)',
      number('--power-from', 1, 2),
    )
    .option('--power-epochs <n>', 'epochs until it is 1 (default: half)', wholeNumber('--power-epochs', 0, 999))
    .option('--twin', 'multiply in place of adding, all else alike; weights start as usual there')
    .option('--from <file>', 'float model to go on from')
    .option('--fine-tune', 'learn with maps and weights rounded to the bits asked for')
    .option('--bits <n>', 'width of the codes, 2 to 16 (default: 8)', wholeNumber('--bits', 2, 16))
    .option('--image-bits <n>', "width of the pictures' codes (default: 8)", wholeNumber('--image-bits', 2, 16))
    .option(
      '--teacher-share <x>',
      "fine-tuning: share of the float model's answers (default: 0.7)",
      number('--teacher-share', 0, 1),
    )
    .option('--temperature <x>', 'fine-tuning: softness of these answers (default: 2)', above('--temperature', 1e-3))
    .option(
      '--threads <n>',
      'worker threads (default: one a core); the result is the same',
      wholeNumber('--threads', 1, 64),
    )
    .option('--checkpoint <file>', 'file that holds the training after every epoch')
    .option('--resume', 'go on from the checkpoint; what is left out is as it was')
    .option('--float <file>', 'file for the float model')
    .option('--out <file>', 'file for the integers (default: NETWORK.safetensors, unless --float is given)')
    .option('--curve <file>', 'SVG of loss and errors, drawn anew after every epoch')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus train lenet5 --seed 1 --out my-lenet5.safetensors')
    .action((name: string, options: TrainCommandOptions) => train(name, options, output));
}
