// SPDX-License-Identifier: Apache-2.0
// What every model shares, compiled once per machine: Verilator's runtime, the
// glue, and a precompiled header that takes most of the time out of compiling
// generated code.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './addon/cache.ts';
import { baseFlags, compileObject, type ObjectOptions } from './addon/compile-object.ts';
import { parseCompilerOutput } from './addon/diagnostics.ts';
import { BuildError, ToolchainError } from './addon/errors.ts';
import { hashValue } from './addon/hash.ts';
import { nodeHeaders } from './addon/node-headers.ts';
import { packageRoot } from './addon/package-root.ts';
import { runProcess } from './addon/process.ts';
import { settleAll } from './addon/settle.ts';
import { machineIsa, type Compiler } from './addon/toolchain.ts';
import type { VerilatorRuntime } from './verilator.ts';

/** Folder of this package's C++ sources. */
export function nativeFolder(): string {
  return join(packageRoot(), 'sim', 'native');
}

/** Sources compiled once, as opposed to model.cpp. */
export const glueSources: readonly string[] = [
  'addon.cpp',
  'simulator.cpp',
  'hooks.cpp',
  'capture.cpp',
  'wave-file.cpp',
];

/** What a model is built with; each variant has its own runtime. */
export interface Variant {
  readonly trace: false | 'vcd' | 'fst';
  readonly coverage: boolean;
}

const plain: Variant = { trace: false, coverage: false };

/** Macros under which Verilator's code is compiled, generated or not. */
export function verilatorDefines({ trace, coverage }: Variant): ObjectOptions['defines'] {
  return {
    VERILATOR: 1,
    VL_TIME_CONTEXT: true,
    VM_SC: 0,
    VM_COVERAGE: coverage ? 1 : 0,
    VM_TRACE: trace === false ? 0 : 1,
    VM_TRACE_VCD: trace === 'vcd' ? 1 : 0,
    VM_TRACE_FST: trace === 'fst' ? 1 : 0,
  };
}

/** Verilator's sources that a model needs. */
export function runtimeSources({ trace, coverage }: Variant): string[] {
  return [
    'verilated.cpp',
    'verilated_threads.cpp',
    ...(trace === false ? [] : [`verilated_${trace}_c.cpp`]),
    ...(coverage ? ['verilated_cov.cpp'] : []),
  ];
}

// Headers of ours that come before one of Verilator's sources.
function included(name: string): string[] {
  return name === 'verilated_fst_c.cpp' ? ['runtime.hpp', 'wave-file.hpp'] : ['runtime.hpp'];
}

/** Compiles, or finds, the runtime and the glue; returns the objects' paths. */
export async function buildSupport(
  compiler: Compiler,
  runtime: VerilatorRuntime,
  options: Variant & { readonly onProgress: (text: string) => void },
): Promise<string[]> {
  const native = nativeFolder();
  const headers = nodeHeaders();
  const common = { compiler, systemDirs: [runtime.folder, ...headers.includeDirs], onProgress: options.onProgress };
  const salt = [runtime.hash, ...headers.versions];
  const objects = settleAll([
    ...runtimeSources(options).map((name) =>
      compileObject({
        ...common,
        source: join(runtime.folder, name),
        includeDirs: [],
        // Printing, $finish, $stop and fatal errors come to the glue instead of ending the process.
        defines: {
          ...verilatorDefines(plain),
          VL_PRINTF: 'berus_print',
          VL_USER_FINISH: true,
          VL_USER_STOP: true,
          VL_USER_FATAL: true,
        },
        flags: ['-w', ...included(name).flatMap((header) => ['-include', join(native, header)])],
        salt,
      }),
    ),
    ...glueSources.map((name) =>
      compileObject({
        ...common,
        source: join(native, name),
        includeDirs: [native],
        defines: { ...verilatorDefines(plain), NAPI_VERSION: 8, NODE_ADDON_API_CPP_EXCEPTIONS_ALL: true },
        flags: [],
        salt,
      }),
    ),
  ]);
  return (await objects.catch(rethrow)).map((object) => object.path);
}

// FST waveforms are compressed, by the only libraries that a model may need.
const fstLibraries = [
  { header: 'zlib.h', library: 'z', install: 'zlib1g-dev', brew: 'zlib' },
  { header: 'lz4.h', library: 'lz4', install: 'liblz4-dev', brew: 'lz4' },
];

/** Flags for the link of a model: what its waveforms need. */
export function linkFlags({ trace }: Variant, runtime: VerilatorRuntime): string[] {
  if (trace !== 'fst') return [];
  // Versions from 5.048 on bring a writer that also takes lz4.
  const used = existsSync(join(runtime.folder, 'fstcpp')) ? fstLibraries : fstLibraries.slice(0, 1);
  return used.map(({ library }) => `-l${library}`);
}

function rethrow(error: unknown): never {
  if (!(error instanceof BuildError)) throw error;
  const missing = fstLibraries.find(({ header }) => error.diagnostics.some(({ message }) => message.includes(header)));
  if (missing === undefined) throw error;
  const { header, library, install, brew } = missing;
  throw new ToolchainError(`${library}'s header ${header} for { trace: 'fst' }`, 'the compiler found none', {
    tool: library,
    tried: [error.command[0] ?? ''],
    install: process.platform === 'darwin' ? `brew install ${brew}` : `sudo apt-get install ${install}`,
  });
}

/** Flags for generated code that use a precompiled header, made when missing; none for compilers but g++. */
export async function precompiledHeader(
  compiler: Compiler,
  runtime: VerilatorRuntime,
  flags: readonly string[],
  onProgress: (text: string) => void,
): Promise<string[]> {
  // clang++ ties its precompiled headers to the path where they were made.
  if (compiler.kind !== 'gcc') return [];
  const args = [...compiler.args, ...baseFlags(compiler), ...flags, '-isystem', runtime.folder, '-w'];
  const key = hashValue(['header 1', compiler.command, compiler.version, runtime.hash, args, machineIsa(flags)]);
  const onWait = (): void => onProgress('waiting for another process to precompile verilated.h');
  const folder = await cached(key, 'header verilated.h', onWait, async (target) => {
    onProgress('precompiling verilated.h');
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'verilator.hpp'), '#include "verilated.h"\n');
    const command = [...args, '-x', 'c++-header', 'verilator.hpp', '-o', 'verilator.hpp.gch'];
    const { code, stderr } = await runProcess(compiler.command, command, { cwd: target });
    if (code === 0) return;
    const diagnostics = parseCompilerOutput(stderr);
    throw new BuildError('verilated.h to compile', [compiler.command, ...command], diagnostics, stderr);
  });
  return ['-include', join(folder, 'verilator.hpp')];
}
