// SPDX-License-Identifier: Apache-2.0
// Other people's programs, started without a shell.

import { spawn } from 'node:child_process';

/** A program is missing, or said that something is wrong; the message is one line. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/**
 * Runs a program and returns what it printed.
 * @param install where it comes from, said when it is missing
 */
export function runTool(command: string, args: readonly string[], install: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text: string): void => void (output += text);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? `it is not installed (${install})` : error.message;
      reject(new ToolError(`Expected ${command} to run, but ${reason}.`));
    });
    child.on('close', (code) => {
      const line = output.split('\n').find((text) => /^(ERROR|Error)/.test(text)) ?? output.trim().split('\n').at(-1);
      if (code === 0) resolve(output);
      else reject(new ToolError(`Expected ${command} to succeed, but it ended with ${code}: ${line?.trim() ?? ''}`));
    });
  });
}
