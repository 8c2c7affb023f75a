// SPDX-License-Identifier: Apache-2.0
// A folder of a user's own: images and labels of both halves in IDX or NPY
// files, packed by gzip or not, which their first bytes tell apart.
//
//   train-images*  train-labels*  test-images*  test-labels*
//
// `t10k` stands for `test` too, as in MNIST, and `_` for `-`.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../network/index.ts';
import { readImages, readLabels } from './array-file.ts';
import { type DataPart, type ImageSet, imageSet } from './image-set.ts';

const prefixes: Readonly<Record<DataPart, readonly string[]>> = { train: ['train'], test: ['test', 't10k'] };

/** Whether a folder holds images under such names. */
export function holdsOwnFiles(folder: string): boolean {
  return (['train', 'test'] as const).some((part) => namesOf(folder, part, 'images').length > 0);
}

/**
 * Reads one half of a user's own data. The classes are counted over both halves' labels.
 * @throws {RangeError} when a file is missing, there are several for one thing, or one is damaged.
 */
export function readOwnFiles(folder: string, part: DataPart): ImageSet {
  const images = readImages(fileOf(folder, part, 'images'));
  const labels = readLabels(fileOf(folder, part, 'labels'));
  const other = part === 'train' ? 'test' : 'train';
  const others = namesOf(folder, other, 'labels').length === 0 ? [] : readLabels(fileOf(folder, other, 'labels'));
  return imageSet(images, labels, Math.max(largest(labels), largest(others)) + 1, folder);
}

function largest(labels: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < labels.length; i++) max = Math.max(max, labels[i]!);
  return max;
}

function namesOf(folder: string, part: DataPart, kind: 'images' | 'labels'): string[] {
  const starts = prefixes[part].flatMap((prefix) => [`${prefix}-${kind}`, `${prefix}_${kind}`]);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new RangeError(`Expected ${folder} to be a folder that can be read, but received ${errorCode(error)}.`);
  }
  return names.filter((name) => starts.some((start) => name.startsWith(start))).sort();
}

function fileOf(folder: string, part: DataPart, kind: 'images' | 'labels'): string {
  const names = namesOf(folder, part, kind);
  if (names.length !== 1) {
    const received = names.length === 0 ? 'none' : names.join(' and ');
    throw new RangeError(
      `Expected ${folder} to hold one file ${prefixes[part][0]}-${kind}*, but received ${received}.`,
    );
  }
  return join(folder, names[0]!);
}
