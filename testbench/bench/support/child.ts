// SPDX-License-Identifier: Apache-2.0
// A compiled script in a process of its own, whose output is JSON.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script; its messages go on, its output is parsed. */
export async function runScript<T>(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Expected ${script} ${args.join(' ')} to end with 0, but received ${code}.`);
  return JSON.parse(output) as T;
}
