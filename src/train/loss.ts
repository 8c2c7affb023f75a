// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy of a batch of logits, [chunk][class][lane], against
// labels, and against the probabilities of a teacher.

import { lanes } from '../kernel/index.ts';

/** What a batch costs, summed over its images. */
export interface BatchLoss {
  /** Sum of -ln p(label), in nats. */
  readonly loss: number;
  /** Images whose largest logit is the label's; of equal ones the first counts. */
  readonly correct: number;
}

/** A teacher's part in what is learned (Hinton, Vinyals and Dean, 2015). */
export interface Teaching {
  /** The teacher's logits of the same batch. */
  readonly logits: Float32Array;
  /** Share of the teacher in the gradient, 0 to 1; the labels have the rest. */
  readonly share: number;
  /** Logits of both are divided by it, and the teacher's part of the gradient is multiplied by its square. */
  readonly temperature: number;
}

/**
 * Sums the loss over the first `count` images of a batch.
 * @param label class of each image
 * @param gradient written if given: derivative of the mean loss by each logit
 */
export function crossEntropy(
  logits: Float32Array,
  classes: number,
  label: (image: number) => number,
  count: number,
  gradient?: Float32Array,
): BatchLoss {
  let loss = 0;
  let correct = 0;
  const powers = new Float64Array(classes);
  for (let image = 0; image < count; image++) {
    const base = baseOf(image, classes);
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[base + c * lanes]! > logits[base + best * lanes]!) best = c;
    const top = logits[base + best * lanes]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += powers[c] = Math.exp(logits[base + c * lanes]! - top);
    const wanted = label(image);
    loss += Math.log(sum) - (logits[base + wanted * lanes]! - top);
    if (best === wanted) correct++;
    if (gradient === undefined) continue;
    for (let c = 0; c < classes; c++) {
      gradient[base + c * lanes] = (powers[c]! / sum - (c === wanted ? 1 : 0)) / count;
    }
  }
  return { loss, correct };
}

/** Mixes the teacher's part into a gradient that {@link crossEntropy} wrote for the same logits. */
export function addTeaching(
  logits: Float32Array,
  classes: number,
  count: number,
  { logits: wanted, share, temperature }: Teaching,
  gradient: Float32Array,
): void {
  const [own, given] = [new Float64Array(classes), new Float64Array(classes)];
  // The gradient of the softened loss is (p - q) / temperature; times its square, one is left.
  const scale = (share * temperature) / count;
  for (let image = 0; image < count; image++) {
    const base = baseOf(image, classes);
    softmax(logits, base, temperature, own);
    softmax(wanted, base, temperature, given);
    for (let c = 0; c < classes; c++) {
      const at = base + c * lanes;
      gradient[at] = (1 - share) * gradient[at]! + scale * (own[c]! - given[c]!);
    }
  }
}

function softmax(logits: Float32Array, base: number, temperature: number, into: Float64Array): void {
  let top = -Infinity;
  for (let c = 0; c < into.length; c++) top = Math.max(top, logits[base + c * lanes]!);
  let sum = 0;
  for (let c = 0; c < into.length; c++) {
    sum += into[c] = Math.exp((logits[base + c * lanes]! - top) / temperature);
  }
  for (let c = 0; c < into.length; c++) into[c]! /= sum;
}

function baseOf(image: number, classes: number): number {
  return Math.floor(image / lanes) * classes * lanes + (image % lanes);
}
