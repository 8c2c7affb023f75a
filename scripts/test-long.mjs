// SPDX-License-Identifier: Apache-2.0
// Every test with a seed that no run had before and ten times the cases: `npm run test:long [-- FILTER]`.
// To repeat a run that failed: BERUS_SEED=<the seed it printed> npm run test:long

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const seed = process.env['BERUS_SEED'] ?? String(randomInt(2 ** 31));
const runs = process.env['BERUS_RUNS'] ?? '10';
process.stdout.write(`BERUS_SEED=${seed} BERUS_RUNS=${runs}\n`);

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
spawn(process.execPath, [vitest, 'run', '--testTimeout=600000', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, BERUS_SEED: seed, BERUS_RUNS: runs },
}).on('close', (code) => {
  process.exitCode = code ?? 1;
});
