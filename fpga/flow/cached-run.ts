// SPDX-License-Identifier: Apache-2.0
// A step of the flow: files in, files out, done once for the same input. What is killed leaves nothing, and is done again.

import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashContent, hashValue } from '../../sim/addon/index.ts';
import type { Toolchain, ToolName } from '../toolchain/index.ts';
import { inFolder } from './in-folder.ts';

/** One step. */
export interface Step {
  /** For a list of what is cached. */
  readonly about: string;
  readonly toolchain: Toolchain;
  readonly tool: ToolName;
  readonly args: readonly string[];
  /** Files that the tool reads: name and content. */
  readonly inputs: readonly (readonly [name: string, content: string | Uint8Array])[];
  /** Names of the files that the tool leaves, which are kept. */
  readonly outputs: readonly string[];
  /** What is kept besides, made of the tool's files. */
  readonly extract?: (folder: string) => Promise<Readonly<Record<string, string>>>;
  readonly onLine?: ((line: string) => void) | undefined;
  /** Seconds after which the tool is ended. @defaultValue an hour */
  readonly seconds?: number | undefined;
}

/** Of how results are kept; another number makes old ones useless. */
const FORM = 3;

/**
 * Does a step, or finds what it gave before.
 * @returns the folder of its files
 * @throws {ToolError} when the tool refuses
 */
export function cachedRun(step: Step): Promise<string> {
  const { toolchain, tool, args, inputs, onLine, seconds } = step;
  const key = hashValue([
    'fpga',
    FORM,
    toolchain.kind,
    toolchain.versions[tool],
    tool,
    args,
    inputs.map(([name, content]) => [name, hashContent(content)]),
    step.outputs,
  ]);
  return cached(
    key,
    step.about,
    () => step.onLine?.('waiting for another process'),
    (entry) =>
      inFolder(async (folder) => {
        for (const [name, content] of inputs) await writeFile(join(folder, name), content);
        await toolchain.run(tool, args, folder, {
          ...(onLine && { onLine }),
          ...(seconds !== undefined && { seconds }),
        });
        for (const name of step.outputs) await copyFile(join(folder, name), join(entry, name));
        for (const [name, text] of Object.entries((await step.extract?.(folder)) ?? {})) {
          await writeFile(join(entry, name), text);
        }
      }),
  );
}
