// SPDX-License-Identifier: Apache-2.0
// An entry is a folder of files and a manifest, written last, with the size and
// SHA-256 of each and the marks that any later write changes. What the manifest
// does not confirm is not used: a file whose marks differ (in a copied cache, for
// example) by its content, which takes as long as reading it.

import type { Stats } from 'node:fs';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hashContent } from './hash.ts';

const manifestName = 'entry.json';

/** What is known of a file. */
type Confirmed = readonly [size: number, sha256: string, mark: string];

/** Manifest of one entry. */
interface Manifest {
  /** What the entry is, for a reader: its kind and its name. */
  readonly about?: string;
  /** Of all files. */
  readonly bytes: number;
  readonly files: Readonly<Record<string, Confirmed>>;
}

function markOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** Writes the manifest of a folder that is complete. */
export async function sealEntry(folder: string, about: string): Promise<void> {
  const files: Record<string, Confirmed> = {};
  let bytes = 0;
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!item.isFile()) continue;
    const path = join(item.parentPath, item.name);
    const content = await readFile(path);
    files[relative(folder, path)] = [content.length, hashContent(content), markOf(await stat(path))];
    bytes += content.length;
  }
  await writeFile(join(folder, manifestName), JSON.stringify({ about, bytes, files } satisfies Manifest));
}

// Files found right by their content before.
const confirmed = new Map<string, string>();

/** Whether every file of an entry is as it was when the entry was sealed. */
export async function isIntact(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return false;
  const files = Object.entries(manifest.files);
  const intact = await Promise.all(files.map(([name, known]) => isFileIntact(join(folder, name), known)));
  return intact.every(Boolean);
}

async function isFileIntact(path: string, [size, sha256, sealed]: Confirmed): Promise<boolean> {
  try {
    const found = await stat(path);
    const mark = markOf(found);
    const key = `${mark} ${sha256}`;
    if (mark === sealed || confirmed.get(path) === key) return true;
    if (found.size !== size || hashContent(await readFile(path)) !== sha256) return false;
    confirmed.set(path, key);
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
