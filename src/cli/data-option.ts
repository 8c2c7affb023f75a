// SPDX-License-Identifier: Apache-2.0
// `--data`, which names the data set of a command, and `--images`, which says how much of it is used.

import { Option } from 'commander';
import { dataNames, type ImageSet, subset } from '../data/index.ts';
import { wholeNumber } from './options.ts';

/** `--data`, for `addOption`; a command's options then have `data?: string`, the name for `loadDataFor`. */
export function dataOption(): Option {
  return new Option(
    '--data <set>',
    `${dataNames.join(', ')}, or a folder of images (default: by the shape of the network's pictures)`,
  );
}

/**
 * `--images`, for `addOption`; a command's options then have `images?: string` for {@link firstImages}, which checks it.
 * @param standard what help calls the number where none is given
 */
export function imagesOption(standard: string): Option {
  return new Option('--images <n>', `test images, from the first (default: ${standard})`);
}

/**
 * The first images of a set.
 * @param images what `--images` was given; undefined for `standard`
 * @param standard number of images where none is given; the set may have fewer
 * @throws {RangeError} when more are asked for than the set has, or what was given is no number.
 */
export function firstImages(set: ImageSet, images: string | number | undefined, standard: number = Infinity): ImageSet {
  const count = images === undefined ? Math.min(standard, set.count) : read(String(images), set.count);
  return subset(set, count);
}

function read(text: string, most: number): number {
  return wholeNumber('--images', 1, most)(text);
}
