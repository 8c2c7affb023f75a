// SPDX-License-Identifier: Apache-2.0
// Reads what g++, clang++ and their linkers print, and the dependency files
// that they write for -MMD.

import type { Diagnostic } from './errors.ts';

/** Remarks in a compiler's or linker's output, in the order printed. */
export function parseCompilerOutput(output: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const line of output.split('\n')) {
    const placed = /^(.+?):(\d+):(?:(\d+):)? (?:fatal )?(error|warning|note): (.*)$/.exec(line);
    if (placed !== null) {
      const [, file = '', row, column, severity, message = ''] = placed;
      diagnostics.push({
        severity: severity as Diagnostic['severity'],
        message,
        file,
        line: Number(row),
        ...(column === undefined ? {} : { column: Number(column) }),
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

/** Prerequisites in a Makefile rule written by a compiler. */
export function parseDependencies(rule: string): string[] {
  const text = rule.replace(/\\\r?\n/g, ' ');
  const words = text.slice(text.indexOf(': ') + 2).match(/(?:\\.|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replace(/\$\$/g, '$').replace(/\\([ #\\])/g, '$1'));
}
