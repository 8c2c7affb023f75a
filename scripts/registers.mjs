// SPDX-License-Identifier: Apache-2.0
// Writes what is made from rtl/registers.json: `npm run registers`.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registerFiles } from './registers/files.mjs';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

for (const [path, text] of Object.entries(await registerFiles(readFileSync(at('rtl/registers.json'), 'utf8')))) {
  writeFileSync(`${at(path)}.new`, text);
  renameSync(`${at(path)}.new`, at(path));
}
