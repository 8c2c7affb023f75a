// SPDX-License-Identifier: Apache-2.0
// A failed build as Vite shows errors: with the place in the Verilog and the
// line of source.

import { BuildError, type Diagnostic } from '../addon/index.ts';

/** What Vite takes as an error. */
export interface ViteFailure {
  readonly message: string;
  readonly id: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
}

/** The failure of the module `id`. */
export function viteFailure(id: string, error: unknown): ViteFailure {
  const message = error instanceof Error ? error.message : String(error);
  const worst = error instanceof BuildError ? worstOf(error.diagnostics) : undefined;
  if (worst?.file === undefined || worst.line === undefined) return { message, id };
  const loc = { file: worst.file, line: worst.line, column: (worst.column ?? 1) - 1 };
  return { message, id: worst.file, loc, ...(worst.snippet === undefined ? {} : { frame: worst.snippet }) };
}

/** Files that a failed build speaks of. */
export function failedFiles(error: unknown): string[] {
  if (!(error instanceof BuildError)) return [];
  return error.diagnostics.flatMap(({ file }) => (file === undefined ? [] : [file]));
}

function worstOf(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
}
