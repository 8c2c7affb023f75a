// SPDX-License-Identifier: Apache-2.0
// How benchmarks print: a line a figure, or one JSON object with --json.

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, with that value. */
  readonly against: string;
  /** Command that prints it. */
  readonly command: string;
}

/** A figure before the command that prints it is known. */
export type Measured = Omit<Figure, 'command'>;

/** Prints figures as the command line asks. */
export function printFigures(figures: readonly Figure[], args: readonly string[] = process.argv.slice(2)): void {
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ figures }, null, 2)}\n`);
    return;
  }
  const digits = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 5 });
  for (const { name, value, unit, against } of figures) {
    process.stdout.write(`${name}: ${digits(value)} ${unit}  (against ${against})\n`);
  }
}

/** Median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
