// SPDX-License-Identifier: Apache-2.0
// The IDX format of the MNIST files: two zero bytes, the type of the values
// (8 = unsigned byte), the number of axes, a big-endian 32-bit length for each
// axis, then the values, last axis fastest.

import type { ByteArray } from './image-set.ts';

/**
 * Reads an IDX file of unsigned bytes.
 * @param name what messages call the file
 * @param axes numbers of axes that will do: 3 for grey images, 4 for images with channels, 1 for labels
 * @returns a view into the file's bytes
 * @throws {RangeError} when the file is of another kind, or longer or shorter than its header says.
 */
export function parseIdx(bytes: Uint8Array, name: string, ...axes: readonly number[]): ByteArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < 4 ? undefined : view.getUint32(0);
  const found = axes.find((count) => magic === 0x800 + count);
  if (found === undefined) {
    const expected = axes.map((count) => hex(0x800 + count)).join(' or ');
    throw new RangeError(
      `Expected ${name} to start with ${expected} (unsigned bytes, ${axes.join(' or ')} axes), ` +
        `but received ${magic === undefined ? `${bytes.length} bytes` : hex(magic)}.`,
    );
  }
  const header = 4 + 4 * found;
  if (bytes.length < header) {
    throw new RangeError(`Expected ${name} to hold a header of ${header} bytes, but received ${bytes.length} bytes.`);
  }
  const shape = Array.from({ length: found }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== header + size) {
    throw new RangeError(
      `Expected ${name} to hold ${shape.join('x')} values in ${header + size} bytes, ` +
        `but received ${bytes.length} bytes.`,
    );
  }
  return { shape, values: bytes.subarray(header) };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
