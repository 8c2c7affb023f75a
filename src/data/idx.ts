// SPDX-License-Identifier: Apache-2.0
// The IDX format of the MNIST files: two zero bytes, the type of the values
// (8 = unsigned byte), the number of axes, a big-endian 32-bit length for each
// axis, then the values, last axis fastest.

/** An array read from an IDX file. */
export interface IdxArray {
  /** Length of each axis, slowest first. */
  readonly shape: readonly number[];
  /** A view into the file's bytes. */
  readonly values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes.
 * @param name what messages call the file
 * @param axes number of axes expected: 3 for images, 1 for labels
 * @throws {RangeError} when the file is of another kind, or longer or shorter than its header says.
 */
export function parseIdx(bytes: Uint8Array, name: string, axes: number): IdxArray {
  const magic = 0x800 + axes;
  const header = 4 + 4 * axes;
  if (bytes.length < header) {
    throw new RangeError(`Expected ${name} to hold a header of ${header} bytes, but received ${bytes.length} bytes.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic) {
    throw new RangeError(
      `Expected ${name} to start with ${hex(magic)} (unsigned bytes, ${axes} axes), ` +
        `but received ${hex(view.getUint32(0))}.`,
    );
  }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
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
