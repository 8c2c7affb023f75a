// SPDX-License-Identifier: Apache-2.0
// Runs the configurations of README.md's table on 100 images and writes its rows anew: `npm run readme`.
// The lines under `npm start` are printed, to be copied.

import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tableRow, tableRows, withTableRows } from './readme/readme.mjs';

const file = fileURLToPath(new URL('../README.md', import.meta.url));
const berus = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));

/** @param {readonly string[]} args
 * @returns {string} what the command printed */
function run(args) {
  const { status, stdout } = spawnSync(process.execPath, [berus, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`berus ${args.join(' ')} ended with exit code ${status}`);
  return stdout;
}

const text = readFileSync(file, 'utf8');
const rows = tableRows(text).map(([name]) => tableRow(JSON.parse(run(['run', 'lenet5', '--config', name, '--json']))));
writeFileSync(`${file}.new`, withTableRows(text, rows));
renameSync(`${file}.new`, file);
process.stdout.write(run(['run', 'lenet5']));
