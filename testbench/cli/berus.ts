// SPDX-License-Identifier: Apache-2.0
// The command as tests type it.

import { runCli } from '../../src/cli/program.ts';

/** Runs a command line in this process. */
export async function berus(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    terminal: false,
  });
  return { code, out, err };
}
