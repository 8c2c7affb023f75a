// SPDX-License-Identifier: Apache-2.0
// Objects -> a `.node` that exports nothing but the function by which Node
// registers it, so that addons in one process cannot see each other's symbols.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCompilerOutput } from './diagnostics.ts';
import { BuildError } from './errors.ts';
import { runProcess } from './process.ts';
import type { Compiler } from './toolchain.ts';

/** Links `objects` into `folder/name.node`, using `work` for files of its own. */
export async function linkAddon(
  compiler: Compiler,
  options: {
    readonly name: string;
    readonly objects: readonly string[];
    readonly flags: readonly string[];
    /** Flags for libraries, which come after what needs them. @defaultValue none */
    readonly libraries?: readonly string[];
    readonly folder: string;
    readonly work: string;
  },
): Promise<void> {
  const { name, objects, flags, libraries = [], folder, work } = options;
  const args = [...compiler.args, ...(await fastLinker(compiler)), ...flags];
  if (process.platform === 'darwin') {
    args.push('-bundle', '-undefined', 'dynamic_lookup', '-Wl,-exported_symbol,_napi_register_module_v1');
  } else {
    await writeFile(join(work, 'exports.map'), '{ global: napi_register_module_v1; local: *; };\n');
    args.push('-shared', '-Wl,--version-script=exports.map', '-Wl,--gc-sections', '-Wl,--build-id=none');
    // A symbol that is missing is an error when the addon is loaded, not the end of the process when it is used.
    args.push('-Wl,-z,now');
  }
  args.push(...objects, ...libraries, '-o', join(folder, `${name}.node`));
  const { code, stderr } = await runProcess(compiler.command, args, { cwd: work });
  if (code !== 0) {
    throw new BuildError(`${name} to link`, [compiler.command, ...args], parseCompilerOutput(stderr), stderr);
  }
}

/**
 * Flags for gold, where the compiler has it: of the time in which a small design is built, GNU's other linker takes a
 * tenth, and gold a third of that.
 */
async function fastLinker({ command, args, kind }: Compiler): Promise<readonly string[]> {
  if (process.platform !== 'linux' || kind !== 'gcc') return [];
  const flag = '-fuse-ld=gold';
  const { code } = await runProcess(command, [...args, flag, '-Wl,--version']);
  return code === 0 ? [flag] : [];
}
