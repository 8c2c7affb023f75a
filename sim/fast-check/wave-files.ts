// SPDX-License-Identifier: Apache-2.0
// Where waveforms and pictures of failing runs go. The same failure has the same
// name each time, so that a test that keeps failing does not fill the disk.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder for waves: beside the installed packages, where there are some, else the system's for temporary files. */
export function defaultWaveFolder(): string {
  const packages = resolve('node_modules');
  return existsSync(packages) ? join(packages, '.cache/berus/waves') : join(tmpdir(), 'berus-waves');
}

/** Makes the folder; returns its path with a file name that has no extension yet. */
export async function makeWavePath(folder: string, top: string, failure: readonly unknown[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const hash = createHash('sha256').update(JSON.stringify(failure)).digest('hex').slice(0, 12);
  return join(resolve(folder), `${top.replace(/[^\w.-]/g, '_')}-${hash}`);
}

/** Writes a file, whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
