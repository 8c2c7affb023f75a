// SPDX-License-Identifier: Apache-2.0
// What is kept at the top is known by name: a file that a trial left there would be
// everyone's from then on.

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from './source-files.ts';

const FOLDERS = ['docs', 'examples', 'fpga', 'rtl', 'scripts', 'sim', 'src', 'testbench'];
const FILES = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'];
const SETTINGS = ['package-lock.json', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Names at the top of what is kept, without those that begin with a dot; undefined outside of a repository. */
function keptAtTop(): string[] | undefined {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const paths = listed.split('\0').filter((path) => path !== '');
    return [...new Set(paths.map((path) => path.split('/')[0]!))].filter((name) => !name.startsWith('.')).toSorted();
  } catch {
    return undefined;
  }
}

const kept = keptAtTop();

it.skipIf(kept === undefined)('should keep nothing at the top but what belongs there', () => {
  expect(kept).toEqual([...FOLDERS, ...FILES, ...SETTINGS].toSorted());
});
