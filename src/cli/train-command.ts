// SPDX-License-Identifier: Apache-2.0
// `berus train`: trains a network from a seed, quantizes it, and writes the file that every device reads.

import type { Command } from 'commander';
import { lenet5 } from '../network/index.ts';
import { type Made, trainAndQuantize, type TrainProgress } from '../train/index.ts';
import { NETWORKS } from './networks.ts';
import { oneOf, wholeNumber } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress } from './progress.ts';

interface TrainCommandOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly bits: number;
  readonly threads?: number;
  readonly out: string;
  readonly json?: boolean;
}

/** What `berus train` made. */
export type TrainReport = Omit<Made, 'net'> & { readonly network: string; readonly out: string };

function progressText({ epoch, epochs, batch, batches, loss, accuracy, secondsLeft }: TrainProgress): string {
  const done = `epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}`;
  return `${done}: loss ${loss.toFixed(4)}, accuracy ${(accuracy * 100).toFixed(2)} %, ${Math.ceil(secondsLeft)} s left`;
}

function reportText({ network, bits, accuracy, floatAccuracy, testImages, seconds, out }: TrainReport): string {
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  return (
    `${network}: ${percent(floatAccuracy)} in floating point, ${percent(accuracy)} in ${bits}-bit codes ` +
    `(${testImages} test images), ${seconds.toFixed(0)} s\nwrote ${out}\n`
  );
}

/** Adds `berus train` to the program. */
export function addTrainCommand(program: Command, output: Output): void {
  program
    .command('train')
    .summary('train a network and quantize it')
    .description("Trains a network on MNIST by the AdderNet paper's rule, quantizes it and writes its integers.")
    .argument(
      '<network>',
      NETWORKS.join(', '),
      oneOf('NETWORK', () => NETWORKS),
    )
    .option('--seed <n>', 'everything random follows from it', wholeNumber('--seed', 0, 2 ** 32 - 1), 1)
    .option('--epochs <n>', 'passes over the 60,000 training images', wholeNumber('--epochs', 1, 1000), 20)
    .option('--bits <n>', 'width of the codes, 2 to 16', wholeNumber('--bits', 2, 16), 8)
    .option(
      '--threads <n>',
      'worker threads (default: one a core); the result is the same',
      wholeNumber('--threads', 1, 64),
    )
    .option('--out <file>', 'file to write', 'lenet5.safetensors')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus train lenet5 --seed 1 --out my-lenet5.safetensors')
    .action(async (_: string, options: TrainCommandOptions) => {
      const progress = createProgress(output);
      try {
        const { seed, epochs, bits, out, threads } = options;
        checkOut(out);
        const { net, ...made } = await trainAndQuantize(lenet5, {
          seed,
          epochs,
          bits,
          out,
          ...(threads === undefined ? {} : { threads }),
          onBuild: progress.note,
          onProgress: (state) => progress.update(progressText(state)),
        });
        progress.end();
        const report = { network: net.network.name, out, ...made };
        output.out(options.json ? jsonText(report) : reportText(report));
      } finally {
        progress.end();
      }
    });
}
