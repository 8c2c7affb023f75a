// SPDX-License-Identifier: Apache-2.0
// Where a task was forked. The stack is taken at each fork and put into words
// only when the task fails, which is the costly half.

import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('..', import.meta.url));

/** A stack as it was when the object was made. */
export interface Origin {
  readonly stack?: string;
}

/** Takes the stack. */
export function captureOrigin(): Origin {
  const origin = {};
  Error.captureStackTrace(origin, captureOrigin);
  return origin;
}

/** The innermost place outside of this library: `testbench/fifo.test.ts:12`. */
export function describeOrigin({ stack = '' }: Origin): string {
  for (const line of stack.split('\n')) {
    const [, place, number] = /(?:\(|at )((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):\d+\)?$/.exec(line) ?? [];
    if (place === undefined) continue;
    const path = place.startsWith('file://') ? fileURLToPath(place) : place;
    if (path.startsWith(library)) continue;
    const below = relative(process.cwd(), path);
    return `${below.startsWith(`..${sep}`) ? path : below}:${number}`;
  }
  return 'an unknown place';
}

const attributed = new WeakSet<Error>();

/** Says that an error's message names the task already. */
export function markAttributed(error: Error): void {
  attributed.add(error);
}

/** Adds to an error's message which task threw it, once; what is no error becomes one. */
export function attributeError(error: unknown, task: string): unknown {
  if (!(error instanceof Error)) {
    const made = new Error(`Expected an error, but received ${String(error)} thrown by ${task}.`, { cause: error });
    attributed.add(made);
    return made;
  }
  if (attributed.has(error)) return error;
  attributed.add(error);
  try {
    error.message += ` (in ${task})`;
  } catch {
    // The message cannot be changed, and says enough without.
  }
  return error;
}
