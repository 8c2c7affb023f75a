// SPDX-License-Identifier: Apache-2.0
// The same tests in every pool of vitest: processes, threads, and realms of their own in either.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../house/source-files.ts';

it.each(['forks', 'threads', 'vmForks', 'vmThreads'])('should work in the pool %s', (pool) => {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', `--pool=${pool}`, '--reporter=dot', 'testbench/sim/capture.test.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
});
