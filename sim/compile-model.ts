// SPDX-License-Identifier: Apache-2.0
// Generated C++ -> objects. Files are compiled a few hundred kilobytes at a
// time: one unit lets the compiler inline across them, several use all
// processors.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseFlags, defineFlags } from './addon/compile-object.ts';
import { parseCompilerOutput } from './addon/diagnostics.ts';
import { BuildError } from './addon/errors.ts';
import { runProcess } from './addon/process.ts';
import { settleAll } from './addon/settle.ts';
import type { Compiler } from './addon/toolchain.ts';
import { precompiledHeader, nativeFolder, verilatorDefines, type Variant } from './support.ts';
import type { Verilated } from './verilate.ts';
import type { VerilatorRuntime } from './verilator.ts';

/** Bytes of generated code in one translation unit. */
const unitSize = 400_000;

/**
 * What runs once, when an instance is made or settles, is not optimised: that is half of what a compiler has to do. As
 * pragmas and not as flags, because a precompiled header only serves the flags that it was made with. In headers that
 * come after them, it is fast units that decide, as they are linked first.
 */
const UNOPTIMISED = `#ifdef __clang__
#pragma clang optimize off
#else
#pragma GCC optimize("O0")
#endif
`;

/** Compiler flags of generated code, as its own include folder is reached from `work`. */
export function modelFlags(variant: Variant, flags: readonly string[]): string[] {
  return [...defineFlags(verilatorDefines(variant)), ...flags];
}

/** Compiles generated code and model.cpp in `work`; returns the objects' paths. */
export async function compileModel(
  compiler: Compiler,
  runtime: VerilatorRuntime,
  verilated: Verilated,
  options: {
    readonly work: string;
    readonly variant: Variant;
    readonly flags: readonly string[];
    readonly onProgress: (text: string) => void;
  },
): Promise<string[]> {
  const { work, variant, onProgress } = options;
  const flags = modelFlags(variant, options.flags);
  const header = await precompiledHeader(compiler, runtime, flags, onProgress);
  // model.cpp goes with the first unit, so that its loops and the code they call are optimised together.
  const sources = await writeUnits(verilated.folder, verilated.files, work, ['model.cpp', 'one-thread.hpp']);
  onProgress(`compiling ${verilated.files.length} generated files`);
  return settleAll(
    sources.map(async (source, i) => {
      const object = join(work, `unit${i}.o`);
      const args = [...compiler.args, ...baseFlags(compiler), ...flags, ...header];
      args.push(
        // Models with public signals include svdpi.h.
        ...[runtime.folder, join(runtime.folder, 'vltstd')].flatMap((folder) => ['-isystem', folder]),
        '-I',
        nativeFolder(),
        '-I',
        verilated.folder,
        '-w',
        '-c',
        source,
        '-o',
        object,
      );
      const { code, stderr } = await runProcess(compiler.command, args, { cwd: work });
      if (code !== 0) {
        const diagnostics = parseCompilerOutput(stderr);
        throw new BuildError('generated C++ to compile', [compiler.command, ...args], diagnostics, stderr);
      }
      return object;
    }),
  );
}

/**
 * Writes translation units that include the generated sources in `folder`; returns their paths.
 *
 * What runs each cycle is kept apart from what runs once, and comes first, after `leading`.
 */
export async function writeUnits(
  folder: string,
  files: readonly string[],
  work: string,
  leading: readonly string[] = [],
): Promise<string[]> {
  const sources = files.filter((name) => name.endsWith('.cpp'));
  const isSlow = (name: string): boolean => /__Slow\.cpp$|__Syms\.cpp$/.test(name);
  const units: { slow: boolean; names: string[] }[] = [];
  for (const slow of [false, true]) {
    const group = sources.filter((name) => isSlow(name) === slow);
    let size = Infinity;
    for (const name of group) {
      const { length } = await readFile(join(folder, name));
      if (size + length > unitSize) {
        units.push({ slow, names: [] });
        size = 0;
      }
      units.at(-1)!.names.push(name);
      size += length;
    }
  }
  units[0]?.names.unshift(...leading);
  return Promise.all(
    units.map(async ({ slow, names }, i) => {
      const path = join(work, `unit${i + 1}.cpp`);
      const includes = names.map((name) => `#include "${name}"\n`).join('');
      await writeFile(path, slow ? UNOPTIMISED + includes : includes);
      return path;
    }),
  );
}
