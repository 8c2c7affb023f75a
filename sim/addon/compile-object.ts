// SPDX-License-Identifier: Apache-2.0
// One C++ source -> one cached object file for a shared library. The request
// (paths, flags, compiler) finds the headers that the source included last
// time; their contents decide whether the object still holds.

import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findEntry, publish, recall, remember, withWorkFolder } from './cache.ts';
import { makeCacheFolders, writing } from './cache-folder.ts';
import { withLock } from './cache-lock.ts';
import { parseCompilerOutput, parseDependencies } from './diagnostics.ts';
import { BuildError } from './errors.ts';
import { hashFile, hashValue } from './hash.ts';
import { runProcess } from './process.ts';
import { machineIsa, type Compiler } from './toolchain.ts';

/** One source and all that decides its object. */
export interface ObjectOptions {
  readonly compiler: Compiler;
  /** Absolute path. */
  readonly source: string;
  /** Folders whose headers are followed for changes. */
  readonly includeDirs: readonly string[];
  /** Folders whose headers are known by `salt` alone, and never warned about. */
  readonly systemDirs: readonly string[];
  readonly defines: Readonly<Record<string, string | number | boolean>>;
  readonly flags: readonly string[];
  /** Anything else that the object depends on, for example versions of the headers in `systemDirs`. */
  readonly salt: readonly string[];
  readonly onProgress: (text: string) => void;
}

/** Flags of every object that ends in an addon; the caller's come after them and win. */
export function baseFlags(compiler: Compiler): string[] {
  const flags = ['-std=c++17', '-O2', '-fPIC', '-fvisibility=hidden', '-fno-semantic-interposition'];
  // Without it, g++ makes some library statics one per process, shared between addons.
  if (compiler.kind === 'gcc') flags.push('-fno-gnu-unique');
  return flags;
}

/** Arguments for macro definitions; `true` defines without a value, `false` not at all. */
export function defineFlags(defines: ObjectOptions['defines']): string[] {
  return Object.entries(defines)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => (value === true ? `-D${name}` : `-D${name}=${String(value)}`));
}

/** Key of the object's entry when it can be known without compiling. */
export function recallObject(options: ObjectOptions): Promise<string | undefined> {
  return recall(requestKey(options));
}

/** Compiles, or finds, the object; `key` stands for its content. */
export async function compileObject(options: ObjectOptions): Promise<{ key: string; path: string }> {
  const request = requestKey(options);
  const name = basename(options.source);
  const find = async (): Promise<{ key: string; path: string } | undefined> => {
    const key = await recall(request);
    const folder = key === undefined ? undefined : await findEntry(key);
    return key === undefined || folder === undefined ? undefined : { key, path: join(folder, 'object.o') };
  };
  const found = await find();
  if (found !== undefined) return found;
  await makeCacheFolders();
  const onWait = (): void => options.onProgress(`waiting for another process to compile ${name}`);
  return withLock(request, onWait, async () => {
    const meanwhile = await find();
    if (meanwhile !== undefined) return meanwhile;
    options.onProgress(`compiling ${name}`);
    return withWorkFolder((folder) => compileInto(folder, request, options));
  });
}

async function compileInto(
  folder: string,
  request: string,
  options: ObjectOptions,
): Promise<{ key: string; path: string }> {
  const started = Date.now();
  const entry = join(folder, 'entry');
  await writing(() => mkdir(entry));
  const { compiler, source } = options;
  const args = [...compileArgs(options), '-MMD', '-MF', 'deps.d', '-c', source, '-o', 'entry/object.o'];
  const { code, stderr } = await runProcess(compiler.command, args, { cwd: folder });
  if (code !== 0) {
    const diagnostics = parseCompilerOutput(stderr);
    throw new BuildError(`${basename(source)} to compile`, [compiler.command, ...args], diagnostics, stderr);
  }
  if (stderr.trim() !== '') options.onProgress(stderr.trimEnd());
  const files = parseDependencies(await readFile(join(folder, 'deps.d'), 'utf8'));
  const key = hashValue([request, ...(await Promise.all(files.map(hashFile)))]);
  const path = join(await publish(key, entry, `object ${basename(source)}`), 'object.o');
  await remember(request, files, key, started);
  return { key, path };
}

function compileArgs(options: ObjectOptions): string[] {
  return [
    ...options.compiler.args,
    ...baseFlags(options.compiler),
    '-Wall',
    '-Wextra',
    ...defineFlags(options.defines),
    ...options.includeDirs.flatMap((folder) => ['-I', folder]),
    ...options.systemDirs.flatMap((folder) => ['-isystem', folder]),
    ...options.flags,
  ];
}

function requestKey(options: ObjectOptions): string {
  const { compiler, source, flags, salt } = options;
  const isa = machineIsa(flags);
  const args = compileArgs(options);
  return hashValue(['object 1', compiler.command, compiler.version, args, source, isa, process.arch, salt]);
}
