// SPDX-License-Identifier: Apache-2.0
// The paper's training of an adder network (AdderNet, CVPR 2020, section 3).
//
// The result follows from the seed alone: neither the number of threads nor the
// width of the processor's vectors changes a bit of it.

import type { ImageSet } from '../data/index.ts';
import { createPass, type Kernel, type KernelOptions, loadKernel, type Pass } from '../kernel/index.ts';
import { checkNetwork, type FloatModel, type Network } from '../network/index.ts';
import { type Augmentation, warpLength, writeWarp } from './augment.ts';
import { recalibrate } from './evaluate.ts';
import { crossEntropy } from './loss.ts';
import { initModel, inputScaling } from './model.ts';
import { createDescent } from './optimizer.ts';
import { createRandom, shuffle } from './random.ts';

/** How far training has come. */
export interface TrainProgress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches done in this epoch; equal to `batches` at its end. */
  readonly batch: number;
  readonly batches: number;
  /** Mean cross-entropy of this epoch's images so far, as augmented, in nats. */
  readonly loss: number;
  /** Part of them classified right, 0 to 1. */
  readonly accuracy: number;
  readonly secondsLeft: number;
}

/** What {@link trainNetwork} is told. */
export interface TrainOptions extends KernelOptions {
  /** Integer from 0 to 2^32 - 1. @defaultValue 1 */
  readonly seed?: number;
  /** Passes over the data, at least 1. @defaultValue 20 */
  readonly epochs?: number;
  /** Images in a step, a multiple of 16. @defaultValue 128 */
  readonly batch?: number;
  /** Learning rate at the start; it falls to 0 along a cosine. @defaultValue 0.1 */
  readonly rate?: number;
  /** Length of an adder layer's gradient for each root of its weights. @defaultValue 0.2, as in the paper */
  readonly eta?: number;
  /** @defaultValue 0.9 */
  readonly momentum?: number;
  /** @defaultValue 0.0005 */
  readonly weightDecay?: number;
  /** @defaultValue 'affine' */
  readonly augmentation?: Augmentation;
  /** Kernels to use; `threads` and `onBuild` then have no say. @defaultValue loaded for the call */
  readonly kernel?: Kernel;
  /** Told about once a second, and at the end of every epoch. @defaultValue silent */
  readonly onProgress?: (progress: TrainProgress) => void;
}

type Settings = Required<Omit<TrainOptions, keyof KernelOptions | 'kernel'>>;

const defaults: Settings = {
  seed: 1,
  epochs: 20,
  batch: 128,
  rate: 0.1,
  eta: 0.2,
  momentum: 0.9,
  weightDecay: 5e-4,
  augmentation: 'affine',
  onProgress: () => undefined,
};

/**
 * Trains a network.
 * @returns the model, with statistics taken over the data as it is, without augmentation
 * @throws {RangeError} when an option is out of range or the data do not fit the network.
 * @example
 * const model = await trainNetwork(lenet5, loadMnist('train'), { seed: 1, epochs: 20 });
 */
export async function trainNetwork(network: Network, data: ImageSet, options: TrainOptions = {}): Promise<FloatModel> {
  const settings: Settings = { ...defaults, ...withoutUndefined(options) };
  check(network, data, settings);
  const kernel = options.kernel ?? (await loadKernel(options));
  const model = initModel(network, inputScaling(data.images), settings.seed);
  const pass = createPass(kernel, network, settings.batch);
  await runEpochs(pass, model, data, settings);
  recalibrate(pass, model, data);
  return model;
}

async function runEpochs(pass: Pass, model: FloatModel, data: ImageSet, settings: Settings): Promise<void> {
  const { epochs, batch, seed, onProgress } = settings;
  const order = Uint32Array.from({ length: data.count }, (_, image) => image);
  const [shuffling, warping] = [createRandom(seed, 2), createRandom(seed, 3)];
  const warps = settings.augmentation === 'none' ? undefined : new Int32Array(batch * warpLength);
  const descend = createDescent(model, settings);
  const { out, dout } = pass.stages.at(-1)!;
  const gradients = pass.stages.map((stage) => stage.gradients);
  const batches = Math.floor(data.count / batch);
  const started = performance.now();
  let told = started;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss = 0;
    let correct = 0;
    shuffle(order, shuffling);
    for (let step = 0; step < batches; step++) {
      const chosen = order.slice(step * batch, (step + 1) * batch);
      if (warps !== undefined) {
        for (let i = 0; i < batch; i++) {
          writeWarp(settings.augmentation as 'affine', warping, data, warps, i * warpLength);
        }
      }
      pass.load(data, chosen, model.input, warps);
      pass.train(model);
      const result = crossEntropy(out, data.classes, (image) => data.labels[chosen[image]!]!, batch, dout);
      loss += result.loss;
      correct += result.correct;
      pass.backward(model);
      const done = epoch * batches + step;
      descend(gradients, cosineRate(settings.rate, done / (epochs * batches)));
      const now = performance.now();
      if (step + 1 < batches && now - told < 1000) continue;
      told = now;
      const seen = (step + 1) * batch;
      const secondsLeft = ((now - started) / 1000 / (done + 1)) * (epochs * batches - done - 1);
      onProgress({
        epoch: epoch + 1,
        epochs,
        batch: step + 1,
        batches,
        loss: loss / seen,
        accuracy: correct / seen,
        secondsLeft,
      });
      // Signals and timers get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Rate after a part `done` of all steps, rounded so that the cosine's last bit has no say. */
function cosineRate(rate: number, done: number): number {
  return (rate * Math.round(0.5e9 * (1 + Math.cos(Math.PI * done)))) / 1e9;
}

function withoutUndefined(options: TrainOptions): Partial<Settings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function check(network: Network, data: ImageSet, { epochs, batch }: Settings): void {
  checkNetwork(network);
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new RangeError(`Expected epochs to be an integer of at least 1, but received ${epochs}.`);
  }
  if (data.count < batch) {
    throw new RangeError(`Expected at least one batch of ${batch} images, but received ${data.count}.`);
  }
  const classes = network.layers.at(-1)!.filters;
  if (data.classes !== classes) {
    throw new RangeError(
      `Expected data of ${classes} classes for network ${network.name}, but received ${data.classes}.`,
    );
  }
}
