// SPDX-License-Identifier: Apache-2.0
// Files that appear whole or not at all. The bytes go to a file beside the one
// asked for, reach the disk, and take its name only then: a full disk or a
// killed process leaves what was there before.

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** What an error of the file system is called, for example `ENOSPC`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Reads an ordinary file; a device or a pipe, which may never end, is refused.
 * @param most bytes that it may have
 * @throws {Error} when it cannot be read or has more, naming it.
 */
export function readWhole(path: string, most: number = 2 ** 31 - 1): Buffer {
  let received: string;
  try {
    const stat = statSync(path);
    if (stat.isFile() && stat.size <= most) return readFileSync(path);
    received = stat.isDirectory() ? 'a folder' : stat.isFile() ? `${stat.size} bytes` : 'a device or pipe';
  } catch (error) {
    received = errorCode(error);
  }
  throw new Error(`Expected ${path} to be a file that can be read, but received ${received}.`);
}

/**
 * Writes a file, whole or not at all; a link is followed.
 * @throws {Error} when it cannot be written, naming it; what was there before is then as it was.
 */
export function writeWhole(path: string, bytes: Uint8Array | string): void {
  let received: string;
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    if (old === undefined || old.isFile()) {
      const target = old === undefined ? path : realpathSync(path);
      replaceFile(target, bytes);
      return;
    }
    received = old.isDirectory() ? 'a folder' : 'a device or pipe';
  } catch (error) {
    received = errorCode(error);
  }
  throw new Error(`Expected ${path} to be a file that can be written, but received ${received}.`);
}

function replaceFile(target: string, bytes: Uint8Array | string): void {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
