// SPDX-License-Identifier: Apache-2.0
// The epochs of a training or of a fine-tuning, which differ in what happens
// around a batch.

import type { ImageSet } from '../data/index.ts';
import type { Pass } from '../kernel/index.ts';
import type { FloatModel } from '../network/index.ts';
import { warpLength, writeWarp } from './augment.ts';
import type { EpochRecord, Progressed } from './checkpoint.ts';
import { crossEntropy } from './loss.ts';
import { descend, type Velocity } from './optimizer.ts';
import { createRandom, shuffle } from './random.ts';
import { cosineRate, powerAt } from './schedule.ts';
import type { Recipe } from './settings.ts';

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

/** A choice of pictures and what changes them; see {@link Pass.load}. */
export interface Batch {
  readonly chosen: Uint32Array;
  readonly warps: Int32Array | undefined;
}

/** What surrounds the learning of one batch. */
export interface Lesson {
  /** Makes maps and logits of the batch that the pass has loaded. */
  forward(): void;
  /** Adds to the gradient of the logits, if there is more to learn from than labels. */
  teach?(gradient: Float32Array, batch: Batch): void;
  /** Makes gradients of every layer. */
  backward(): void;
}

/** A training in memory; learning changes it in place. */
export interface Learner extends Progressed {
  readonly velocities: readonly Velocity[];
  readonly history: EpochRecord[];
}

/** Who is told what, and when. */
export interface Listeners {
  /** Told about once a second, and at the end of every epoch. */
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** Told after every epoch, when the learner is whole; what it throws ends the training. */
  readonly onEpoch?: ((learner: Learner) => void) | undefined;
}

/** Learns from where the learner is to the last epoch of the recipe. */
export async function learn(
  pass: Pass,
  data: ImageSet,
  recipe: Recipe,
  learner: Learner,
  lesson: Lesson,
  { onProgress, onEpoch }: Listeners,
): Promise<void> {
  const { epochs, batch } = recipe;
  const { model } = learner;
  const { out, dout } = pass.stages.at(-1)!;
  const gradients = pass.stages.map((stage) => stage.gradients);
  const batches = Math.floor(data.count / batch);
  const first = learner.history.length;
  const started = performance.now();
  let told = started;
  for (let epoch = first; epoch < epochs; epoch++) {
    const next = batchesOf(data, recipe, epoch);
    pass.setPower(powerAt(epoch, recipe.powerFrom, recipe.powerEpochs));
    let [loss, correct] = [0, 0];
    for (let step = 0; step < batches; step++) {
      const { chosen, warps } = next();
      pass.load(data, chosen, model.input, warps);
      lesson.forward();
      const result = crossEntropy(out, data.classes, (image) => data.labels[chosen[image]!]!, batch, dout);
      loss += result.loss;
      correct += result.correct;
      lesson.teach?.(dout, { chosen, warps });
      lesson.backward();
      const done = epoch * batches + step;
      descend(model, learner.velocities, gradients, cosineRate(recipe.rate, done / (epochs * batches)), recipe);
      const now = performance.now();
      if (step + 1 < batches && now - told < 1000) continue;
      told = now;
      const seen = (step + 1) * batch;
      const here = done + 1 - first * batches;
      const secondsLeft = ((now - started) / 1000 / here) * (epochs * batches - done - 1);
      const means = { loss: loss / seen, accuracy: correct / seen };
      onProgress?.({ epoch: epoch + 1, epochs, batch: step + 1, batches, ...means, secondsLeft });
      // Signals and timers get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const seen = batches * batch;
    learner.history.push({ epoch: epoch + 1, loss: loss / seen, accuracy: correct / seen });
    checkFinite(model, epoch + 1);
    onEpoch?.(learner);
  }
  pass.setPower(1);
}

/** The batches of one epoch, each a choice of pictures and their changes; all that is random follows from seed and epoch. */
function batchesOf(data: ImageSet, { seed, batch, augmentation }: Recipe, epoch: number): () => Batch {
  const order = Uint32Array.from({ length: data.count }, (_, image) => image);
  shuffle(order, createRandom(seed, 2 + 2 * epoch));
  const warping = createRandom(seed, 3 + 2 * epoch);
  const warps = augmentation === 'none' ? undefined : new Int32Array(batch * warpLength);
  let at = 0;
  return () => {
    if (augmentation !== 'none') {
      for (let i = 0; i < batch; i++) writeWarp(augmentation, warping, data, warps!, i * warpLength);
    }
    return { chosen: order.slice(at, (at += batch)), warps };
  };
}

/**
 * A training that has run away must end, not go on to write numbers that are none.
 * @throws {RangeError} when a value is not finite.
 */
function checkFinite({ layers }: FloatModel, epoch: number): void {
  for (const { layer, weights, gamma, beta } of layers) {
    if ([weights, gamma, beta].every((values) => values.every(Number.isFinite))) continue;
    throw new RangeError(
      `Expected finite weights of layer ${layer.name} after epoch ${epoch}, but received others: a lower rate may help.`,
    );
  }
}
