// SPDX-License-Identifier: Apache-2.0
// Text in aligned columns, and numbers as people read them.

/** Whether a column's cells stand at its left or right edge. */
export type Side = 'left' | 'right';

/** Lines up cells in columns two spaces apart; no line ends in spaces. */
export function columns(sides: readonly Side[], lines: readonly (readonly string[])[]): string[] {
  const widths = sides.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, index) => (sides[index] === 'left' ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
      .join('  ')
      .trimEnd(),
  );
}

const formats = new Map<number, Intl.NumberFormat>();

/** A number with thousands separated, for example `1,234.5`. */
export function decimal(value: number, digits = 0): string {
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value);
}

/** A fraction as percent, for example `99.00 %`. */
export function percent(fraction: number, digits = 2): string {
  return `${decimal(fraction * 100, digits)} %`;
}

/** Columns of a line, at most. */
const WIDTH = 100;

/** Words on lines of at most WIDTH columns, later lines indented by two. */
export function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
