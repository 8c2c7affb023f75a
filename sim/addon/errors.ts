// SPDX-License-Identifier: Apache-2.0
// What can go wrong before there is anything to run: a tool is missing, a
// build fails, or the cache folder cannot be used. Every message is one line.

/** One remark of a compiler, linker or Verilator about the code given to it. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Absolute where the tool allows it. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The tool's own name for it, for example `WIDTH`. */
  readonly code?: string;
  /** The line of source, and on a second line marks under the place. */
  readonly snippet?: string;
}

/** Text of a diagnostic as compilers print it, on one line. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, message } = diagnostic;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return place === '' ? message : `${place}: ${message}`;
}

/** A compiler, linker or Verilator refused its input. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  /** Program that failed, then its arguments. */
  readonly command: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Everything the tool printed. */
  readonly output: string;

  constructor(what: string, command: readonly string[], diagnostics: readonly Diagnostic[], output: string) {
    const worst = diagnostics.find((d) => d.severity === 'error') ?? diagnostics.find((d) => d.severity === 'warning');
    const lastLine = output.trim().split('\n').at(-1) ?? '';
    // Only Verilator's warnings have a code, and only a warning can be let pass.
    const code = worst?.severity === 'warning' ? worst.code : undefined;
    const rule = code === undefined ? '' : ` (${code}; verilatorFlags: ['-Wno-${code}'] lets it pass)`;
    const told = worst === undefined ? lastLine || 'it failed' : formatDiagnostic(worst);
    // Errors follow from each other; warnings do not, and whoever mends one wants to know of the rest.
    const others = diagnostics.filter((one) => one.severity === 'warning' && one.code !== undefined).length - 1;
    const more = code !== undefined && others > 0 ? ` (and ${others} more in diagnostics)` : '';
    super(`Expected ${what}, but ${oneLine(told)}${rule}${more}`);
    this.command = command;
    this.diagnostics = diagnostics;
    this.output = output;
  }
}

/** A tool that a build needs is missing or too old. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';
  readonly tool: string;
  /** Names or paths that were tried, in order. */
  readonly tried: readonly string[];
  /** Command that installs the tool. */
  readonly install: string;
  /** Version found, when the tool is there but too old. */
  readonly found?: string;

  constructor(expected: string, received: string, details: ToolchainErrorDetails) {
    const { variable, install } = details;
    super(
      oneLine(
        variable === undefined
          ? `Expected ${expected}, but ${received}; install it with: ${install}`
          : `Expected ${variable} to name ${expected}, but ${received}.`,
      ),
    );
    this.tool = details.tool;
    this.tried = details.tried;
    this.install = details.install;
    if (details.found !== undefined) this.found = details.found;
  }
}

/** Fields of a {@link ToolchainError}. */
export interface ToolchainErrorDetails {
  readonly tool: string;
  readonly tried: readonly string[];
  readonly install: string;
  readonly found?: string;
  /** Environment variable that names the tool, when it does. */
  readonly variable?: string;
}

/** The cache folder cannot be read or written. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly folder: string;
  /** Error code of the operating system, for example `EACCES`. */
  readonly code: string;

  constructor(folder: string, code: string) {
    super(
      `Expected a cache folder that can be written, but received ${folder} (${code}); ` +
        'set BERUS_CACHE_DIR to another folder.',
    );
    this.folder = folder;
    this.code = code;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
