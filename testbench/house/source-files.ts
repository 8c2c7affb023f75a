// SPDX-License-Identifier: Apache-2.0
// The project's own files, for tests about all of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

const FOLDERS = ['rtl', 'sim', 'src', 'testbench', 'scripts', 'fpga', 'examples', '.ci'];

/** Paths of files below the project's folders, relative to the root, with forward slashes. */
export function sourceFiles(): string[] {
  return FOLDERS.flatMap((folder) => filesBelow(folder)).toSorted();
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length).split(sep).join('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Text of a file. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
