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
