// SPDX-License-Identifier: Apache-2.0
// Files that appear whole or not at all. The bytes go to a file beside the one
// asked for, reach the disk, and take its name only then: a full disk or a
// killed process leaves what was there before.

import { randomBytes } from 'node:crypto';
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
export function readWhole(path: string, most: number = 2 ** 31 - 1): Uint8Array {
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

/** The text of an ordinary file; see {@link readWhole}. */
export function readText(path: string, most: number): string {
  return Buffer.from(readWhole(path, most)).toString('utf8');
}

/**
 * Writes a file, whole or not at all; a link is followed.
 * @throws {Error} when it cannot be written, naming it; what was there before is then as it was.
 */
export function writeWhole(path: string, bytes: Uint8Array | string): void {
  writeAllWhole([[path, bytes]]);
}

/**
 * Writes several files, all or none: they take their names only when the bytes of every one are on the disk.
 * @throws {Error} when one cannot be written, naming it; what was there before is then as it was.
 */
export function writeAllWhole(files: readonly (readonly [path: string, bytes: Uint8Array | string])[]): void {
  const prepared: { readonly path: string; readonly target: string; readonly temporary: string }[] = [];
  try {
    for (const [path, bytes] of files) {
      naming(path, () => {
        const { target, mode } = replaced(path);
        // A name that nobody can have put a link at.
        const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
        prepared.push({ path, target, temporary });
        writeSynced(temporary, bytes, mode);
      });
    }
    for (const { path, target, temporary } of prepared) naming(path, () => renameSync(temporary, target));
  } catch (error) {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
    throw error;
  }
}

/** Does something with a file; what it cannot do becomes a message that names the file. */
function naming(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new Error(`Expected ${path} to be a file that can be written, but received ${errorCode(error)}.`);
  }
}

/** The file that a path leads to, and the mode of what is there. */
function replaced(path: string): { target: string; mode: number | undefined } {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old === undefined) return { target: path, mode: undefined };
  // Told as the file system tells what it refuses.
  if (!old.isFile()) throw Object.assign(new Error(), { code: old.isDirectory() ? 'a folder' : 'a device or pipe' });
  return { target: realpathSync(path), mode: old.mode & 0o777 };
}

function writeSynced(path: string, bytes: Uint8Array | string, mode: number | undefined): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
