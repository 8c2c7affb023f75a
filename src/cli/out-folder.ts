// SPDX-License-Identifier: Apache-2.0
// A folder that results go to.

import { mkdirSync } from 'node:fs';
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
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    return refuse(`${folder} (${errorCode(error)})`);
  }
  return folder;
}
