// SPDX-License-Identifier: Apache-2.0
// What cells of minima skip: zeros of images that are given, or nothing; and how a report says which.

import type { Occupancy } from '../cycles/index.ts';
import { decimal } from './columns.ts';

/** Where the maps of images are 0, batch by batch. */
export interface ImageZeros {
  /** Name of their data set, of whose test images they are the first. */
  readonly data: string;
  readonly occupied: readonly Occupancy[];
}

/** Says what is skipped. */
export function zerosText(zerosOf: string | null, images: number): string {
  return zerosOf === null
    ? 'nothing is taken to be 0, so that no tap is skipped; --data names images whose zeros are'
    : `skipped is what is 0 in all images of a batch, of the first ${decimal(images)} test images of ${zerosOf}, or multiplied by no filter`;
}
