#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The `berus` command.

import { runCli } from './program.ts';

// A reader that closes early, such as head, is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    const which = stream === process.stdout ? 'output' : 'error';
    if (which === 'output')
      process.stderr.write(`berus: Expected standard ${which} to take text, but received ${message}.\n`);
    process.exit(1);
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY,
});
