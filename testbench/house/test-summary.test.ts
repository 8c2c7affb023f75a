// SPDX-License-Identifier: Apache-2.0
// The line that .ci/run prints.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { summary } from '../../scripts/test-summary.mjs';
import { root, textOf } from './source-files.ts';

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] };
const failed = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
const broken = { status: 'failed', assertionResults: [] };

it('should count what passed and failed', () => {
  const result = { numPassedTests: 3, numFailedTests: 1, testResults: [passed, failed] };
  expect(summary(result)).toBe('3 passed, 1 failed');
});

it('should count a file that could not be loaded as a failure', () => {
  const result = { numPassedTests: 3, numFailedTests: 1, testResults: [passed, failed, broken] };
  expect(summary(result)).toBe('3 passed, 2 failed');
});

it('should say that no test ran where there is no result', () => {
  const script = join(root, 'scripts', 'test-summary.mjs');
  const { status, stdout } = spawnSync(process.execPath, [script, join(root, 'no such file')], { encoding: 'utf8' });
  expect(stdout).toBe('npm test stopped before the first test\n');
  expect(status).toBe(1);
});

it('should be printed after the command that the README gives', () => {
  expect(textOf('.ci/run')).toMatch(/^npm test$/m);
  expect(textOf('README.md')).toContain('npm test');
});
