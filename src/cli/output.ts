// SPDX-License-Identifier: Apache-2.0
// Where a command writes: results to `out`, everything else to `err`.

/** The two streams of a command. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `err` is a terminal, on which a line can be written over. */
  readonly terminal: boolean;
}

/** One object, nothing else. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
