// SPDX-License-Identifier: Apache-2.0
// The paper's training of an adder network (AdderNet, CVPR 2020, section 3),
// and of networks that multiply under the same recipe.
//
// The result follows from the options alone: neither the number of threads nor
// the width of the processor's vectors nor an interruption changes a bit of it.

import type { ImageSet } from '../data/index.ts';
import { createPass, type Kernel, loadKernel } from '../kernel/index.ts';
import { checkNetwork, type FloatModel, type Network } from '../network/index.ts';
import { dataDigest, modelDigest } from './digest.ts';
import { recalibrate } from './evaluate.ts';
import { keepCheckpoints, startedFrom } from './keep.ts';
import { learn, type Learner, type Listeners } from './learn.ts';
import { initModel, inputScaling } from './model.ts';
import { restingVelocities } from './optimizer.ts';
import { checkData, completeRecipe, type RecipeOptions, usualRecipe } from './settings.ts';

/** What {@link trainNetwork} is told. */
export interface TrainOptions extends RecipeOptions, Listeners {
  /** File that holds the training after every epoch. @defaultValue none */
  readonly checkpoint?: string | undefined;
  /** Whether to go on from `checkpoint`; options left out are then as they were. @defaultValue false */
  readonly resume?: boolean | undefined;
  /** Trained model to go on from, with its scaling of pictures. @defaultValue random weights */
  readonly from?: FloatModel | undefined;
  /** Kernels to use; `threads` and `onBuild` then have no say. @defaultValue loaded for the call */
  readonly kernel?: Kernel | undefined;
}

/**
 * Trains a network.
 * @returns the model, with statistics taken over the data as it is, without augmentation
 * @throws {RangeError} when an option is out of range, the data do not fit the network, or a checkpoint belongs to
 * another training.
 * @throws {Error} when the checkpoint cannot be read or written.
 * @example
 * const model = await trainNetwork(lenet5, loadMnist('train'), { seed: 1, epochs: 20 });
 */
export async function trainNetwork(network: Network, data: ImageSet, options: TrainOptions = {}): Promise<FloatModel> {
  checkNetwork(network);
  const kept = startedFrom(options);
  const recipe = completeRecipe({ ...usualRecipe(network), ...kept?.options }, options);
  checkData(network, data, recipe.batch);
  const { from } = options;
  const model = from ? structuredClone(from) : initModel(network, inputScaling(data, network.layers), recipe.seed);
  const learner: Learner = { model, velocities: restingVelocities(model), history: [] };
  const course = { network, data: dataDigest(data), options: { ...recipe, ...(from && { from: modelDigest(from) }) } };
  const onEpoch = keepCheckpoints(options, course, kept, learner);
  const kernel = options.kernel ?? (await loadKernel(options));
  const pass = createPass(kernel, network, recipe.batch);
  const lesson = { forward: () => pass.train(model), backward: () => pass.backward(model) };
  await learn(pass, data, recipe, learner, lesson, { onProgress: options.onProgress, onEpoch });
  recalibrate(pass, model, data);
  return model;
}
