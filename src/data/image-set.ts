// SPDX-License-Identifier: Apache-2.0
// Pictures with what they show, as every reader of data gives them.

/** Half of a data set: images to learn from, or images to measure on. */
export type DataPart = 'train' | 'test';

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
  /** At most 256. */
  readonly classes: number;
}

/** An array of bytes read from a file, last axis fastest. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Puts images and labels together after checking that they belong together.
 * @param images of shape [count, height, width] or [count, height, width, channels]
 * @param labels one for each image
 * @param name what messages call the data
 * @throws {RangeError} when there is no image, an axis is empty, or a label is missing, left over or too large.
 */
export function imageSet(images: ByteArray, labels: Uint8Array, classes: number, name: string): ImageSet {
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (images.values.length === 0) {
    throw new RangeError(`Expected ${name} to hold at least one image, but received shape ${images.shape.join('x')}.`);
  }
  if (labels.length !== count) {
    throw new RangeError(
      `Expected ${name} to hold one label for each of ${count} images, but received ${labels.length}.`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong !== -1) {
    throw new RangeError(`Expected label ${wrong} of ${name} to be below ${classes}, but received ${labels[wrong]}.`);
  }
  return { images: images.values, labels, count, height, width, channels, classes };
}

/** The first `count` images of a set, sharing its memory. */
export function subset(set: ImageSet, count: number): ImageSet {
  if (!Number.isInteger(count) || count < 1 || count > set.count) {
    throw new RangeError(`Expected count to be an integer from 1 to ${set.count}, but received ${count}.`);
  }
  const size = set.height * set.width * set.channels;
  return { ...set, count, images: set.images.subarray(0, count * size), labels: set.labels.subarray(0, count) };
}
