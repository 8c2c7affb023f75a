// SPDX-License-Identifier: Apache-2.0
// Runs one benchmark: `npm run bench -- PART [options of that part]`.
//
// A part is a script testbench/bench/PART.ts. It is compiled with the sources it imports, then run by node.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'testbench', 'bench');

/** Runs node on a script, with this process's input and output.
 * @param {readonly string[]} args
 * @returns {number} its exit code */
function node(args) {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

const parts = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .toSorted();
const [part, ...options] = process.argv.slice(2);

if (part === undefined || !parts.includes(part)) {
  process.stderr.write(`Expected PART to be one of ${parts.join(', ')}, but received ${part ?? 'nothing'}.\n`);
  process.exitCode = 2;
} else {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = node([tsc, '-p', join(root, 'scripts', 'bench.tsconfig.json')]);
  process.exitCode =
    compiled === 0 ? node([join(root, 'dist', 'testbench', 'bench', `${part}.js`), ...options]) : compiled;
}
