// SPDX-License-Identifier: Apache-2.0
// Packs codes into the wide words of the core's buffers: lane i of a word is
// bits i*W to i*W+W-1, and a word is carried as 32-bit parts, low part first.

import type { Codes } from '../network/index.ts';

/** 32-bit parts that hold `bits` bits. */
export function partsOf(bits: number): number {
  return Math.ceil(bits / 32);
}

/**
 * Writes one code into a lane of a word whose bits there are zero.
 * @param at index of the word's first part
 */
export function putLane(parts: Uint32Array, at: number, lane: number, dataBits: number, code: number): void {
  const bit = lane * dataBits;
  const part = at + (bit >>> 5);
  const offset = bit & 31;
  parts[part]! |= code << offset;
  if (offset + dataBits > 32) parts[part + 1]! |= code >>> (32 - offset);
}

/**
 * Reads the code in a lane of a word.
 * @param at index of the word's first part
 */
export function getLane(parts: Uint32Array, at: number, lane: number, dataBits: number): number {
  const bit = lane * dataBits;
  const part = at + (bit >>> 5);
  const offset = bit & 31;
  const low = parts[part]! >>> offset;
  const high = offset + dataBits > 32 ? parts[part + 1]! << (32 - offset) : 0;
  return (low | high) & (0xffffffff >>> (32 - dataBits));
}

/**
 * Packs a batch of images into activation words: word i holds value i of each image.
 * @param images codes of `count` images of `size` values, at most one image a lane
 * @param stride 32-bit parts from one word to the next
 */
export function packImages(images: Codes, count: number, size: number, dataBits: number, stride: number): Uint32Array {
  const parts = new Uint32Array(size * stride);
  for (let image = 0; image < count; image++) {
    for (let i = 0; i < size; i++) putLane(parts, i * stride, image, dataBits, images[image * size + i]!);
  }
  return parts;
}
