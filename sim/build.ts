// SPDX-License-Identifier: Apache-2.0
// Verilog -> a model in Node, or the same model from the cache. A request that
// was seen before is answered by comparing the files it read then; Verilator
// runs when they changed, and the C++ compiler only when the generated code did.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, findEntry, recall, remember, withWorkFolder } from './addon/cache.ts';
import { cacheLimit } from './addon/cache-clean.ts';
import { makeCacheFolders } from './addon/cache-folder.ts';
import { withLock } from './addon/cache-lock.ts';
import { loadAddon } from './addon/compile-addon.ts';
import { BuildError } from './addon/errors.ts';
import { hashFile, hashValue } from './addon/hash.ts';
import { linkAddon } from './addon/link-addon.ts';
import { nodeHeaders } from './addon/node-headers.ts';
import { settleAll } from './addon/settle.ts';
import { findCompiler, machineIsa, type Compiler } from './addon/toolchain.ts';
import { compileModel } from './compile-model.ts';
import { Model } from './model.ts';
import type { NativeAddon } from './native.ts';
import { completeOptions, type BuildOptions, type CompleteOptions } from './options.ts';
import { parsePorts, portsInclude, type PortLayout } from './ports.ts';
import { buildSupport, nativeFolder } from './support.ts';
import { verilate, verilatorArgs, type Verilated } from './verilate.ts';
import { findRuntime, findVerilator, type Verilator } from './verilator.ts';

/**
 * Builds a simulator of a Verilog module, or finds it in the cache.
 *
 * `Dut` may name the types of the ports: `build<{ en: number; count: number }>(…)`.
 * @throws {BuildError} for errors and lint warnings in the Verilog.
 * @throws {RangeError} for options out of range, and for ports that are arrays or are called like a C++ method (`name`).
 * @throws {ToolchainError} when Verilator or the C++ compiler is missing or too old.
 * @throws {CacheError} when the cache folder cannot be written.
 * @example
 * const Counter = await build({ top: 'counter', sources: ['/…/counter.v'], params: { WIDTH: 8 } });
 * using sim = Counter.create();
 * sim.dut.en = 1;
 * sim.step(10);
 * console.log(sim.dut.count); // 10
 */
// Without a type argument, any port name is taken: the check is then made at run time.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function build<Dut extends object = any>(options: BuildOptions): Promise<Model<Dut>> {
  const complete = completeOptions(options);
  cacheLimit(); // A wrong limit is told before the work, not after it.
  const [verilator, compiler] = await Promise.all([findVerilator(), findCompiler()]);
  const request = await requestKey(complete, verilator, compiler);
  let folder = await findRemembered(request);
  if (folder === undefined) {
    await makeCacheFolders();
    const onWait = (): void => complete.onProgress(`waiting for another process to build ${complete.top}`);
    folder = await withLock(request, onWait, async () => {
      return (await findRemembered(request)) ?? (await make(request, complete, verilator, compiler));
    });
  }
  const ports = JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8')) as PortLayout[];
  const addon = loadAddon<NativeAddon>(join(folder, 'model.node'));
  return new Model<Dut>(addon, ports, complete, folder);
}

async function findRemembered(request: string): Promise<string | undefined> {
  const key = await recall(request);
  return key === undefined ? undefined : findEntry(key);
}

async function make(
  request: string,
  options: CompleteOptions,
  verilator: Verilator,
  compiler: Compiler,
): Promise<string> {
  const { top, trace, flags, onProgress } = options;
  const started = Date.now();
  return withWorkFolder(async (work) => {
    onProgress(`translating ${top}`);
    const verilated = await verilate(verilator, options, work);
    const ports = await readPorts(verilated, options);
    await writeFile(join(verilated.folder, 'ports.inc'), portsInclude(ports));
    const runtime = await findRuntime(verilator);
    const code = await Promise.all(verilated.files.map((name) => hashFile(join(verilated.folder, name))));
    const glue = await hashNative();
    const toolchain = [compiler.command, compiler.args, compiler.version, runtime.hash, nodeHeaders().versions];
    const key = hashValue(['model 1', verilated.files, code, glue, toolchain, trace, flags, machineIsa(flags)]);
    const onWait = (): void => onProgress(`waiting for another process to compile ${top}`);
    const folder = await cached(key, onWait, async (target) => {
      const objects = await settleAll([
        buildSupport(compiler, runtime, { trace, onProgress }),
        compileModel(compiler, runtime, verilated, { work, trace, flags, onProgress }),
      ]);
      await linkAddon(compiler, {
        name: 'model',
        objects: objects.flat(),
        flags: [...flags, '-pthread'],
        folder: target,
        work,
      });
      await writeFile(join(target, 'ports.json'), JSON.stringify(ports));
      await mkdir(join(target, 'generated'));
      for (const name of verilated.files) await cp(join(verilated.folder, name), join(target, 'generated', name));
    });
    await remember(request, verilated.inputs, key, started);
    return folder;
  });
}

async function readPorts(verilated: Verilated, options: CompleteOptions): Promise<PortLayout[]> {
  const ports = parsePorts(await readFile(join(verilated.folder, 'Vdut.h'), 'utf8'));
  if (ports.length > 0) return ports;
  const message = 'it has none';
  throw new BuildError(`Verilog top ${options.top} to have ports`, [], [{ severity: 'error', message }], '');
}

// A new file in an include folder can hide one that was found further on, so the folders' names count.
async function requestKey(options: CompleteOptions, verilator: Verilator, compiler: Compiler): Promise<string> {
  const { sources, includeDirs, flags } = options;
  const listings = await Promise.all(includeDirs.map(async (folder) => (await readdir(folder)).toSorted()));
  return hashValue([
    'request 1',
    verilatorArgs(options),
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
