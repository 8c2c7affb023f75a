// SPDX-License-Identifier: Apache-2.0
// Reads what g++, clang++ and their linkers print, and the dependency files
// that they write for -MMD.

import type { Diagnostic } from './errors.ts';

/** Remarks in a compiler's or linker's output, in the order printed. */
export function parseCompilerOutput(output: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const lines = output.split('\n');
  for (const [i, line] of lines.entries()) {
    const placed = /^(.+?):(\d+):(?:(\d+):)? (?:fatal )?(error|warning|note): (.*)$/.exec(line);
    if (placed !== null) {
      const [, file = '', row, column, severity, message = ''] = placed;
      diagnostics.push({
        severity: severity as Diagnostic['severity'],
        message,
        file,
        line: Number(row),
        ...(column === undefined ? {} : { column: Number(column) }),
        ...snippetAfter(lines, i),
      });
      continue;
    }
    const plain =
      /^(?:[^\s:]+: )?(?:fatal )?error: (.*)$/.exec(line) ??
      /(undefined reference to .*|multiple definition of .*|cannot find .*)$/.exec(line);
    if (plain !== null) diagnostics.push({ severity: 'error', message: plain[1] ?? line });
  }
  return diagnostics;
}

/** The source that a tool quotes after a remark: `   12 | wire x;` and `      |      ^`, perhaps after a line with the instance. */
export function snippetAfter(lines: readonly string[], remark: number): { snippet?: string } {
  const start = remark + (/^\s+: \.\.\. /.test(lines[remark + 1] ?? '') ? 2 : 1);
  const source = /^\s*\d+ \| ?(.*)$/.exec(lines[start] ?? '')?.[1];
  if (source === undefined) return {};
  const marks = /^\s+\| ?(\s*[\^~].*)$/.exec(lines[start + 1] ?? '')?.[1];
  return { snippet: marks === undefined ? source : `${source}\n${marks.trimEnd()}` };
}

/** Prerequisites in a Makefile rule written by a compiler. */
export function parseDependencies(rule: string): string[] {
  const text = rule.replace(/\\\r?\n/g, ' ');
  const words = text.slice(text.indexOf(': ') + 2).match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\$\$/g, '$').replace(/\\([ #\\])/g, '$1'));
}
