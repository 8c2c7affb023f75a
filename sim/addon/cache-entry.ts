// SPDX-License-Identifier: Apache-2.0
// An entry is a folder of files and a manifest with the size and SHA-256 of
// each, written last. What the manifest does not confirm is not used.

import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hashContent } from './hash.ts';

const manifestName = 'entry.json';

/** Manifest of one entry: bytes in all, and for each file its size and SHA-256. */
interface Manifest {
  /** What the entry is, for a reader: its kind and its name. */
  readonly about?: string;
  readonly bytes: number;
  readonly files: Readonly<Record<string, readonly [size: number, sha256: string]>>;
}

/** Writes the manifest of a folder that is complete. */
export async function sealEntry(folder: string, about: string): Promise<void> {
  const files: Record<string, readonly [number, string]> = {};
  let bytes = 0;
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!item.isFile()) continue;
    const path = join(item.parentPath, item.name);
    const content = await readFile(path);
    files[relative(folder, path)] = [content.length, hashContent(content)];
    bytes += content.length;
  }
  await writeFile(join(folder, manifestName), JSON.stringify({ about, bytes, files } satisfies Manifest));
}

// Files found right before, by the marks that any later write changes.
const confirmed = new Map<string, string>();

/** Whether every file of an entry is as it was when the entry was sealed. */
export async function isIntact(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return false;
  const files = Object.entries(manifest.files);
  const intact = await Promise.all(
    files.map(([name, [size, sha256]]) => isFileIntact(join(folder, name), size, sha256)),
  );
  return intact.every(Boolean);
}

async function isFileIntact(path: string, size: number, sha256: string): Promise<boolean> {
  try {
    const found = await stat(path);
    const mark = `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs} ${sha256}`;
    if (confirmed.get(path) === mark) return true;
    if (found.size !== size || hashContent(await readFile(path)) !== sha256) return false;
    confirmed.set(path, mark);
    return true;
  } catch {
    return false;
  }
}

/** Marks an entry as used now; a cache that cannot be written stays as it is. */
export async function touchEntry(folder: string): Promise<void> {
  const now = new Date();
  await utimes(join(folder, manifestName), now, now).catch(() => undefined);
}

/** Use of an entry. */
export interface EntryUse {
  /** What it is, in words: `model fifo`. */
  readonly about: string;
  readonly bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly usedAt: number;
}

/** What an entry takes and when it was last used; undefined for a damaged one. */
export async function entryUse(folder: string): Promise<EntryUse | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const { mtimeMs } = await stat(join(folder, manifestName));
  return { about: manifest.about ?? 'unknown', bytes: manifest.bytes, usedAt: mtimeMs };
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Partial<Manifest>;
    return typeof manifest.files === 'object' && typeof manifest.bytes === 'number'
      ? (manifest as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
}
