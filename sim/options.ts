// SPDX-License-Identifier: Apache-2.0
// What a build is told, checked and completed.

import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** Value of a Verilog parameter; a boolean is 1 or 0, a string a Verilog string (without quotes). */
export type ParameterValue = number | bigint | boolean | string;

/** What `build` is told. */
export interface BuildOptions {
  /** Name of the module to simulate. */
  readonly top: string;
  /** Absolute paths of Verilog sources. */
  readonly sources: readonly string[];
  /** Absolute folders searched for `` `include `` files and for modules that no source holds. @defaultValue none */
  readonly includeDirs?: readonly string[];
  /** Parameters of the top module. @defaultValue the module's own */
  readonly params?: Readonly<Record<string, ParameterValue>>;
  /** Verilog macros; `true` defines without a value. @defaultValue none */
  readonly defines?: Readonly<Record<string, string | number | true>>;
  /** Whether a waveform can be written; costs 15 to 20 % of speed even when none is open. @defaultValue false */
  readonly trace?: boolean;
  /** More C++ compiler flags for the model, after `-O2`; for example `-O3`, `-march=native`. @defaultValue none */
  readonly flags?: readonly string[];
  /** More Verilator flags, for example `-Wno-fatal`, under which lint warnings do not fail a build. @defaultValue none */
  readonly verilatorFlags?: readonly string[];
  /** Told what takes time. @defaultValue silent */
  readonly onProgress?: (text: string) => void;
}

/** Options with every default filled in. */
export type CompleteOptions = Required<BuildOptions>;

/** Checks the options and fills in defaults. */
export function completeOptions(options: BuildOptions): CompleteOptions {
  const complete: CompleteOptions = {
    top: options.top,
    sources: options.sources,
    includeDirs: options.includeDirs ?? [],
    params: options.params ?? {},
    defines: options.defines ?? {},
    trace: options.trace ?? false,
    flags: options.flags ?? [],
    verilatorFlags: options.verilatorFlags ?? [],
    onProgress: options.onProgress ?? ((): void => undefined),
  };
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(complete, name));
  if (unknown !== undefined) {
    throw new TypeError(`Expected options to be some of ${Object.keys(complete).join(', ')}, but received ${unknown}.`);
  }
  if (typeof complete.top !== 'string' || complete.top === '') {
    throw new TypeError(`Expected top to be the name of a module, but received ${String(complete.top)}.`);
  }
  if (complete.sources.length === 0) {
    throw new RangeError('Expected sources to name at least one Verilog file, but received none.');
  }
  for (const path of complete.sources) checkPath('sources', path, 'file');
  for (const path of complete.includeDirs) checkPath('includeDirs', path, 'folder');
  const threads = complete.verilatorFlags.find((flag) => /^--?threads\b/.test(flag));
  if (threads !== undefined) {
    throw new RangeError(`Expected verilatorFlags for a model that runs in one thread, but received ${threads}.`);
  }
  for (const name of [...Object.keys(complete.params), ...Object.keys(complete.defines)]) {
    if (!/^[A-Za-z_][\w$]*$/.test(name)) {
      throw new RangeError(`Expected params and defines to have Verilog names, but received ${JSON.stringify(name)}.`);
    }
  }
  return complete;
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
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`Expected params.${name} to be an integer, a string or a boolean, but received ${value}.`);
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
  if (typeof path !== 'string' || !isAbsolute(path)) throw new RangeError(`${what}, but received ${String(path)}.`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (kind === 'file' ? !found?.isFile() : !found?.isDirectory()) {
    throw new RangeError(`${what}, but received ${path}, which is no ${kind}.`);
  }
}
