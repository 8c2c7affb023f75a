// SPDX-License-Identifier: Apache-2.0
// From a seed to a file of integers: trains, quantizes, measures, writes.
//
// The file follows from the network, the seed, the number of epochs and the
// bits alone; nothing of the machine or the day is in it.

import { type ImageSet, loadMnist } from '../data/index.ts';
import { createPass, inferKernel, type Kernel, type KernelOptions, loadKernel } from '../kernel/index.ts';
import type { Network, Provenance, QuantizedNetwork } from '../network/index.ts';
import { writeQuantized } from '../network/index.ts';
import { pixelCodes, quantizeNetwork } from '../quantize/index.ts';
import { evaluateFloat } from './evaluate.ts';
import { type TrainOptions, type TrainProgress, trainNetwork } from './train.ts';

/** What {@link trainAndQuantize} is told. */
export interface MakeOptions extends KernelOptions {
  /** Integer from 0 to 2^32 - 1. @defaultValue 1 */
  readonly seed?: number;
  /** Passes over the training images. @defaultValue 20 */
  readonly epochs?: number;
  /** Width of the codes, 2 to 16. @defaultValue 8 */
  readonly bits?: number;
  /** File to write. @defaultValue none */
  readonly out?: string;
  /** Images to learn from and images to measure on. @defaultValue the two halves of MNIST */
  readonly data?: { readonly train: ImageSet; readonly test: ImageSet };
  /** Told about once a second, and at the end of every epoch. @defaultValue silent */
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** What {@link trainAndQuantize} made. */
export interface Made {
  readonly net: QuantizedNetwork;
  /** Part of the test images that the float model classifies right, 0 to 1. */
  readonly floatAccuracy: number;
  /** The same for the integers. */
  readonly accuracy: number;
  readonly testImages: number;
  readonly seed: number;
  readonly epochs: number;
  readonly bits: number;
  /** Wall time of all of it but compiling the kernels. */
  readonly seconds: number;
}

/**
 * Trains a network and quantizes it. Test images are used for nothing but the two accuracies.
 * @throws {RangeError} when an option is out of range.
 * @throws {Error} when the data are missing or the file cannot be written.
 * @example
 * const { accuracy } = await trainAndQuantize(lenet5, { seed: 1, out: 'lenet5.safetensors' });
 */
export async function trainAndQuantize(network: Network, options: MakeOptions = {}): Promise<Made> {
  const { seed = 1, epochs = 20, bits = 8, out, onProgress } = options;
  const { train, test } = options.data ?? { train: loadMnist('train'), test: loadMnist('test') };
  const kernel = await loadKernel(options);
  const started = performance.now();
  const training: TrainOptions = { seed, epochs, kernel, ...(onProgress === undefined ? {} : { onProgress }) };
  const model = await trainNetwork(network, train, training);
  const { accuracy: floatAccuracy } = evaluateFloat(createPass(kernel, network, 128), model, test);
  const integers = await quantizeNetwork(model, train, { bits, kernel });
  const accuracy = measureIntegers(kernel, integers, test);
  const provenance: Provenance = { seed, epochs, floatAccuracy, accuracy, testImages: test.count };
  const net = { ...integers, provenance };
  if (out !== undefined) writeQuantized(out, net);
  const seconds = (performance.now() - started) / 1000;
  return { net, floatAccuracy, accuracy, testImages: test.count, seed, epochs, bits, seconds };
}

/** Part of the images whose largest code is the label's; of equal ones the first counts. */
export function measureIntegers(kernel: Kernel, net: QuantizedNetwork, data: ImageSet): number {
  const scores = inferKernel(kernel, net, pixelCodes(data.images, net.bits), data.count);
  const classes = scores.length / data.count;
  let correct = 0;
  for (let image = 0; image < data.count; image++) {
    const own = scores.subarray(image * classes, (image + 1) * classes);
    if (own.indexOf(Math.max(...own)) === data.labels[image]) correct++;
  }
  return correct / data.count;
}
