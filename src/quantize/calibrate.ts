// SPDX-License-Identifier: Apache-2.0
// The values that a float model's maps take on training images.

import type { ImageSet } from '../data/index.ts';
import { forEachBatch, lanes, type Pass } from '../kernel/index.ts';
import type { FloatModel } from '../network/index.ts';
import type { Range } from './scale.ts';

/**
 * Measures the range of every layer's output.
 *
 * The last layer's is the range in which classes compete: from the smallest score that won an image to the largest
 * that came second, widened by a tenth on both sides. Scores outside saturate; two classes can only become equal
 * there on images unlike any of these.
 */
export function measureRanges(pass: Pass, model: FloatModel, data: ImageSet): Range[] {
  const ranges = pass.stages.map(() => ({ low: Infinity, high: -Infinity }));
  const last = ranges.length - 1;
  forEachBatch(pass, model.input, data, (_, count) => {
    pass.infer(model);
    pass.stages.forEach(({ out }, index) => {
      if (index < last) widen(ranges[index]!, out);
    });
    widenByScores(ranges[last]!, pass.stages[last]!.out, data.classes, count);
  });
  const { low, high } = ranges[last]!;
  const margin = Math.abs(high - low) / 10;
  ranges[last] = { low: Math.min(low, high) - margin, high: Math.max(low, high) + margin };
  return ranges;
}

/** Padding takes part as zeros, which belong to every such range. */
function widen(range: { low: number; high: number }, values: Float32Array): void {
  let { low, high } = range;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  range.low = low;
  range.high = high;
}

function widenByScores(range: { low: number; high: number }, out: Float32Array, classes: number, count: number): void {
  for (let image = 0; image < count; image++) {
    const base = Math.floor(image / lanes) * classes * lanes + (image % lanes);
    let [first, second] = [-Infinity, -Infinity];
    for (let c = 0; c < classes; c++) {
      const score = out[base + c * lanes]!;
      if (score > first) [first, second] = [score, first];
      else if (score > second) second = score;
    }
    range.low = Math.min(range.low, first);
    range.high = Math.max(range.high, second);
  }
}
