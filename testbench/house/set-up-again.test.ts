// SPDX-License-Identifier: Apache-2.0
// Set-up as the commands call it.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source-files.ts';

function setUp(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...args], { encoding: 'utf8' });
}

it('should do and say nothing where everything is there', () => {
  // Does something only where a source changed since the last set-up.
  expect(setUp('--profile', 'test').status).toBe(0);
  expect(setUp('--profile', 'test')).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

it('should name a profile that does not exist', () => {
  expect(setUp('--profile', 'none')).toMatchObject({
    status: 1,
    stderr: 'set-up: Expected --profile build, start or test, but received --profile none.\n',
  });
});
