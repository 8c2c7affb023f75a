// SPDX-License-Identifier: Apache-2.0
// Configurations that differ in tables alone, in Verilog as one chip with an input that says which it is: it is built once,
// not once for each.

const ASSIGNMENT = /^(assign \S+\s*= )(.*);$/;

/** One line of the chip: where configurations differ, what each computes. */
function lineOf(lines: readonly string[]): string {
  const [first] = lines;
  if (lines.every((line) => line === first)) return first!;
  const parts = lines.map((line) => ASSIGNMENT.exec(line));
  const target = parts[0]?.[1];
  if (target === undefined || parts.some((part) => part?.[1] !== target)) {
    throw new Error(`Expected configurations to differ in tables alone, but received ${lines.join(' and ')}.`);
  }
  const value = parts.reduceRight(
    (rest, part, k) => (rest === '' ? part![2]! : `which == ${k} ? ${part![2]} : ${rest}`),
    '',
  );
  return `${target}${value};`;
}

/**
 * One chip of several.
 * @param texts as `configurationVerilog` gives them
 * @param module their module, which gets a port `which`: the index of one of them
 */
export function oneOf(texts: readonly string[], module: string): string {
  const all = texts.map((text) => text.split('\n'));
  return all[0]!
    .map((_, i) => lineOf(all.map((lines) => lines[i] ?? '')))
    .join('\n')
    .replace(`module ${module}_chip (`, '$&input [7:0] which, ')
    .replace(`module ${module} (\n`, '$&    input [7:0] which,\n')
    .replace(`${module}_chip chip_u (\n`, '$&    .which(which),\n');
}
