// SPDX-License-Identifier: Apache-2.0
// Where builds are kept, and how a folder that cannot be used is reported.
//
//   v1/entries/<key>/  finished builds        v1/index/<key>.json  what led to them
//   v1/locks/<key>     builds under way       v1/tmp/<owner>/      their files

import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BuildError, CacheError } from './errors.ts';

/** `$BERUS_CACHE_DIR`, else the platform's cache folder. */
export function cacheFolder(): string {
  const { BERUS_CACHE_DIR: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== '') return resolve(own);
  if (xdg !== undefined && xdg !== '') return resolve(xdg, 'berus');
  return process.platform === 'darwin' ? join(homedir(), 'Library/Caches/berus') : join(homedir(), '.cache/berus');
}

/** Parts of the cache folder. */
export type CachePart = 'entries' | 'index' | 'locks' | 'tmp';

/** Absolute path inside the cache; the version changes when the layout does. */
export function cachePath(part: CachePart, ...names: readonly string[]): string {
  return join(cacheFolder(), 'v1', part, ...names);
}

/**
 * Makes the cache's folders.
 * @throws {CacheError} when they cannot be made.
 */
export async function makeCacheFolders(): Promise<void> {
  const parts: readonly CachePart[] = ['entries', 'index', 'locks', 'tmp'];
  await writing(async () => {
    for (const part of parts) await makeFolder(cachePath(part));
  });
}

/** Makes a folder and those above it. Node's own recursion never returns where the system says ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch((again: unknown) => {
      if (errorCode(again) !== 'EEXIST') throw again;
    });
  }
}

const folderCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOSPC', 'EDQUOT', 'EEXIST', 'ENOENT']);

/** Runs a step that writes into the cache, and turns the system's refusal into a {@link CacheError}. */
export async function writing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = errorCode(error);
    if (folderCodes.has(code)) throw new CacheError(cacheFolder(), code);
    throw error;
  }
}

/** A {@link CacheError} where a step, or a tool that it ran, found the disk full; else undefined. */
export function fullDisk(error: unknown): CacheError | undefined {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new CacheError(cacheFolder(), code);
  if (!(error instanceof BuildError)) return undefined;
  if (/No space left on device/.test(error.output)) return new CacheError(cacheFolder(), 'ENOSPC');
  return /Disk quota exceeded/.test(error.output) ? new CacheError(cacheFolder(), 'EDQUOT') : undefined;
}

/** The operating system's code of an error, or the empty string. */
export function errorCode(error: unknown): string {
  // Node's own errors are of another realm where tests have one of theirs.
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
