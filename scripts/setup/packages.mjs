// SPDX-License-Identifier: Apache-2.0
// The npm packages: `npm ci`, only where what is installed differs from the lock file.
//
// npm writes node_modules/.package-lock.json last, so an interrupted install has none and is done again.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, run } from './run.mjs';
import { SetupError, timed } from './say.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Locked */
/** @typedef {{ packages?: Record<string, Locked> }} Lock */

/**
 * Whether an installed tree is the one that the lock file describes.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function sameTree(wanted, installed) {
  return Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    if (path === '') return true;
    const got = installed.packages?.[path];
    if (!got) return entry.optional === true;
    return got.version === entry.version && got.integrity === entry.integrity;
  });
}

/**
 * @param {string} root the folder of package.json
 * @returns {Promise<void>}
 */
export async function ensurePackages(root) {
  const wanted = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const installed = await readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8')
    .then((text) => /** @type {Lock} */ (JSON.parse(text)))
    .catch(() => undefined);
  if (installed && sameTree(wanted, installed)) return;
  await timed('npm packages', async () => {
    const npm = process.env['npm_execpath'];
    const program = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
    const { code, text } = await run([...program, 'ci', '--include=dev', '--no-audit', '--no-fund', '--prefix', root]);
    if (code !== 0) throw new SetupError(`npm ci ended with exit code ${code}:\n${lastLines(text)}`);
  });
}
