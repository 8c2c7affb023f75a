// SPDX-License-Identifier: Apache-2.0
// What the cache holds, and emptying it.

import { readdir, rm } from 'node:fs/promises';
import { cacheLimit, discardEntry, removeLeftovers } from './cache-clean.ts';
import { entryUse, type EntryUse } from './cache-entry.ts';
import { cacheFolder, cachePath, makeCacheFolders, writing } from './cache-folder.ts';

/** One entry of the cache. */
export interface CacheEntry extends EntryUse {
  readonly key: string;
}

/** The whole cache. */
export interface CacheListing {
  readonly folder: string;
  /** Last used first. */
  readonly entries: readonly CacheEntry[];
  /** Bytes of all entries. */
  readonly bytes: number;
  /** Bytes above which the entries used longest ago go. */
  readonly limit: number;
}

/** Lists the cache; one that is not there yet is empty. */
export async function listCache(): Promise<CacheListing> {
  const limit = cacheLimit();
  const keys = await readdir(cachePath('entries')).catch(() => []);
  const uses = await Promise.all(keys.map((key) => entryUse(cachePath('entries', key)).catch(() => undefined)));
  const entries = keys
    .map((key, i) => ({ key, ...(uses[i] ?? { about: 'damaged', bytes: 0, usedAt: 0 }) }))
    .toSorted((a, b) => b.usedAt - a.usedAt || a.key.localeCompare(b.key));
  return { folder: cacheFolder(), entries, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0), limit };
}

/**
 * Removes every entry; a process that uses one keeps it until it ends. Returns what was there.
 * @throws {CacheError} when the cache folder cannot be written.
 */
export async function clearCache(): Promise<CacheListing> {
  const listing = await listCache();
  await makeCacheFolders();
  await removeLeftovers();
  for (const { key } of listing.entries) await discardEntry(key);
  const remembered = await readdir(cachePath('index'));
  for (const name of remembered) await writing(() => rm(cachePath('index', name), { force: true }));
  return listing;
}
