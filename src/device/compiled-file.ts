// SPDX-License-Identifier: Apache-2.0
// Files of this folder that threads and processes run: as JavaScript.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../network/index.ts';

/**
 * The path of a compiled file of this folder; where sources are read as TypeScript, the one that the build left.
 * @param name without its ending
 */
export function compiledFile(name: string): string {
  const beside = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  return existsSync(beside) ? beside : join(packageRoot(), 'dist', 'src', 'device', `${name}.js`);
}
