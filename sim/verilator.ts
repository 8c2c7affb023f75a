// SPDX-License-Identifier: Apache-2.0
// Finds Verilator and its runtime's sources.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { ToolchainError } from './addon/errors.ts';
import { hashFile, hashValue } from './addon/hash.ts';
import { runProcess } from './addon/process.ts';
import { splitCommand } from './addon/toolchain.ts';

/** Oldest version that this package's glue fits. */
const oldest = [5, 6] as const;

/** A Verilator that is new enough. */
export interface Verilator {
  /** Program and its first arguments. */
  readonly command: readonly string[];
  /** For example `5.006`. */
  readonly version: string;
  /** Everything it printed for `--version`: tells builds of one version apart. */
  readonly banner: string;
}

/** The sources and headers that every model needs. */
export interface VerilatorRuntime {
  readonly folder: string;
  /** SHA-256 over its sources and headers. */
  readonly hash: string;
}

const found = new Map<string, Promise<Verilator>>();
const runtimes = new Map<string, Promise<VerilatorRuntime>>();

/**
 * Finds the Verilator named by `$VERILATOR`, else `verilator`.
 * @throws {ToolchainError} when it is missing or older than 5.006.
 */
export function findVerilator(): Promise<Verilator> {
  const wanted = process.env['VERILATOR'] ?? '';
  return once(found, `${wanted}\n${process.env['PATH'] ?? ''}`, () => search(wanted.trim()));
}

/** Finds the runtime that belongs to a Verilator. */
export function findRuntime(verilator: Verilator): Promise<VerilatorRuntime> {
  return once(runtimes, JSON.stringify(verilator), async () => {
    const [command = '', ...args] = verilator.command;
    const { stdout } = await runProcess(command, [...args, '--getenv', 'VERILATOR_ROOT']);
    const folder = join(stdout.trim(), 'include');
    const names = await readdir(folder).catch(() => []);
    const sources = names.filter((name) => /^verilated.*\.(h|cpp)$/.test(name)).toSorted();
    if (!sources.includes('verilated.cpp')) throw missing(verilator.command, `its runtime is not in ${folder}`);
    const hashes = await Promise.all(sources.map((name) => hashFile(join(folder, name))));
    return { folder, hash: hashValue([sources, hashes]) };
  });
}

async function search(wanted: string): Promise<Verilator> {
  const command = wanted === '' ? ['verilator'] : splitCommand(wanted);
  const direct = await askDirectly(command);
  if (direct !== undefined) return direct;
  const [program = '', ...args] = command;
  const shown = wanted === '' ? 'verilator' : `received ${wanted}`;
  const result = await runProcess(program, [...args, '--version']).catch(() => undefined);
  if (result === undefined) {
    throw missing(command, wanted === '' ? 'none could be started (looked for verilator)' : shown);
  }
  return read(command, result.stdout, shown);
}

function read(command: readonly string[], output: string, shown: string): Verilator {
  const banner = output.trim();
  const named = shown.startsWith('received');
  const match = /^Verilator (\d+)\.(\d+)/.exec(banner);
  if (match === null) throw missing(command, `${shown}${named ? ', which printed' : ' printed'} no version`);
  const [, major, minor] = match;
  const [number, step] = [Number(major), Number(minor)];
  if (number < oldest[0] || (number === oldest[0] && step < oldest[1])) {
    throw missing(command, `${shown}${named ? ',' : ' is'} version ${number}.${minor}`, `${number}.${minor}`);
  }
  return { command, version: `${number}.${minor}`, banner };
}

// `verilator` is a script that starts verilator_bin, in ten times the time that the program itself needs to say its version.
// It also finds the runtime of a Verilator that was moved; where the program does so alone, the script is not needed.
async function askDirectly(command: readonly string[]): Promise<Verilator | undefined> {
  const [program = '', ...args] = command;
  if (basename(program) !== 'verilator') return undefined;
  const folders = program === 'verilator' ? (process.env['PATH'] ?? '').split(delimiter) : [dirname(program)];
  const folder = folders.find((one) => isAbsolute(one) && existsSync(join(one, 'verilator')));
  const direct = join(folder ?? '', 'verilator_bin');
  if (folder === undefined || !existsSync(direct)) return undefined;
  const questions = [['--version'], ['--getenv', 'VERILATOR_ROOT']];
  const asked = questions.map((question) => runProcess(direct, [...args, ...question]).catch(() => undefined));
  const [version, root] = await Promise.all(asked);
  const include = join(root?.stdout.trim() ?? '', 'include', 'verilated.cpp');
  return version === undefined || !existsSync(include) ? undefined : read([direct, ...args], version.stdout, direct);
}

function missing(command: readonly string[], received: string, version?: string): ToolchainError {
  return new ToolchainError('Verilator 5.006 or newer', received, {
    tool: 'verilator',
    tried: [command.join(' ')],
    install: process.platform === 'darwin' ? 'brew install verilator' : 'sudo apt-get install verilator',
    ...(version === undefined ? {} : { found: version }),
    ...((process.env['VERILATOR'] ?? '').trim() === '' ? {} : { variable: 'VERILATOR' }),
  });
}

function once<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const earlier = known.get(key);
  if (earlier !== undefined) return earlier;
  const promise = find();
  promise.catch(() => known.delete(key));
  known.set(key, promise);
  return promise;
}
