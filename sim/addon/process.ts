// SPDX-License-Identifier: Apache-2.0
// Runs a tool without a shell, so that no character of a path needs escaping,
// and never more tools at a time than the machine has processors.

import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** How a tool ended and what it printed. */
export interface ProcessResult {
  /** Exit code, or undefined when a signal ended the tool. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();
const waiting: (() => void)[] = [];
let slots = availableParallelism();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Runs a program to its end.
 * @throws the operating system's error, with `code`, when the program cannot be started.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<ProcessResult> {
  if (slots > 0) slots--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await collect(command, args, options.cwd);
  } finally {
    const next = waiting.shift();
    if (next === undefined) slots++;
    else next();
  }
}

function collect(command: string, args: readonly string[], cwd: string | undefined): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      // Messages are parsed, so they must not be translated.
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? undefined, stdout, stderr });
    });
  });
}
