// SPDX-License-Identifier: Apache-2.0
// The whole job: trains or fine-tunes, quantizes, measures, writes.
//
// What is written follows from the network, the data and the options alone;
// nothing of the machine or the day is in it.

import type { ImageSet } from '../data/index.ts';
import { createPass, inferScores, type Kernel, loadKernel, prepareNetwork } from '../kernel/index.ts';
import {
  countCorrect,
  type FloatModel,
  type Network,
  type Provenance,
  type QuantizedNetwork,
  writeFloat,
  writeQuantized,
} from '../network/index.ts';
import { pixelCodes, quantizeNetwork } from '../quantize/index.ts';
import type { EpochRecord } from './checkpoint.ts';
import { evaluateFloat } from './evaluate.ts';
import { fineTune, type FineTuneOptions } from './fine-tune.ts';
import { trainNetwork } from './train.ts';

/** Images to learn from and images to measure on. */
export interface DataParts {
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** What {@link makeNetwork} is told. */
export interface MakeOptions extends FineTuneOptions {
  /** Whether to fine-tune `from` for few bits. @defaultValue false */
  readonly fineTune?: boolean | undefined;
  /** File for the integers; without one nothing is quantized, but in fine-tuning. @defaultValue none */
  readonly out?: string | undefined;
  /** File for the float model. @defaultValue none */
  readonly float?: string | undefined;
}

/** What {@link makeNetwork} made. */
export interface Made {
  readonly model: FloatModel;
  readonly net: QuantizedNetwork | undefined;
  readonly history: readonly EpochRecord[];
  /** Part of the test images that the float model classifies right, 0 to 1. */
  readonly floatAccuracy: number;
  /** The same for the integers. */
  readonly accuracy: number | undefined;
  readonly testImages: number;
  /** Wall time of all of it but compiling the kernels. */
  readonly seconds: number;
}

/**
 * Trains a network and quantizes it. Test images are used for nothing but the two accuracies.
 * @throws {RangeError} when an option is out of range, or as {@link trainNetwork} and {@link fineTune} do.
 * @throws {Error} when a file cannot be written.
 * @example
 * const { accuracy } = await makeNetwork(lenet5, { train, test }, { seed: 1, out: 'lenet5.safetensors' });
 */
export async function makeNetwork(network: Network, { train, test }: DataParts, options: MakeOptions): Promise<Made> {
  const { bits = 8, imageBits = 8, from, out, float } = options;
  const kernel = options.kernel ?? (await loadKernel(options));
  const started = performance.now();
  const history: EpochRecord[] = [];
  const telling: FineTuneOptions = {
    ...options,
    kernel,
    onEpoch: (learner) => {
      history.splice(0, Infinity, ...learner.history);
      options.onEpoch?.(learner);
    },
  };
  const tuned = options.fineTune && from ? await fineTune(from, train, telling) : undefined;
  const model = tuned?.model ?? (await trainNetwork(network, train, telling));
  const before = tuned && from ? from : model;
  const { accuracy: floatAccuracy } = evaluateFloat(createPass(kernel, network, 128), before, test);
  const made: Provenance = { ...recipeText(options, history), floatAccuracy, testImages: test.count };
  if (float !== undefined) writeFloat(float, model, made);
  let net = tuned?.net;
  if (net === undefined && out !== undefined) net = await quantizeNetwork(model, train, { bits, imageBits, kernel });
  const accuracy = net && measureIntegers(kernel, net, test);
  if (net !== undefined && accuracy !== undefined) {
    net = { ...net, provenance: { ...made, accuracy } };
    if (out !== undefined) writeQuantized(out, net);
  }
  const seconds = (performance.now() - started) / 1000;
  return { model, net, history, floatAccuracy, accuracy, testImages: test.count, seconds };
}

function recipeText({ seed = 1 }: MakeOptions, history: readonly EpochRecord[]): Provenance {
  return { seed, epochs: history.length };
}

/** Part of the images whose largest code is the label's; of equal ones the first counts. */
export function measureIntegers(kernel: Kernel, net: QuantizedNetwork, data: ImageSet): number {
  const codes = pixelCodes(data.images, net.imageBits);
  const scores = inferScores(kernel, prepareNetwork(kernel, net), codes, data.count);
  return countCorrect(scores, data.labels, data.count) / data.count;
}
