// SPDX-License-Identifier: Apache-2.0
// Keeps the cache small: removes what dead builds left, and the entries used
// longest ago once all together pass the limit. Never fails a build.

import { readdir, rename, rm, stat } from 'node:fs/promises';
import { cachePath } from './cache-folder.ts';
import { entryUse } from './cache-entry.ts';
import { hasEnded, ownerName, parseOwner, thisProcess } from './cache-owner.ts';

const day = 24 * 3600 * 1000;
/** Milliseconds after which an unused index file goes. */
const indexAge = 30 * day;

/** Bytes that the cache may hold: `$BERUS_CACHE_BYTES`, else 2 GiB. */
export function cacheLimit(): number {
  const text = process.env['BERUS_CACHE_BYTES'] ?? '';
  if (text === '') return 2 ** 31;
  if (!/^\d+$/.test(text)) {
    throw new RangeError(`Expected BERUS_CACHE_BYTES to be a whole number of bytes, but received ${text}.`);
  }
  return Number(text);
}

/** Removes temporary folders of processes that ended, or that are older than a day. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await list('tmp')) {
    const owner = parseOwner(name);
    const path = cachePath('tmp', name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if ((owner !== undefined && hasEnded(owner)) || Date.now() - found.mtimeMs > day) await remove(path);
  }
}

/** Removes the entries used longest ago until the rest fits; `keep` are entries in use here. */
export async function evict(keep: ReadonlySet<string>): Promise<void> {
  const limit = cacheLimit();
  const entries: { name: string; bytes: number; usedAt: number }[] = [];
  for (const name of await list('entries')) {
    const use = await entryUse(cachePath('entries', name)).catch(() => undefined);
    entries.push({ name, bytes: use?.bytes ?? 0, usedAt: use?.usedAt ?? 0 });
  }
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  entries.sort((a, b) => a.usedAt - b.usedAt);
  for (const { name, bytes } of entries) {
    if (total <= limit) break;
    if (keep.has(name)) continue;
    await discardEntry(name);
    total -= bytes;
  }
  for (const name of await list('index')) {
    const path = cachePath('index', name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > indexAge) await remove(path);
  }
}

/** Takes an entry out of the cache in one step, then deletes its files. */
export async function discardEntry(key: string): Promise<void> {
  const aside = cachePath('tmp', ownerName(thisProcess(), `${key.slice(0, 8)}-${Math.random().toString(36).slice(2)}`));
  try {
    await rename(cachePath('entries', key), aside);
  } catch {
    return;
  }
  await remove(aside);
}

async function list(part: 'entries' | 'index' | 'tmp'): Promise<string[]> {
  return readdir(cachePath(part)).catch(() => []);
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
