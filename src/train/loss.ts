// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy of a batch of logits, [chunk][class][lane].

import { lanes } from '../kernel/index.ts';

/** What a batch costs, summed over its images. */
export interface BatchLoss {
  /** Sum of -ln p(label), in nats. */
  readonly loss: number;
  /** Images whose largest logit is the label's; of equal ones the first counts. */
  readonly correct: number;
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
    const base = Math.floor(image / lanes) * classes * lanes + (image % lanes);
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
