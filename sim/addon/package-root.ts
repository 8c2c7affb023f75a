// SPDX-License-Identifier: Apache-2.0
// Where this package lies. The C++ sources are not compiled into dist/, so a
// file that runs as dist/sim/addon/*.js finds them from the package's root.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** Absolute folder of the package.json whose name is `berus`. */
export function packageRoot(): string {
  root ??= search(dirname(fileURLToPath(import.meta.url)));
  return root;
}

function search(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
      if (name === 'berus') return folder;
    }
    if (dirname(folder) === folder) {
      throw new Error(`Expected a package.json named berus above ${start}, but received none.`);
    }
  }
}
