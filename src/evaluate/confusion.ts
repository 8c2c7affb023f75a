// SPDX-License-Identifier: Apache-2.0
// From scores to what was taken for what.

import { classOf } from '../network/index.ts';

/** How one class does. */
export interface ClassAccuracy {
  readonly class: number;
  readonly images: number;
  readonly correct: number;
  /** Part of its images, 0 to 1; null for a class without images. */
  readonly accuracy: number | null;
}

/** How a network's answers compare with the labels. */
export interface Confusion {
  readonly images: number;
  readonly correct: number;
  /** Part of the images, 0 to 1. */
  readonly accuracy: number;
  /** Images by [label][answer]. */
  readonly matrix: readonly (readonly number[])[];
  readonly classes: readonly ClassAccuracy[];
}

/**
 * Counts answers.
 * @param scores [image][class], real or in codes
 * @throws {RangeError} when there is not one row of scores for each label, or a label has no class.
 */
export function confusionOf(scores: ArrayLike<number>, labels: Uint8Array, classes: number): Confusion {
  const images = labels.length;
  if (scores.length !== images * classes) {
    throw new RangeError(`Expected ${images} x ${classes} scores, but received ${scores.length}.`);
  }
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  let correct = 0;
  labels.forEach((label, image) => {
    const row = matrix[label];
    if (row === undefined) throw new RangeError(`Expected labels below ${classes}, but received ${label}.`);
    const answer = classOf(scores, image, classes);
    row[answer]!++;
    if (answer === label) correct++;
  });
  const perClass = matrix.map((row, label): ClassAccuracy => {
    const own = row.reduce((sum, count) => sum + count, 0);
    return { class: label, images: own, correct: row[label]!, accuracy: own === 0 ? null : row[label]! / own };
  });
  return { images, correct, accuracy: correct / images, matrix, classes: perClass };
}
