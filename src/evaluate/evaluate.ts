// SPDX-License-Identifier: Apache-2.0
// A network over a data set: how often it is right in integers and in real numbers, what it takes for what, and how
// much of each layer is left in its codes.

import { type ImageSet, subset } from '../data/index.ts';
import { type Kernel, type KernelOptions, loadKernel } from '../kernel/index.ts';
import { classesOf, type FloatModel, type QuantizedNetwork } from '../network/index.ts';
import { type Confusion, confusionOf } from './confusion.ts';
import { floatScores, integerScores, type IntegerLevel, type OnImages } from './scores.ts';
import { type LayerSignal, measureSignals } from './signal.ts';

/** What is measured: integers, real numbers, or both of one network. */
export interface Measured {
  readonly net?: QuantizedNetwork | undefined;
  readonly model?: FloatModel | undefined;
}

/** What {@link evaluate} is told. */
export interface EvaluateOptions extends KernelOptions {
  /** Level that computes the integers. @defaultValue 'kernel' */
  readonly level?: IntegerLevel;
  /** Images that the layers' signal-to-noise is measured on, the first ones. @defaultValue 128 */
  readonly signalImages?: number;
  /** Kernels to use; `threads` and `onBuild` then have no say. @defaultValue loaded where they are needed */
  readonly kernel?: Kernel;
  /** Told what is being computed, and how many images of it are done. @defaultValue silent */
  readonly onProgress?: (what: 'float' | 'integers', done: number, images: number) => void;
}

/** What {@link evaluate} found. */
export interface Evaluated {
  readonly integers?: Confusion;
  readonly float?: Confusion;
  /** Of every layer, where both were measured. */
  readonly layers?: readonly LayerSignal[];
}

/**
 * Measures a network.
 * @throws {RangeError} when the two are not of one network.
 * @example
 * const { integers } = await evaluate({ net: readQuantized(shippedWeights('lenet5')) }, loadMnist('test'));
 */
export async function evaluate(
  { net, model }: Measured,
  set: ImageSet,
  options: EvaluateOptions = {},
): Promise<Evaluated> {
  const { level = 'kernel', signalImages = 128, onProgress = () => undefined } = options;
  let loaded: Promise<Kernel> | undefined;
  const kernel = (): Promise<Kernel> =>
    (loaded ??= options.kernel ? Promise.resolve(options.kernel) : loadKernel(options));
  const telling =
    (what: 'float' | 'integers'): OnImages =>
    async (done) => {
      onProgress(what, done, set.count);
      // Signals get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    };
  const layers =
    net && model && measureSignals(await kernel(), model, net, subset(set, Math.min(signalImages, set.count)));
  const float = model && (await floatScores(await kernel(), model, set, telling('float')));
  const codes = net && (await integerScores(level, kernel, net, set, telling('integers')));
  const network = (net ?? model)?.network;
  const confusion = (scores: ArrayLike<number>): Confusion => confusionOf(scores, set.labels, classesOf(network!));
  return {
    ...(codes && { integers: confusion(codes) }),
    ...(float && { float: confusion(float) }),
    ...(layers && { layers }),
  };
}
