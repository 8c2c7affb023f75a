// SPDX-License-Identifier: Apache-2.0
// Verilog -> C++ by Verilator, in a work folder. Says which files it read.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snippetAfter } from './addon/diagnostics.ts';
import { BuildError, type Diagnostic } from './addon/errors.ts';
import { runProcess } from './addon/process.ts';
import { parameterFlag, type CompleteOptions } from './options.ts';
import { originalMessage, originalPath, stagedIncludeDirs, stagedSources } from './staging.ts';
import type { Verilator } from './verilator.ts';

/** Generated code. */
export interface Verilated {
  /** Folder with Vdut.h and the rest. */
  readonly folder: string;
  /** Names of headers and sources in it, sorted. */
  readonly files: readonly string[];
  /** Absolute paths of every Verilog file read. */
  readonly inputs: readonly string[];
}

/** File in a staged folder that makes signals public. */
export const exposeFile = 'expose.vlt';

const traceFlags = { vcd: '--trace', fst: '--trace-fst' };

/** Arguments for Verilator that make C++, relative to a staged folder. */
export function verilatorArgs(options: CompleteOptions): string[] {
  const { trace, coverage, expose } = options;
  return [
    ...'--cc --Mdir generated -O3'.split(' '),
    '--assert',
    ...(trace === false ? [] : [traceFlags[trace]]),
    ...(coverage ? ['--coverage'] : []),
    ...designArgs(options),
    ...(expose.length > 0 ? [exposeFile] : []),
    ...stagedSources(options),
  ];
}

/** Arguments for Verilator that say which design this is, but for its sources. */
export function designArgs(options: CompleteOptions): string[] {
  // Lint is part of every build. Delays are an error rather than a wish for a scheduler.
  const always = '--prefix Vdut -Wall --no-timing'.split(' ');
  // Registers without a reset start with seeded random values, so that a missing reset shows.
  const random = '--x-assign unique --x-initial unique'.split(' ');
  return [
    ...always,
    ...random,
    '--top-module',
    options.top,
    ...Object.entries(options.params).map(([name, value]) => parameterFlag(name, value)),
    ...Object.entries(options.defines).map(([name, value]) => (value === true ? `-D${name}` : `-D${name}=${value}`)),
    ...stagedIncludeDirs(options).map((folder) => `-I${folder}`),
    ...options.verilatorFlags,
  ];
}

/**
 * Generates C++ for the top module in `work`, where its sources are staged.
 * @throws {BuildError} with Verilator's errors and lint warnings.
 */
export async function verilate(verilator: Verilator, options: CompleteOptions, work: string): Promise<Verilated> {
  const stderr = await runVerilator(verilator, verilatorArgs(options), options, work);
  if (stderr.trim() !== '') options.onProgress(stderr.trimEnd());
  const folder = join(work, 'generated');
  const files = (await readdir(folder)).filter((name) => /\.(h|cpp)$/.test(name)).toSorted();
  const inputs = (await readInputs(folder)).map((name) => originalPath(options, name));
  return { folder, files, inputs: inputs.filter((name) => name !== exposeFile) };
}

/**
 * Runs Verilator in a staged folder; returns what it remarked.
 * @throws {BuildError} with its errors and lint warnings.
 */
export async function runVerilator(
  verilator: Verilator,
  args: readonly string[],
  options: CompleteOptions,
  work: string,
): Promise<string> {
  const [command = '', ...first] = verilator.command;
  const { code, stdout, stderr } = await runProcess(command, [...first, ...args], { cwd: work });
  if (code === 0) return stderr;
  const output = stdout + stderr;
  const diagnostics = parseVerilatorOutput(output, (name) => originalPath(options, name));
  throw new BuildError(`Verilog top ${options.top} to build`, [command, ...first, ...args], diagnostics, output);
}

/** Errors and warnings in what Verilator printed; `original` translates its file names. */
export function parseVerilatorOutput(output: string, original: (name: string) => string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const lines = output.split('\n');
  for (const [i, line] of lines.entries()) {
    const match = /^%(Error|Warning)(?:-(\w+))?: (?:([^\s:][^:]*):(\d+):(?:(\d+):)? )?(.*)$/.exec(line);
    if (match === null) continue;
    const [, kind, code, staged, row, column, message = ''] = match;
    if (staged === undefined && /^(Exiting due to|Command Failed)/.test(message)) continue;
    const file = staged === undefined ? undefined : original(staged);
    diagnostics.push({
      severity: kind === 'Error' ? 'error' : 'warning',
      message: file === undefined ? message : originalMessage(message, file),
      ...(code === undefined ? {} : { code }),
      ...(file === undefined ? {} : { file, line: Number(row) }),
      ...(column === undefined ? {} : { column: Number(column) }),
      ...snippetAfter(lines, i),
    });
  }
  return diagnostics;
}

// Lines "S size inode … "path"" list sources; among them is Verilator itself.
async function readInputs(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'Vdut__verFiles.dat'), 'utf8');
  const names = [...text.matchAll(/^S .*"(.+)"$/gm)].map((match) => match[1] ?? '');
  return names.filter((name) => !/verilator_bin\w*$/.test(name));
}
