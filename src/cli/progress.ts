// SPDX-License-Identifier: Apache-2.0
// Says how far long work has come: nothing in the first two seconds, then one line that a terminal writes over,
// or a line every ten seconds where there is no terminal.

import type { Output } from './output.ts';

/** Milliseconds before the first word, and between words. */
const PATIENCE = 2000;
const BETWEEN = { terminal: 200, other: 10_000 } as const;

/** Progress of one command. */
export interface Progress {
  /** Shows a state of the work, if it is time to. */
  readonly update: (text: string) => void;
  /** Shows at once what takes long, for example a build. */
  readonly note: (text: string) => void;
  /** Clears what a terminal shows; call it before printing anything else. */
  readonly end: () => void;
}

/** Does work whose progress is shown, and cleared when it ends. */
export async function whileShown<T>(output: Output, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = createProgress(output);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

/** Makes the progress of a command that starts now. */
export function createProgress(
  { err, terminal }: Output,
  now: () => number = performance.now.bind(performance),
): Progress {
  let next = now() + PATIENCE;
  let shown = false;
  const show = (text: string): void => {
    err(terminal ? `\r\u001b[K${text}` : `${text}\n`);
    shown = terminal;
    next = now() + (terminal ? BETWEEN.terminal : BETWEEN.other);
  };
  return {
    update: (text) => {
      if (now() >= next) show(text);
    },
    note: show,
    end: () => {
      if (shown) err('\r\u001b[K');
      shown = false;
    },
  };
}
