// SPDX-License-Identifier: Apache-2.0
// The file that a command writes.

import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Fails before the work rather than after it. */
export function checkOut(file: string, option = '--out'): void {
  if (file === '' || statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RangeError(`Expected ${option} to be a file, but received ${file === '' ? "''" : `the folder ${file}`}.`);
  }
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`Expected ${option} to be in a folder that can be written, but received ${file} (${code}).`);
  }
}
