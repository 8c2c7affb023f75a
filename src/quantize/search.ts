// SPDX-License-Identifier: Apache-2.0
// How much of a map's range its codes should cover. With few bits it pays to
// let the largest activations saturate, for finer steps below them. Each map's
// factor is chosen by the integers' own cross-entropy on training images.

import { type ImageSet, subset } from '../data/index.ts';
import { inferKernel, type Kernel } from '../kernel/index.ts';
import type { FloatModel } from '../network/index.ts';
import { pixelCodes } from './pixels.ts';
import { quantizeWithRanges } from './quantize-ranges.ts';
import type { Range } from './scale.ts';

/** Training images that a choice is judged by. */
const sampleSize = 2000;
/** Rounds over all maps. */
const rounds = 2;
/** Factors tried for every map, the whole range first. */
const factors = [1, 1.2, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.35, 0.3];

/** Ranges times the factors that a greedy search finds best, map by map; of equal ones the first is kept. */
export function searchRanges(
  kernel: Kernel,
  model: FloatModel,
  data: ImageSet,
  ranges: readonly Range[],
  bits: number,
): Range[] {
  const sample = subset(data, Math.min(sampleSize, data.count));
  const codes = pixelCodes(sample.images, bits);
  const judge = (candidate: readonly Range[]): number => {
    const net = quantizeWithRanges(model, candidate, bits, {});
    const { low, high } = candidate.at(-1)!;
    return meanLoss(inferKernel(kernel, net, codes, sample.count), sample, (high - low) / (2 ** bits - 1));
  };
  let best = [...ranges];
  let lowest = judge(best);
  for (let round = 0; round < rounds; round++) {
    for (const [index, range] of ranges.entries()) {
      for (const factor of factors) {
        const candidate = best.with(index, { low: range.low * factor, high: range.high * factor });
        const loss = judge(candidate);
        if (loss < lowest) [best, lowest] = [candidate, loss];
      }
    }
  }
  return best;
}

/** Mean cross-entropy of scores whose code step is worth `step`, in nats. */
function meanLoss(scores: ArrayLike<number>, { labels, count }: ImageSet, step: number): number {
  const classes = scores.length / count;
  let loss = 0;
  for (let image = 0; image < count; image++) {
    let sum = 0;
    const wanted = scores[image * classes + labels[image]!]!;
    for (let c = 0; c < classes; c++) sum += Math.exp((scores[image * classes + c]! - wanted) * step);
    loss += Math.log(sum);
  }
  return loss / count;
}
