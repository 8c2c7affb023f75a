// SPDX-License-Identifier: Apache-2.0
// Prints `N passed, N failed` from the result file that vitest wrote: `node scripts/test-summary.mjs FILE`.

import { readFileSync } from 'node:fs';

/**
 * Counts results; a file that failed before its first test counts as one failure.
 * @param {{ numPassedTests: number, numFailedTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} result
 * @returns {string}
 */
export function summary(result) {
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  return `${result.numPassedTests} passed, ${result.numFailedTests + broken.length} failed`;
}

const file = process.argv[2];
if (file !== undefined && process.argv[1]?.endsWith('test-summary.mjs')) {
  try {
    process.stdout.write(`${summary(JSON.parse(readFileSync(file, 'utf8')))}\n`);
  } catch {
    process.stdout.write('npm test stopped before the first test\n');
    process.exitCode = 1;
  }
}
