// SPDX-License-Identifier: Apache-2.0
// Runs the simulator's tests, or those named, with every addon built for AddressSanitizer and UndefinedBehaviorSanitizer:
// `npm run test:sanitize -- [vitest's arguments]`.
//
// The sanitizers' flags are words of CXX, which reach every compilation, every link and every key of the cache. Node is
// not built for them, so their runtime is loaded first; with it libstdc++, whose functions it watches. V8 keeps memory
// until the process ends, so leaks are not looked for.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = process.env['CXX'] ?? 'c++';
// What sanitize.supp lets pass must be recoverable; of the rest, halt_on_error makes an end as well.
const flags = '-fsanitize=address,undefined -fno-omit-frame-pointer -g';

/** Path of a library that comes with the compiler.
 * @param {string} name
 * @returns {string} */
function library(name) {
  const [command = '', ...args] = compiler.split(' ');
  const path = execFileSync(command, [...args, `-print-file-name=${name}`], { encoding: 'utf8' }).trim();
  if (path !== name) return path;
  process.stderr.write(`Expected the compiler to come with ${name}, but ${compiler} has none.\n`);
  process.exit(1);
}

const chosen = process.argv.slice(2);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
// Such builds take several times as long. The results file is left to `npm test`.
const options = ['--reporter=default', '--testTimeout=600000', '--hookTimeout=600000'];
const files = chosen.some((word) => /\.test\.ts$|^(testbench|examples)\b/.test(word)) ? [] : ['testbench/sim'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...options, ...files, ...chosen], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    CXX: `${compiler} ${flags}`,
    LD_PRELOAD: ['libasan.so', 'libstdc++.so.6'].map(library).join(' '),
    ASAN_OPTIONS: 'detect_leaks=0:quarantine_size_mb=8',
    UBSAN_OPTIONS: `print_stacktrace=1:halt_on_error=1:suppressions='${join(root, 'scripts', 'sanitize.supp')}'`,
  },
});
process.exitCode = status ?? 1;
