// SPDX-License-Identifier: Apache-2.0
// Verilator loses track of paths with spaces or quotes. It therefore sees
// sources and include folders through links with plain names, src/0/counter.v
// and inc/0; what it says about them is translated back. This also keeps
// absolute paths out of the code it generates.

import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Sources and include folders by their place in the options. */
export interface Staging {
  readonly sources: readonly string[];
  readonly includeDirs: readonly string[];
}

/** Names under which Verilator sees the sources. */
export function stagedSources({ sources }: Staging): string[] {
  return sources.map((path, i) => `src/${i}/${basename(path).replace(/[^\w.+-]/g, '_')}`);
}

/** Names under which Verilator sees the include folders. */
export function stagedIncludeDirs({ includeDirs }: Staging): string[] {
  return includeDirs.map((_, i) => `inc/${i}`);
}

/** Makes the links in `folder`. */
export async function stage(staging: Staging, folder: string): Promise<void> {
  const names = stagedSources(staging);
  await mkdir(join(folder, 'inc'), { recursive: true });
  for (const [i, path] of staging.sources.entries()) {
    await mkdir(join(folder, 'src', String(i)), { recursive: true });
    await symlink(path, join(folder, names[i]!));
  }
  for (const [i, path] of staging.includeDirs.entries()) await symlink(path, join(folder, 'inc', String(i)));
}

/** What Verilator said about a file, with the file's own name where it names the link (DECLFILENAME does). */
export function originalMessage(message: string, path: string): string {
  return message.replace(/^Filename '[^']*'/, () => `Filename '${basename(path).replace(/\..*$/, '')}'`);
}

/** The path behind a name that Verilator used. */
export function originalPath(staging: Staging, name: string): string {
  const [, kind, index, rest] = /^(src|inc)\/(\d+)\/(.*)$/.exec(name) ?? [];
  if (rest === undefined) return name;
  const path = (kind === 'src' ? staging.sources : staging.includeDirs)[Number(index)];
  if (path === undefined) return name;
  return kind === 'src' ? path : join(path, rest);
}
