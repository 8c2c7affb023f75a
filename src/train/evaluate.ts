// SPDX-License-Identifier: Apache-2.0
// A float model over a data set: its accuracy, and the statistics of its batch
// normalisation. Running averages of training lag behind the weights, so the
// statistics are taken afresh, layer by layer, each behind layers already final.

import { type ImageSet, subset } from '../data/index.ts';
import { forEachBatch, type Pass } from '../kernel/index.ts';
import { type FloatModel, layerGeometry, type Network } from '../network/index.ts';
import { crossEntropy } from './loss.ts';

/** How well a model does on a data set. */
export interface Evaluation {
  /** Part of the images whose class is right, 0 to 1. */
  readonly accuracy: number;
  readonly correct: number;
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
}

/** Measures a model with its own statistics. */
export function evaluateFloat(pass: Pass, model: FloatModel, data: ImageSet): Evaluation {
  let loss = 0;
  let correct = 0;
  forEachBatch(pass, model.input, data, (start, count) => {
    pass.infer(model);
    const { out } = pass.stages.at(-1)!;
    const result = crossEntropy(out, data.classes, (image) => data.labels[start + image]!, count);
    loss += result.loss;
    correct += result.correct;
  });
  return { accuracy: correct / data.count, correct, loss: loss / data.count };
}

/** Most absolute differences or products that statistics are worth: a minute's work, or two. */
const recalibrationWork = 1e12;

/** Images that statistics of a network are taken of: all, or as many as the work allows, at least a batch. */
function recalibrationImages({ layers }: Network, count: number, batch: number): number {
  // Layer by layer, each behind all before it.
  const perImage = layers.reduce((sum, layer, index) => sum + layerGeometry(layer).sads * (layers.length - index), 0);
  return Math.min(count, Math.max(batch, Math.floor(recalibrationWork / perImage / batch) * batch));
}

/**
 * Sets every layer's mean and variance to those over the data, in place; of large networks over the first images only.
 * A short last batch is left out; the data must hold at least one whole batch.
 */
export function recalibrate(pass: Pass, model: FloatModel, all: ImageSet): void {
  if (all.count < pass.batch) {
    throw new RangeError(`Expected at least ${pass.batch} images to take statistics of, but received ${all.count}.`);
  }
  const data = subset(all, recalibrationImages(model.network, all.count, pass.batch));
  model.layers.forEach(({ mean, variance }, index) => {
    const means = new Float64Array(mean.length);
    const squares = new Float64Array(mean.length);
    const within = new Float64Array(mean.length);
    let batches = 0;
    forEachBatch(pass, model.input, data, (_, count) => {
      if (count < pass.batch) return;
      pass.infer(model, index);
      pass.measure(model, index);
      const stage = pass.stages[index]!;
      // Deviations from the first batch's mean keep the squares small.
      if (batches++ === 0) mean.set(stage.mean);
      stage.mean.forEach((value, filter) => {
        const delta = value - mean[filter]!;
        means[filter]! += delta;
        squares[filter]! += delta * delta;
        within[filter]! += stage.variance[filter]!;
      });
    });
    mean.forEach((origin, filter) => {
      const delta = means[filter]! / batches;
      mean[filter] = origin + delta;
      // A channel that never changes has no variance, nor what rounding may leave of one.
      variance[filter] = Math.max((within[filter]! + squares[filter]!) / batches - delta * delta, 0);
    });
  });
}
