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

/** How a tool is run. */
export interface ProcessOptions {
  readonly cwd?: string;
  /** Told what the tool prints, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Seconds of running after which the tool is ended by a signal. @defaultValue no limit */
  readonly seconds?: number;
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
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  if (slots > 0) slots--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await collect(command, args, options);
  } finally {
    const next = waiting.shift();
    if (next === undefined) slots++;
    else next();
  }
}

function collect(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  const { cwd, onOutput, seconds } = options;
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
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onOutput?.(text);
    });
    const limit = seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('error', (error) => {
      clearTimeout(limit);
      running.delete(child);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ code: code ?? undefined, stdout, stderr });
    });
  });
}
