// SPDX-License-Identifier: Apache-2.0
// Small faults for Verilog: each mutant changes one operator or constant of one
// line, as a slip of the pen would. Whether the tests notice is measured.

/** One changed place. */
export interface Mutant {
  /** From 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The file with the change. */
  readonly text: string;
}

/** What is looked for in a line, and what takes its place. */
const SWAPS: readonly (readonly [pattern: RegExp, to: string])[] = [
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ & /g, ' | '],
  [/ \| /g, ' & '],
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ >>> /g, ' >> '],
  [/~(?=\w)/g, ''],
  [/\bif \((?!rst|ROWS|COLUMNS|W_|DELAY|CLOCKS|DEPTH)/g, 'if (~'],
  [/1'b1/g, "1'b0"],
  [/1'b0(?=[;)])/g, "1'b1"],
  [/ <= (\w+);/g, ' <= ~$1;'],
  [/ \? (.+?) : (.+?);/g, ' ? $2 : $1;'],
];

/** Declarations, checks of parameters and lines that only please the linter are left alone. */
const LEFT_ALONE =
  /^\s*(\/\/|localparam|parameter|input|output|error_|genvar|integer|`|module|\.)|unused|for \(|begin : check_/;

/** All mutants of a source file, one place at a time. */
export function mutantsOf(source: string): Mutant[] {
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    if (LEFT_ALONE.test(line)) return [];
    const [code] = line.split('//');
    return SWAPS.flatMap(([pattern, to]) =>
      Array.from(code!.matchAll(pattern), (match) => {
        const here = new RegExp(pattern.source, 'y');
        here.lastIndex = match.index;
        const mutated = line.replace(here, to);
        const text = [...lines.slice(0, index), mutated, ...lines.slice(index + 1)].join('\n');
        return { line: index + 1, from: line.trim(), to: mutated.trim(), text };
      }),
    );
  });
}
