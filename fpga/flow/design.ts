// SPDX-License-Identifier: Apache-2.0
// What is synthesized: a top with its sources and parameters, for an FPGA.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Configuration, coreParameters, rtlSources } from '../../src/compile/index.ts';
import { packageRoot, readText } from '../../src/network/index.ts';
import type { Board } from './board.ts';

/** Bytes that a file of sources or pins has at most. */
const MOST_BYTES = 2 ** 24;

/** A file, by a name without a path: that is how the tools see it, so that results depend on no folder. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A design on its way through the tools. */
export interface Design {
  /** What it is, in messages: `the array`. */
  readonly title: string;
  readonly top: string;
  readonly sources: readonly SourceFile[];
  /** Parameters of the top. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Parameters of the accelerator in it, whoever sets them. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly family: Board['family'];
  readonly device: string;
  readonly package: string;
  /** Pins; without them the placer chooses. */
  readonly pins?: SourceFile;
  /** More options of synthesis. */
  readonly synthesis: readonly string[];
  /** What the clock is to reach. */
  readonly clockMHz: number;
}

/**
 * A file of sources or pins.
 * @throws {Error} when it cannot be read, naming it
 */
export function sourceFile(path: string): SourceFile {
  return { name: basename(path), text: readText(path, MOST_BYTES) };
}

/** A module's parameters with their defaults, where these are numbers. */
function parameterDefaults(module: string, sources: readonly SourceFile[]): Map<string, number> {
  const header = new RegExp(`^\\s*module\\s+${module}\\b[^;]*;`, 'm');
  const codes = sources.map(({ text }) => text.replace(/\/\/.*$/gm, ''));
  const text = codes.map((code) => header.exec(code)?.[0]).find((found) => found !== undefined) ?? '';
  const found = text.matchAll(/\bparameter\s+(?:integer\s+|\[[^\]]*\]\s*)?(\w+)\s*=\s*(\d+)?/g);
  return new Map([...found].map(([, name, value]) => [name!, Number(value ?? NaN)]));
}

/** Those parameters that a module has. */
export function parametersOf(
  module: string,
  sources: readonly SourceFile[],
  values: Readonly<Record<string, number>>,
): Record<string, number> {
  const own = parameterDefaults(module, sources);
  return Object.fromEntries(Object.entries(values).filter(([name]) => own.has(name)));
}

/** The accelerator that a board's top holds. */
const ACCELERATOR = 'adder_top';

/**
 * Parameters of a board's top: all that the accelerator has. A top that lacks one can only hold configurations that leave
 * it at its default; with another one a board of other sizes would be built than was asked for.
 */
function topParameters(
  top: string,
  sources: readonly SourceFile[],
  values: Readonly<Record<string, number>>,
): Record<string, number> {
  const parameters = parametersOf(top, sources, values);
  const defaults = parameterDefaults(ACCELERATOR, sources);
  const lost = Object.entries(values).find(
    ([name, value]) => parameters[name] === undefined && defaults.get(name) !== value,
  );
  if (lost === undefined) return parameters;
  throw new RangeError(
    `Expected ${top} to have the parameter ${lost[0]}, which the configuration sets to ${lost[1]}, but received none.`,
  );
}

/** Verilog files of a folder; none where there is no such folder. */
function verilogOf(folder: string): SourceFile[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.v'));
    return names.toSorted().map((name) => sourceFile(join(folder, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The whole of a board: its top, the link to the host and the accelerator. */
export function boardDesign(board: Board, configuration: Configuration, pins?: string): Design {
  const sources = [
    ...verilogOf(board.folder),
    ...(board.sources ?? []).map((path) => sourceFile(join(board.folder, path))),
    ...verilogOf(join(packageRoot(), 'fpga', 'link')),
    ...rtlSources().map((path) => sourceFile(path)),
  ];
  if (board.top === undefined || board.pins === undefined) {
    throw new RangeError(`Expected --part to be core or array for ${board.id}, which has no top, but received board.`);
  }
  const sizes = coreParameters(configuration);
  return {
    title: 'the board',
    top: board.top,
    sources,
    parameters: topParameters(board.top, sources, sizes),
    sizes,
    family: board.family,
    device: board.device,
    package: board.package,
    pins: sourceFile(pins ?? join(board.folder, board.pins)),
    synthesis: board.synthesis ?? [],
    clockMHz: board.clockMHz,
  };
}
