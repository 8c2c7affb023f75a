// SPDX-License-Identifier: Apache-2.0
// Runs one program of a WebAssembly package on the files of this folder: `node npm-tool.mjs BUNDLE TOOL ARGS...`.
//
// The program sees the files in memory, and what it wrote is written here when it is done.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [bundle = '', tool = '', ...args] = process.argv.slice(2);

/** @typedef {{ [name: string]: Tree | string | Uint8Array }} Tree */

/** @param {NodeJS.WriteStream} stream */
const printer = (stream) => (/** @type {Uint8Array | null} */ bytes) => void (bytes && stream.write(bytes));

/** Writes the files of a tree that are new or changed.
 * @param {Tree} before
 * @param {Tree} after */
function keep(before, after) {
  for (const [name, content] of Object.entries(after)) {
    if (!(content instanceof Uint8Array)) continue;
    const old = before[name];
    if (!(old instanceof Uint8Array) || Buffer.compare(old, content) !== 0) writeFileSync(name, content);
  }
}

const files = Object.fromEntries(
  readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, new Uint8Array(readFileSync(name))]),
);
const { commands } = await import(pathToFileURL(bundle).href);
try {
  const after = await commands[tool](args, files, {
    stdout: printer(process.stdout),
    stderr: printer(process.stderr),
    decodeASCII: false,
  });
  keep(files, after);
} catch (error) {
  // The package's own error has the exit code.
  if (!(error instanceof Error && 'code' in error && 'files' in error)) throw error;
  process.exitCode = Number(error.code) || 1;
}
