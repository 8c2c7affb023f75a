// SPDX-License-Identifier: Apache-2.0
// `berus eval`: accuracy of a quantized network over the test images.

import type { Command } from 'commander';
import { subset } from '../data/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import { inferReference } from '../reference/index.ts';
import { countCorrect } from '../report/index.ts';
import { NETWORKS, openNetwork, TEST_IMAGES, testImages } from './networks.ts';
import { oneOf, wholeNumber } from './options.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';

interface EvalOptions {
  readonly images: number;
  readonly weights?: string;
  readonly json?: boolean;
}

/** What `berus eval` found. */
export interface EvalReport {
  readonly network: string;
  readonly device: 'reference';
  readonly bits: number;
  readonly images: number;
  readonly correct: number;
  /** Fraction of the images. */
  readonly accuracy: number;
}

/** Images computed between two signs of progress. */
const PART = 200;

async function evaluate(name: string, options: EvalOptions, progress: Progress): Promise<EvalReport> {
  const network = openNetwork(name, options.weights);
  const { images, labels, count } = subset(testImages(), options.images);
  const codes = pixelCodes(images, network.bits);
  const size = codes.length / count;
  let correct = 0;
  for (let first = 0; first < count; first += PART) {
    const last = Math.min(first + PART, count);
    const { maps } = inferReference(network, codes.subarray(first * size, last * size), last - first);
    correct += countCorrect(maps.at(-1)!, labels.subarray(first, last), last - first);
    progress.update(`${last} of ${count} images, ${correct} right`);
    // Signals get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { network: name, device: 'reference', bits: network.bits, images: count, correct, accuracy: correct / count };
}

/** Adds `berus eval` to the program. */
export function addEvalCommand(program: Command, output: Output): void {
  program
    .command('eval')
    .summary('measure the accuracy of a quantized network')
    .description("Measures a quantized network's accuracy on MNIST test images with the reference's integers.")
    .argument(
      '<network>',
      NETWORKS.join(', '),
      oneOf('NETWORK', () => NETWORKS),
    )
    .option('--images <n>', `test images, 1 to ${TEST_IMAGES}`, wholeNumber('--images', 1, TEST_IMAGES), TEST_IMAGES)
    .option('--weights <file>', 'quantized weights in place of the shipped ones')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus eval lenet5 --images 2000')
    .action(async (name: string, options: EvalOptions) => {
      const progress = createProgress(output);
      try {
        const report = await evaluate(name, options, progress);
        progress.end();
        const { correct, images, bits } = report;
        const accuracy = (report.accuracy * 100).toFixed(2);
        output.out(
          options.json
            ? jsonText(report)
            : `${name}, ${bits}-bit codes: ${accuracy} % (${correct} of ${images} images)\n`,
        );
      } finally {
        progress.end();
      }
    });
}
