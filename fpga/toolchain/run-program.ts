// SPDX-License-Identifier: Apache-2.0
// One run of a program of the toolchain: its lines as they come, its time limit, its error.

import { runProcess } from '../../sim/addon/index.ts';
import { ToolError } from './tool-error.ts';
import type { ToolName, ToolOptions } from './toolchain.ts';

/** Seconds that a program may take. */
const MOST_SECONDS = 3600;

/** Cuts a stream of text into whole lines. */
function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  };
}

/**
 * Runs a program.
 * @param tool what it is called in messages
 * @param command the file that is started, then its arguments
 * @throws {ToolError} when it ends with an error, or is ended because of its time limit
 */
export async function runProgram(
  tool: ToolName,
  [command, ...args]: readonly [string, ...string[]],
  folder: string,
  { onLine, seconds = MOST_SECONDS }: ToolOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProcess(command, args, {
    cwd: folder,
    seconds,
    ...(onLine && { onOutput: lineReader(onLine) }),
  });
  const output = `${stdout}${stderr}`;
  if (code === 0) return output;
  throw new ToolError(
    tool,
    output,
    code === undefined ? `a signal ended it (its limit is ${seconds} s)` : `it ended with ${code}`,
  );
}
