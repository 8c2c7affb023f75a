// SPDX-License-Identifier: Apache-2.0
// What every model shares, compiled once per machine: Verilator's runtime, the
// glue, and a precompiled header that takes most of the time out of compiling
// generated code.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './addon/cache.ts';
import { baseFlags, compileObject, type ObjectOptions } from './addon/compile-object.ts';
import { parseCompilerOutput } from './addon/diagnostics.ts';
import { BuildError } from './addon/errors.ts';
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
export const glueSources: readonly string[] = ['addon.cpp', 'simulator.cpp', 'hooks.cpp', 'capture.cpp'];

/** Macros under which Verilator's code is compiled, generated or not. */
export function verilatorDefines(trace: boolean): ObjectOptions['defines'] {
  const off = { VM_COVERAGE: 0, VM_SC: 0, VM_TRACE_FST: 0 };
  return { VERILATOR: 1, VL_TIME_CONTEXT: true, ...off, VM_TRACE: trace ? 1 : 0, VM_TRACE_VCD: trace ? 1 : 0 };
}

/** Compiles, or finds, the runtime and the glue; returns the objects' paths. */
export async function buildSupport(
  compiler: Compiler,
  runtime: VerilatorRuntime,
  options: { readonly trace: boolean; readonly onProgress: (text: string) => void },
): Promise<string[]> {
  const native = nativeFolder();
  const headers = nodeHeaders();
  const common = { compiler, systemDirs: [runtime.folder, ...headers.includeDirs], onProgress: options.onProgress };
  const salt = [runtime.hash, ...headers.versions];
  const runtimeSources = ['verilated.cpp', 'verilated_threads.cpp'];
  if (options.trace) runtimeSources.push('verilated_vcd_c.cpp');
  const objects = await settleAll([
    ...runtimeSources.map((name) =>
      compileObject({
        ...common,
        source: join(runtime.folder, name),
        includeDirs: [],
        // Printing, $finish, $stop and fatal errors come to the glue instead of ending the process.
        defines: {
          ...verilatorDefines(false),
          VL_PRINTF: 'berus_print',
          VL_USER_FINISH: true,
          VL_USER_STOP: true,
          VL_USER_FATAL: true,
        },
        flags: ['-w', '-include', join(native, 'print.hpp')],
        salt,
      }),
    ),
    ...glueSources.map((name) =>
      compileObject({
        ...common,
        source: join(native, name),
        includeDirs: [native],
        defines: { ...verilatorDefines(false), NAPI_VERSION: 8, NODE_ADDON_API_CPP_EXCEPTIONS_ALL: true },
        flags: [],
        salt,
      }),
    ),
  ]);
  return objects.map((object) => object.path);
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
  const folder = await cached(key, onWait, async (target) => {
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
