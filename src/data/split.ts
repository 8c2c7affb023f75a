// SPDX-License-Identifier: Apache-2.0
// Training images put aside, so that what is chosen by looking at results is
// never chosen by test images.

import type { ImageSet } from './image-set.ts';

/** A set in two. */
export interface Split {
  /** The images that are left. */
  readonly rest: ImageSet;
  /** The images put aside. */
  readonly held: ImageSet;
}

/**
 * Puts a part of a set aside. Which images follows from the seed and the number of images alone; both halves keep
 * the set's order.
 * @param fraction part put aside, above 0 and below 1; rounded to whole images, at least one on both sides
 * @param seed integer from 0 to 2^32 - 1
 * @throws {RangeError} when an argument is out of range or the set has fewer than two images.
 * @example
 * const { rest, held } = split(loadData('mnist', 'train'), 0.1); // 54,000 and 6,000 images
 */
export function split(set: ImageSet, fraction: number, seed = 1): Split {
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`Expected fraction to be above 0 and below 1, but received ${fraction}.`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`Expected seed to be an integer from 0 to 4294967295, but received ${seed}.`);
  }
  if (set.count < 2) throw new RangeError(`Expected at least 2 images to split, but received ${set.count}.`);
  const size = Math.min(Math.max(Math.round(set.count * fraction), 1), set.count - 1);
  const marks = Uint32Array.from({ length: set.count }, (_, image) => scramble(image, seed));
  const order = Uint32Array.from(marks.keys()).sort((left, right) => marks[left]! - marks[right]! || left - right);
  return { held: pick(set, order.subarray(0, size).sort()), rest: pick(set, order.subarray(size).sort()) };
}

/** The images of these numbers, in their order. */
function pick(set: ImageSet, numbers: Uint32Array): ImageSet {
  const size = set.height * set.width * set.channels;
  const images = new Uint8Array(numbers.length * size);
  numbers.forEach((from, to) => images.set(set.images.subarray(from * size, (from + 1) * size), to * size));
  return { ...set, images, labels: Uint8Array.from(numbers, (from) => set.labels[from]!), count: numbers.length };
}

/** A number that looks random: the finisher of MurmurHash3 over the image and the seed. */
function scramble(image: number, seed: number): number {
  let h = Math.imul(image + 1, 0x9e3779b1) ^ finish(seed);
  h = finish(h);
  return h >>> 0;
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
