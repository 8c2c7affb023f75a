// SPDX-License-Identifier: Apache-2.0
// Lines of a topology file as cells, with the rules of SCALE-Sim's own reader: commas separate, and what comes after
// the last comma is lost to it. Here it is kept. A cell that begins with # begins a comment.

/** A line that holds something. */
export interface TopologyLine {
  /** From 1, as editors count. */
  readonly line: number;
  readonly cells: readonly string[];
  /** False when SCALE-Sim would lose the last cell. */
  readonly ended: boolean;
}

/** Characters of a cell that a message repeats. */
const SHOWN = 40;

/** What must not reach a terminal, nor end a line. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Whether a cell can be printed as it is. */
export function printable(cell: string): boolean {
  return cell.search(UNPRINTABLE) < 0;
}

/** A cell as messages show it, on one line. */
export function shown(cell: string): string {
  const text = cell.replaceAll(UNPRINTABLE, '?');
  if (text === '') return 'nothing';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

/** Lines that are neither blank nor a comment. */
export function topologyLines(text: string): TopologyLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return lines.flatMap((raw, index) => {
    const cells = raw.split(',').map((cell) => cell.trim());
    const comment = cells.findIndex((cell) => cell.startsWith('#'));
    // A comment ends the cell before it, as the comma in front of it does.
    const kept = comment < 0 ? cells : [...cells.slice(0, comment), ''];
    if (kept.every((cell) => cell === '')) return [];
    const ended = kept.at(-1) === '';
    return [{ line: index + 1, cells: ended ? kept.slice(0, -1) : kept, ended }];
  });
}
