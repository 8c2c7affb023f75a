// SPDX-License-Identifier: Apache-2.0
// Compiles TypeScript to dist/, only where a source changed since the last complete build.
//
// dist/.stamp holds the hash of the sources and is written last: an interrupted build is done again.

import { createHash } from 'node:crypto';
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, run } from './run.mjs';
import { SetupError, timed } from './say.mjs';

/**
 * Hashes everything that the build reads, by path and content.
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function sourceHash(root) {
  const found = ['package-lock.json', 'tsconfig.json'];
  for (const folder of ['fpga', 'sim', 'src']) {
    const names = await readdir(join(root, folder), { recursive: true });
    found.push(...names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)));
  }
  const files = found.toSorted();
  const hash = createHash('sha256');
  const texts = await Promise.all(files.map((file) => readFile(join(root, file))));
  for (const [index, text] of texts.entries()) {
    hash.update(`${files[index]}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function ensureBuild(root) {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.stamp');
  const wanted = await sourceHash(root);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await timed('TypeScript', async () => {
    await rm(dist, { recursive: true, force: true });
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { code, text } = await run([process.execPath, tsc, '-p', root]);
    if (code !== 0) throw new SetupError(`tsc ended with exit code ${code}:\n${lastLines(text)}`);
    await writeFile(`${stamp}.new`, wanted);
    await rename(`${stamp}.new`, stamp);
  });
}
