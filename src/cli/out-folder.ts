// SPDX-License-Identifier: Apache-2.0
// A folder that results go to. Its parents are made here one by one: Node's recursive mkdir never ends where a
// folder that there is takes no entry and the system says ENOENT, as in /proc.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../network/index.ts';

/**
 * The folder, made where there is none.
 * @param option the option's name, for messages
 * @throws {RangeError} when it can't be made
 */
export function madeFolder(folder: string, option: string): string {
  const refuse = (received: string): never => {
    throw new RangeError(`Expected ${option} to be a folder that can be made, but received ${received}.`);
  };
  if (folder === '') return refuse("''");
  try {
    makeFolder(resolve(folder));
  } catch (error) {
    return refuse(`${folder} (${errorCode(error)})`);
  }
  return folder;
}

function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
