// SPDX-License-Identifier: Apache-2.0
// What every level checks before it computes.

import { type Codes, mapSize, pictureShape, type QuantizedNetwork } from '../network/index.ts';

/**
 * Checks images against a network.
 * @throws {RangeError} when their number, their size or a code does not fit
 */
export function checkImages({ network, imageBits: bits }: QuantizedNetwork, images: Codes, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Expected count to be an integer of at least 1, but received ${count}.`);
  }
  if (!(images instanceof Uint8Array || images instanceof Uint16Array)) {
    throw new TypeError(
      `Expected images to be a Uint8Array or Uint16Array, but received ${Object.prototype.toString.call(images).slice(8, -1)}.`,
    );
  }
  const input = pictureShape(network);
  const expected = count * mapSize(input);
  if (images.length !== expected) {
    throw new RangeError(
      `Expected images to be ${expected} codes (${count} of ${input.height}x${input.width}x${input.channels}), ` +
        `but received ${images.length}.`,
    );
  }
  const limit = 2 ** bits;
  const at = images.findIndex((code) => code >= limit);
  if (at >= 0) {
    throw new RangeError(`Expected codes below ${limit}, but received ${images[at]} at index ${at}.`);
  }
}
