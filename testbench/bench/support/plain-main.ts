// SPDX-License-Identifier: Apache-2.0
// The other side of every speed comparison: an ordinary C++ program over the
// same generated code, compiled with the same optimisation flags, but as a
// program and with Verilator's own runtime, so that it carries nothing of Node.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../../../sim/addon/cache.ts';
import { defineFlags } from '../../../sim/addon/compile-object.ts';
import { parseCompilerOutput } from '../../../sim/addon/diagnostics.ts';
import { BuildError } from '../../../sim/addon/errors.ts';
import { hashFile, hashValue } from '../../../sim/addon/hash.ts';
import { runProcess } from '../../../sim/addon/process.ts';
import { findCompiler, machineIsa } from '../../../sim/addon/toolchain.ts';
import { writeUnits } from '../../../sim/compile-model.ts';
import type { Model } from '../../../sim/index.ts';
import { runtimeSources, verilatorDefines } from '../../../sim/support.ts';
import { findRuntime, findVerilator } from '../../../sim/verilator.ts';

/** What {@link buildPlainMain} is told. */
export interface PlainMainOptions {
  /** Model whose generated code the program runs. */
  readonly model: Model;
  /** Absolute path of a C++ file with `main`, which includes `Vdut.h`. */
  readonly source: string;
  /** Told what takes time. @defaultValue silent */
  readonly onProgress?: (text: string) => void;
}

/**
 * Compiles a program from a model's generated C++ and a `main`; cached like everything else.
 * @returns absolute path of the executable.
 */
export async function buildPlainMain(options: PlainMainOptions): Promise<string> {
  const { model, source, onProgress = (): void => undefined } = options;
  const { folder, variant, flags } = model.code;
  const compiler = await findCompiler();
  const runtime = await findRuntime(await findVerilator());
  const files = (await readdir(folder)).sort();
  const contents = await Promise.all([source, ...files.map((name) => join(folder, name))].map(hashFile));
  const common = [...compiler.args, '-std=c++17', '-O2', ...defineFlags(verilatorDefines(variant)), ...flags, '-w'];
  const key = hashValue(['plain main 1', compiler.version, runtime.hash, common, machineIsa(flags), files, contents]);
  const run = async (args: readonly string[], cwd: string): Promise<void> => {
    const { code, stderr } = await runProcess(compiler.command, args, { cwd });
    if (code === 0) return;
    throw new BuildError('a plain main to compile', [compiler.command, ...args], parseCompilerOutput(stderr), stderr);
  };
  const entry = await cached(
    key,
    `program of ${model.top}`,
    () => onProgress('waiting for another process'),
    async (target) => {
      onProgress(`compiling a program for ${model.top}`);
      const work = join(target, '..');
      const sources = [
        source,
        ...(await writeUnits(folder, files, work)),
        ...runtimeSources(variant).map((name) => join(runtime.folder, name)),
      ];
      const objects = await Promise.all(
        sources.map(async (path, i) => {
          const object = `object${i}.o`;
          await run([...common, '-isystem', runtime.folder, '-I', folder, '-c', path, '-o', object], work);
          return object;
        }),
      );
      await run([...common, ...objects, '-pthread', '-o', join(target, 'plain-main')], work);
    },
  );
  return join(entry, 'plain-main');
}
