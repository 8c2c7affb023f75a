// SPDX-License-Identifier: Apache-2.0
// C++ sources -> a cached Node addon, and loading it. The compiler is started
// directly: no shell, no make, no node-gyp, nothing downloaded.

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, isAbsolute, join } from 'node:path';
import { cached, findEntry } from './cache.ts';
import { cacheLimit } from './cache-clean.ts';
import { compileObject, recallObject, type ObjectOptions } from './compile-object.ts';
import { BuildError } from './errors.ts';
import { hashFile, hashValue } from './hash.ts';
import { linkAddon } from './link-addon.ts';
import { nodeHeaders } from './node-headers.ts';
import { settleAll } from './settle.ts';
import { findCompiler, machineIsa } from './toolchain.ts';

/** What {@link buildAddon} is told. */
export interface AddonOptions {
  /** File name of the addon, without `.node`: letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Absolute paths of C++ sources. */
  readonly sources: readonly string[];
  /** Folders for `#include "..."`; a change in a header found there rebuilds. @defaultValue none */
  readonly includeDirs?: readonly string[];
  /** Macros; `true` defines without a value, `false` not at all. @defaultValue none */
  readonly defines?: Readonly<Record<string, string | number | boolean>>;
  /** More compiler and linker flags, for example `-O3`, `-march=native`, `-pthread`. @defaultValue none */
  readonly flags?: readonly string[];
  /** Absolute paths of finished objects to link as well. @defaultValue none */
  readonly objects?: readonly string[];
  /** Told what takes time, and the compiler's warnings. @defaultValue silent */
  readonly onProgress?: (text: string) => void;
}

/**
 * Builds a Node addon, or finds it in the cache.
 *
 * Sources are compiled with `-std=c++17 -O2`, hidden visibility, and C++ exceptions that node-addon-api turns into
 * JavaScript errors; `flags` come last and win.
 * @returns absolute path of the `.node` file.
 * @throws {BuildError} when the compiler refuses the code.
 * @throws {ToolchainError} when there is no compiler.
 * @throws {CacheError} when the cache folder cannot be written.
 * @example
 * const path = await buildAddon({ name: 'kernels', sources: ['/…/kernels.cpp'], flags: ['-O3', '-march=native'] });
 * const kernels = loadAddon<{ sum(x: Float32Array): number }>(path);
 */
export async function buildAddon(options: AddonOptions): Promise<string> {
  const { name, sources, includeDirs = [], defines = {}, flags = [], objects = [], onProgress = silent } = options;
  checkOptions(name, [...sources, ...includeDirs, ...objects]);
  cacheLimit(); // A wrong limit is told before the work, not after it.
  const compiler = await findCompiler();
  const headers = nodeHeaders();
  const units: ObjectOptions[] = sources.map((source) => ({
    compiler,
    source,
    includeDirs,
    systemDirs: headers.includeDirs,
    defines: { NAPI_VERSION: 8, NODE_ADDON_API_CPP_EXCEPTIONS_ALL: true, ...defines },
    flags,
    salt: headers.versions,
    onProgress,
  }));
  const given = await Promise.all(objects.map(hashFile));
  const addonKey = (keys: readonly (string | undefined)[]): string =>
    hashValue([
      'addon 1',
      headers.versions,
      name,
      compiler.version,
      flags,
      machineIsa(flags),
      process.platform,
      given,
      keys,
    ]);

  const known = await Promise.all(units.map(recallObject));
  if (!known.includes(undefined)) {
    const folder = await findEntry(addonKey(known));
    if (folder !== undefined) return join(folder, `${name}.node`);
  }
  const compiled = await settleAll(units.map(compileObject));
  const key = addonKey(compiled.map((object) => object.key));
  const onWait = (): void => onProgress(`waiting for another process to link ${name}`);
  const folder = await cached(key, `addon ${name}`, onWait, async (target) => {
    onProgress(`linking ${name}`);
    const work = `${target}.work`;
    await mkdir(work);
    await linkAddon(compiler, {
      name,
      objects: [...compiled.map((object) => object.path), ...objects],
      flags,
      folder: target,
      work,
    });
  });
  return join(folder, `${name}.node`);
}

/**
 * Loads an addon into this thread; the same path gives the same addon.
 * @throws {BuildError} when the file is not there or the system cannot load it, for example for a symbol that it lacks.
 */
export function loadAddon<T>(path: string): T {
  try {
    return createRequire(import.meta.url)(path) as T;
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    // The rest of Node's message lists who required it.
    const [message = ''] = output.split('\n');
    throw new BuildError(`the addon ${basename(path)} to load`, [], [{ severity: 'error', message }], output);
  }
}

function silent(): void {
  // Nobody asked for progress.
}

function checkOptions(name: string, paths: readonly string[]): void {
  if (!/^[\w.-]+$/.test(name)) {
    throw new RangeError(`Expected name to hold only letters, digits, "-", "_" and ".", but received ${name}.`);
  }
  const relative = paths.find((path) => !isAbsolute(path));
  if (relative !== undefined) {
    throw new RangeError(`Expected sources, includeDirs and objects to be absolute paths, but received ${relative}.`);
  }
}
