// SPDX-License-Identifier: Apache-2.0
// A user's own file of images or labels: IDX or NPY, told apart by its first
// bytes. Images are bytes; labels are integers of any width below 256.

import { decodeNpy, isNpy, singles, type Tensor, tensorText } from '../network/index.ts';
import { parseIdx } from './idx.ts';
import type { ByteArray } from './image-set.ts';
import { readDataFile } from './read-file.ts';

/**
 * Reads images of shape [count, height, width] or [count, height, width, channels].
 * @throws {RangeError} when the file is damaged or holds something else.
 */
export function readImages(file: string): ByteArray {
  const bytes = readDataFile(file, file);
  if (!isNpy(bytes)) return parseIdx(bytes, file, 3, 4);
  const tensor = decodeNpy(file, bytes);
  if (tensor.dtype === 'U8' && (tensor.shape.length === 3 || tensor.shape.length === 4)) {
    return { shape: tensor.shape, values: tensor.bytes };
  }
  throw new RangeError(
    `Expected ${file} to hold U8 [count, height, width] or U8 [count, height, width, channels], ` +
      `but received ${tensorText(tensor)}.`,
  );
}

/**
 * Reads labels of shape [count], or [count, 1] in NPY.
 * @throws {RangeError} when the file is damaged or holds something else, or a label is negative or above 255.
 */
export function readLabels(file: string): Uint8Array {
  const bytes = readDataFile(file, file);
  return isNpy(bytes) ? npyLabels(decodeNpy(file, bytes), file) : parseIdx(bytes, file, 1).values;
}

function npyLabels(tensor: Tensor, file: string): Uint8Array {
  const { dtype, shape } = tensor;
  if (!/^[UI]\d+$/.test(dtype) || shape.length === 0 || shape.length > 2 || (shape[1] ?? 1) !== 1) {
    throw new RangeError(`Expected ${file} to hold integers of shape [count], but received ${tensorText(tensor)}.`);
  }
  const labels = singles(tensor);
  const wrong = labels.findIndex((label) => label < 0 || label > 255);
  if (wrong === -1) return Uint8Array.from(labels);
  throw new RangeError(`Expected label ${wrong} of ${file} to be from 0 to 255, but received ${labels[wrong]}.`);
}
