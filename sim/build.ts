// SPDX-License-Identifier: Apache-2.0
// Verilog -> a model in Node, or the same model from the cache. A request that
// was seen before is answered by comparing the files it read then; Verilator
// runs when they changed, and the C++ compiler only when the generated code did.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, findEntry, recall, remember, withWorkFolder } from './addon/cache.ts';
import { cacheLimit } from './addon/cache-clean.ts';
import { isIntact } from './addon/cache-entry.ts';
import { makeCacheFolders } from './addon/cache-folder.ts';
import { withLock } from './addon/cache-lock.ts';
import { loadAddon } from './addon/compile-addon.ts';
import { hashFile, hashValue } from './addon/hash.ts';
import { linkAddon } from './addon/link-addon.ts';
import { nodeHeaders } from './addon/node-headers.ts';
import { settleAll } from './addon/settle.ts';
import { findCompiler, machineIsa, type Compiler } from './addon/toolchain.ts';
import { compileModel } from './compile-model.ts';
import { modulePlaces, type ModulePlace } from './design/index.ts';
import type { AnyDesign, DesignTypes, ParamsOf } from './design-types.ts';
import { Model, type ModelLayout } from './model.ts';
import type { NativeAddon } from './native.ts';
import { completeOptions, type BuildOptions, type CompleteOptions } from './options.ts';
import { buildSupport, linkFlags, nativeFolder } from './support.ts';
import { translate } from './translate.ts';
import { verilatorArgs } from './verilate.ts';
import { findRuntime, findVerilator, type Verilator } from './verilator.ts';

/**
 * Builds a simulator of a Verilog module, or finds it in the cache.
 *
 * `Types` may name what the design has, as `berus sim types` writes it: `build<{ ports: { en: number } }>(…)`.
 * @throws {BuildError} for errors and lint warnings in the Verilog.
 * @throws {RangeError} for options out of range, numbers that do not fit their parameters, ports and exposed signals that are neither bits nor arrays of bits, and ports that are called like a C++ method (`name`).
 * @throws {ToolchainError} when Verilator or the C++ compiler is missing or too old.
 * @throws {CacheError} when the cache folder cannot be written.
 * @example
 * const Counter = await build({ top: 'counter', sources: ['/…/counter.v'], params: { WIDTH: 8 } });
 * using sim = Counter.create();
 * sim.dut.en = 1;
 * sim.run(10);
 * console.log(sim.dut.count); // 10
 */
export async function build<Types extends DesignTypes = AnyDesign>(
  options: BuildOptions<ParamsOf<Types>>,
): Promise<Model<Types>> {
  const complete = completeOptions(options as BuildOptions);
  cacheLimit(); // A wrong limit is told before the work, not after it.
  const [verilator, compiler] = await Promise.all([findVerilator(), findCompiler()]);
  const request = await requestKey(complete, verilator, compiler);
  for (let tries = 1; ; tries++) {
    const built = await findOrMake(request, complete, verilator, compiler);
    try {
      return await open<Types>(built, complete);
    } catch (error) {
      // Another process may have cleared the cache since the entry was found.
      if (tries === mostTries || (await isIntact(built.folder))) throw error;
    }
  }
}

/** How often an entry may vanish between being found and being read. */
const mostTries = 3;

async function findOrMake(
  request: string,
  options: CompleteOptions,
  verilator: Verilator,
  compiler: Compiler,
): Promise<Built> {
  const known = await findRemembered(request);
  if (known !== undefined) return known;
  await makeCacheFolders();
  const onWait = (): void => options.onProgress(`waiting for another process to build ${options.top}`);
  return withLock(request, onWait, async () => {
    return (await findRemembered(request)) ?? (await make(request, options, verilator, compiler));
  });
}

async function open<Types extends DesignTypes>(
  { folder, places }: Built,
  options: CompleteOptions,
): Promise<Model<Types>> {
  const layout = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ModelLayout;
  const addon = loadAddon<NativeAddon>(join(folder, 'model.node'));
  return new Model<Types>(addon, layout, options, folder, places, (other) =>
    build<Types>(other as BuildOptions<ParamsOf<Types>>),
  );
}

/** A model in the cache. */
interface Built {
  /** Its entry. */
  readonly folder: string;
  /** Kept with the request: a comment moves lines, but does not change the model. */
  readonly places: readonly ModulePlace[];
}

async function findRemembered(request: string): Promise<Built | undefined> {
  const remembered = parseRemembered(await recall(request));
  const folder = remembered && (await findEntry(remembered.key));
  return folder === undefined ? undefined : { folder, places: remembered!.places };
}

// What is not as it was written is as good as forgotten.
function parseRemembered(text = ''): { key: string; places: readonly ModulePlace[] } | undefined {
  try {
    const { key, places } = JSON.parse(text) as { key: unknown; places: unknown };
    return typeof key === 'string' && Array.isArray(places) ? { key, places } : undefined;
  } catch {
    return undefined;
  }
}

async function make(
  request: string,
  options: CompleteOptions,
  verilator: Verilator,
  compiler: Compiler,
): Promise<Built> {
  const { top, trace, coverage, flags, onProgress } = options;
  const variant = { trace, coverage };
  const started = Date.now();
  return withWorkFolder(async (work) => {
    onProgress(`translating ${top}`);
    const { design, verilated, layout, includes } = await translate(verilator, options, work);
    for (const [name, text] of includes) await writeFile(join(verilated.folder, name), text);
    const runtime = await findRuntime(verilator);
    const code = await Promise.all(verilated.files.map((name) => hashFile(join(verilated.folder, name))));
    const glue = await hashNative();
    const toolchain = [compiler.command, compiler.args, compiler.version, runtime.hash, nodeHeaders().versions];
    const key = hashValue([
      'model 10',
      verilated.files,
      code,
      JSON.stringify(layout),
      glue,
      toolchain,
      [trace, coverage],
      flags,
      machineIsa(flags),
    ]);
    const onWait = (): void => onProgress(`waiting for another process to compile ${top}`);
    const folder = await cached(key, `model ${top}`, onWait, async (target) => {
      const objects = await settleAll([
        buildSupport(compiler, runtime, { ...variant, onProgress }),
        compileModel(compiler, runtime, verilated, { work, variant, flags, onProgress }),
      ]);
      await linkAddon(compiler, {
        name: 'model',
        objects: objects.flat(),
        flags: [...flags, '-pthread'],
        libraries: linkFlags(variant, runtime),
        folder: target,
        work,
      });
      await writeFile(join(target, 'model.json'), JSON.stringify(layout));
      await mkdir(join(target, 'generated'));
      for (const name of verilated.files) await cp(join(verilated.folder, name), join(target, 'generated', name));
    });
    const places = modulePlaces(design);
    await remember(request, verilated.inputs, JSON.stringify({ key, places }), started);
    return { folder, places };
  });
}

// A new file in an include folder can hide one that was found further on, so the folders' names count.
async function requestKey(options: CompleteOptions, verilator: Verilator, compiler: Compiler): Promise<string> {
  const { sources, includeDirs, flags } = options;
  const listings = await Promise.all(includeDirs.map(async (folder) => (await readdir(folder)).toSorted()));
  return hashValue([
    'request 11',
    verilatorArgs(options),
    options.expose,
    [sources, includeDirs, listings],
    [verilator.command, verilator.banner],
    [compiler.command, compiler.args, compiler.version],
    [flags, machineIsa(flags), process.platform, process.arch],
    [nodeHeaders().versions, await hashNative()],
  ]);
}

async function hashNative(): Promise<string> {
  const names = (await readdir(nativeFolder())).toSorted();
  const hashes = await Promise.all(names.map((name) => hashFile(join(nativeFolder(), name))));
  return hashValue([names, hashes]);
}
