// SPDX-License-Identifier: Apache-2.0
// From class scores, real or in codes, to classes.

/**
 * The class of an image: the index of its largest score, the lowest index of equal ones.
 * @param scores [image][class]
 */
export function classOf(scores: ArrayLike<number>, image: number, classes: number): number {
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if (scores[image * classes + index]! > scores[image * classes + best]!) best = index;
  }
  return best;
}

/** Number of images whose class is their label. */
export function countCorrect(scores: ArrayLike<number>, labels: Uint8Array, count: number): number {
  const classes = scores.length / count;
  let correct = 0;
  for (let image = 0; image < count; image++) {
    if (classOf(scores, image, classes) === labels[image]) correct++;
  }
  return correct;
}
