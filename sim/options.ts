// SPDX-License-Identifier: Apache-2.0
// What a build is told, checked and completed.

import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { checkFunction, checkNamed, checkOptions, checkTexts } from './check-options.ts';
import { describe } from './values.ts';

/** Value of a Verilog parameter; a boolean is 1 or 0, a string a Verilog string (without quotes). */
export type ParameterValue = number | bigint | boolean | string;

/** What `build` is told. */
export interface BuildOptions<Params = Readonly<Record<string, ParameterValue>>> {
  /** Name of the module to simulate. */
  readonly top: string;
  /** Absolute paths of Verilog sources. */
  readonly sources: readonly string[];
  /** Absolute folders searched for `` `include `` files and for modules that no source holds. @defaultValue none */
  readonly includeDirs?: readonly string[];
  /** Parameters of the top module. @defaultValue the module's own */
  readonly params?: Params;
  /** Verilog macros; `true` defines without a value. @defaultValue none */
  readonly defines?: Readonly<Record<string, string | number | true>>;
  /**
   * Waveform that instances can write: `vcd` text or `fst`, which is smaller, slower and needs zlib. Costs 6 to 20 % of
   * speed even when none is open. @defaultValue false
   */
  readonly trace?: false | 'vcd' | 'fst';
  /**
   * Internal signals to reach as `sim.exposed[path]`: paths relative to the top, for example `ctl_u.state`. Each costs the
   * optimisation of that signal. @defaultValue none
   */
  readonly expose?: readonly string[];
  /** Whether lines, toggles and `cover` statements are counted; slows a model down by 10 to 30 times. @defaultValue false */
  readonly coverage?: boolean;
  /** More C++ compiler flags for the model, after `-O2`; for example `-O3`, `-march=native`. @defaultValue none */
  readonly flags?: readonly string[];
  /** More Verilator flags, for example `-Wno-fatal`, under which lint warnings do not fail a build. @defaultValue none */
  readonly verilatorFlags?: readonly string[];
  /** Told what takes time. @defaultValue silent */
  readonly onProgress?: (text: string) => void;
}

/** Options with every default filled in. */
export type CompleteOptions = Required<BuildOptions>;

const optionNames: readonly (keyof CompleteOptions)[] = [
  'top',
  'sources',
  'includeDirs',
  'params',
  'defines',
  'trace',
  'expose',
  'coverage',
  'flags',
  'verilatorFlags',
  'onProgress',
];

/** Checks the options and fills in defaults. */
export function completeOptions(options: BuildOptions): CompleteOptions {
  checkOptions('build', options, optionNames);
  const complete: CompleteOptions = {
    top: options.top,
    sources: options.sources,
    includeDirs: options.includeDirs ?? [],
    params: options.params ?? {},
    defines: options.defines ?? {},
    trace: options.trace ?? false,
    expose: options.expose ?? [],
    coverage: options.coverage ?? false,
    flags: options.flags ?? [],
    verilatorFlags: options.verilatorFlags ?? [],
    onProgress: options.onProgress ?? ((): void => undefined),
  };
  if (typeof complete.top !== 'string' || !/^[A-Za-z_\\][^\s"]*$/.test(complete.top)) {
    throw new TypeError(`Expected top to be the name of a module, but received ${describe(complete.top)}.`);
  }
  for (const name of ['sources', 'includeDirs', 'expose', 'flags', 'verilatorFlags'] as const) {
    checkTexts(name, complete[name]);
  }
  checkFunction('onProgress', complete.onProgress);
  if (typeof complete.coverage !== 'boolean') {
    throw new TypeError(`Expected coverage to be true or false, but received ${describe(complete.coverage)}.`);
  }
  if (complete.sources.length === 0) {
    throw new RangeError('Expected sources to name at least one Verilog file, but received none.');
  }
  if (![false, 'vcd', 'fst'].includes(complete.trace)) {
    throw new TypeError(`Expected trace to be false, 'vcd' or 'fst', but received ${String(complete.trace)}.`);
  }
  for (const path of complete.sources) checkPath('sources', path, 'file');
  for (const path of complete.includeDirs) checkPath('includeDirs', path, 'folder');
  checkVerilatorFlags(complete.verilatorFlags);
  for (const name of ['params', 'defines'] as const) checkNamed(name, complete[name]);
  for (const [name, value] of Object.entries<unknown>(complete.defines)) {
    if (value === true || typeof value === 'string' || Number.isFinite(value)) continue;
    throw new TypeError(`Expected defines.${name} to be text, a number or true, but received ${describe(value)}.`);
  }
  for (const name of [...Object.keys(complete.params), ...Object.keys(complete.defines)]) {
    if (!/^[A-Za-z_][\w$]*$/.test(name)) {
      throw new RangeError(`Expected params and defines to have Verilog names, but received ${JSON.stringify(name)}.`);
    }
  }
  return complete;
}

// Flags that would take from a build what it decides, and what is said of them.
const refusedFlags: readonly (readonly [flag: RegExp, expected: string])[] = [
  [/^--?(?:threads|timing|hierarchical)(?![\w-])/, 'for a model with one thread and without delays'],
  [/^--?trace(?!-(?:depth|max-array|max-width|params|structs|underscore))/, 'without waveforms, which trace chooses'],
  [/^--?coverage(?!-(?:max-width|underscore))/, 'without coverage, which coverage: true counts'],
  [/^--?(?:top|top-module)(?![\w-])/, 'without the top, which has an option of its own'],
  [
    /^(?:-E|--?(?:binary|build|build-jobs|exe|main|make|cc|sc|lint-only|dpi-hdr-only|xml-only|json-only|xml-output|json-only-output|lib-create|protect-lib|Mdir|prefix|mod-prefix|savable|o))(?![\w-])/,
    'that leave to build what is made and where',
  ],
];

function checkVerilatorFlags(flags: readonly string[]): void {
  for (const flag of flags) {
    const refused = refusedFlags.find(([pattern]) => pattern.test(flag));
    if (refused !== undefined) {
      throw new RangeError(`Expected verilatorFlags ${refused[1]}, but received ${flag}.`);
    }
  }
}

/** Verilator's text for a parameter: `-GWIDTH=8`. */
export function parameterFlag(name: string, value: ParameterValue): string {
  return `-G${name}=${parameterText(name, value)}`;
}

function parameterText(name: string, value: ParameterValue): string {
  if (typeof value === 'string') {
    if (!/["\\\n]/.test(value)) return `"${value}"`;
    // Verilator ends the string at the first quote, escaped or not.
    throw new RangeError(
      `Expected params.${name} to be a string without quotes, backslashes and line ends, but received ${JSON.stringify(value)}.`,
    );
  }
  if (typeof value === 'boolean') return value ? '1' : '0';
  // A number with a fraction is for a real parameter.
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) return String(value);
  if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'bigint') {
    throw new RangeError(
      `Expected params.${name} to be a number, a bigint, a string or a boolean, but received ${describe(value)}.`,
    );
  }
  const integer = BigInt(value);
  // A plain Verilog number is signed and has 32 bits; a larger one must state its width.
  if (integer >= -(2n ** 31n) && integer < 2n ** 31n) return integer.toString();
  if (integer < 0n) {
    throw new RangeError(`Expected params.${name} to be at least -2147483648, but received ${integer}.`);
  }
  return `${integer.toString(2).length}'h${integer.toString(16)}`;
}

function checkPath(option: string, path: string, kind: 'file' | 'folder'): void {
  const what = `Expected ${option} to hold absolute paths of ${kind}s`;
  if (typeof path !== 'string' || !isAbsolute(path)) throw new RangeError(`${what}, but received ${describe(path)}.`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (kind === 'file' ? !found?.isFile() : !found?.isDirectory()) {
    throw new RangeError(`${what}, but received ${path}, which is no ${kind}.`);
  }
}
