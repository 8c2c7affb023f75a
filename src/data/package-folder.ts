// SPDX-License-Identifier: Apache-2.0
// Where an installed npm package is, of which only files are used.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of a package installed beside this one or where the program was started; undefined for none. */
export function packageFolder(name: string): string | undefined {
  for (const place of [() => import.meta.url, () => join(process.cwd(), 'any.js')]) {
    try {
      return dirname(createRequire(place()).resolve(`${name}/package.json`));
    } catch {
      // Perhaps at the next place.
    }
  }
  return undefined;
}
