// SPDX-License-Identifier: Apache-2.0
// Builds kept by content. An entry's key is a hash of everything it is made
// from; an index remembers, for a request, which files it turned out to depend
// on (includes are only known after a build), so that a later request can tell
// without building whether it would give the same entry.

import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { discardEntry, evict, removeLeftovers } from './cache-clean.ts';
import { isIntact, sealEntry, touchEntry } from './cache-entry.ts';
import { cachePath, errorCode, fullDisk, makeCacheFolders, writing } from './cache-folder.ts';
import { withLock } from './cache-lock.ts';
import { ownerName, thisProcess } from './cache-owner.ts';
import { hashFile } from './hash.ts';

/** Results that one index file remembers: one per branch that a user goes back and forth between. */
const resultsPerRequest = 8;

interface Result {
  /** Absolute paths with the SHA-256 each had. */
  readonly inputs: readonly (readonly [path: string, sha256: string])[];
  readonly value: string;
}

const inUse = new Set<string>();

/** Absolute folder of an intact entry, or undefined. */
export async function findEntry(key: string): Promise<string | undefined> {
  const folder = cachePath('entries', key);
  if (!(await isIntact(folder))) return undefined;
  inUse.add(key);
  await touchEntry(folder);
  return folder;
}

/** Runs `work` with an empty temporary folder beside the cache, which is gone afterwards. */
export async function withWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await makeCacheFolders();
  await removeLeftovers();
  const folder = cachePath('tmp', ownerName(thisProcess(), Math.random().toString(36).slice(2)));
  await writing(() => mkdir(folder));
  try {
    return await work(folder);
  } catch (error) {
    throw fullDisk(error) ?? error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves a finished folder into the cache, with what it is in words; an intact entry that is already there stays. */
export async function publish(key: string, folder: string, about: string): Promise<string> {
  const target = cachePath('entries', key);
  await writing(() => sealEntry(folder, about));
  for (;;) {
    try {
      await rename(folder, target);
      break;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error))) return writing(() => Promise.reject(error));
      if (await isIntact(target)) break;
      await discardEntry(key);
    }
  }
  inUse.add(key);
  await evict(inUse);
  return target;
}

/**
 * Folder of the entry, made by `make` in a temporary folder when it is missing or damaged.
 * @param about what it is, in words: a kind and a name.
 */
export async function cached(
  key: string,
  about: string,
  onWait: () => void,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const found = await findEntry(key);
  if (found !== undefined) return found;
  await makeCacheFolders();
  return withLock(key, onWait, async () => {
    const meanwhile = await findEntry(key);
    if (meanwhile !== undefined) return meanwhile;
    return withWorkFolder(async (folder) => {
      const result = `${folder}/entry`;
      await writing(() => mkdir(result));
      await make(result);
      return publish(key, result, about);
    });
  });
}

/** What `remember` stored for this request, if every file it depended on is unchanged. */
export async function recall(request: string): Promise<string | undefined> {
  const path = cachePath('index', `${request}.json`);
  for (const { inputs, value } of await readResults(path)) {
    const hashes = await Promise.all(inputs.map(([file]) => hashFile(file)));
    if (inputs.every(([, sha256], i) => hashes[i] === sha256)) {
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return value;
    }
  }
  return undefined;
}

/**
 * Stores the value of a request with the files it depended on.
 * @param since milliseconds; nothing is stored when a file changed after it, because the value may be from before.
 */
export async function remember(request: string, files: readonly string[], value: string, since: number): Promise<void> {
  const inputs: (readonly [string, string])[] = [];
  for (const file of files) {
    const sha256 = await hashFile(file);
    const changed = (await stat(file).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (sha256 === undefined || changed > since) return;
    inputs.push([file, sha256]);
  }
  const path = cachePath('index', `${request}.json`);
  const others = (await readResults(path)).filter((result) => JSON.stringify(result.inputs) !== JSON.stringify(inputs));
  const results: Result[] = [{ inputs, value }, ...others].slice(0, resultsPerRequest);
  const draft = cachePath('tmp', ownerName(thisProcess(), Math.random().toString(36).slice(2)));
  await writing(async () => {
    await writeFile(draft, JSON.stringify({ results }));
    await rename(draft, path);
  });
}

async function readResults(path: string): Promise<readonly Result[]> {
  try {
    const { results } = JSON.parse(await readFile(path, 'utf8')) as { results: readonly Partial<Result>[] };
    return results.filter((one): one is Result => Array.isArray(one.inputs) && typeof one.value === 'string');
  } catch {
    return [];
  }
}
