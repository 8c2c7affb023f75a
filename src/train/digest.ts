// SPDX-License-Identifier: Apache-2.0
// What tells two data sets apart.

import { createHash } from 'node:crypto';
import type { ImageSet } from '../data/index.ts';
import type { FloatModel } from '../network/index.ts';

/** SHA-256 of the shape, the pictures and the labels of a data set. */
export function dataDigest({ images, labels, ...shape }: ImageSet): string {
  const { count, height, width, channels, classes } = shape;
  const text = JSON.stringify([count, height, width, channels, classes]);
  return createHash('sha256').update(text).update(images).update(labels).digest('hex');
}

/** SHA-256 of all numbers of a model. */
export function modelDigest({ input, layers }: FloatModel): string {
  const hash = createHash('sha256').update(JSON.stringify(input));
  for (const { weights, gamma, beta, mean, variance } of layers) {
    for (const values of [weights, gamma, beta, mean, variance]) {
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest('hex');
}
