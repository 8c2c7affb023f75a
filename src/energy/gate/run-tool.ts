// SPDX-License-Identifier: Apache-2.0
// Other people's programs, and what is said of one that is missing or refuses.

import { runProcess } from '../../../sim/addon/index.ts';

/** A program is missing, or said that something is wrong; the message is one line. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/**
 * Runs a program and returns what it printed.
 * @param install where it comes from, said when it is missing
 */
export async function runTool(command: string, args: readonly string[], install: string): Promise<string> {
  const { code, stdout, stderr } = await runProcess(command, args).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? `it is not installed (${install})` : error.message;
    throw new ToolError(`Expected ${command} to run, but ${reason}.`);
  });
  const output = stdout + stderr;
  if (code === 0) return output;
  const line = output.split('\n').find((text) => /^(ERROR|Error)/.test(text)) ?? output.trim().split('\n').at(-1);
  throw new ToolError(`Expected ${command} to succeed, but it ended with ${code}: ${line?.trim() ?? ''}`);
}
