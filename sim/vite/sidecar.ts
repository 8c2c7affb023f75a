// SPDX-License-Identifier: Apache-2.0
// The declaration file beside a Verilog file, by which TypeScript types its
// import: fifo.d.v.ts for './fifo.v', under the option allowArbitraryExtensions.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Design, FoundSignal } from '../design/index.ts';
import { designTypes, typesName } from '../types/index.ts';
import type { VerilogRequest } from './request.ts';

/** Where TypeScript looks for the types of an import: `.d` goes before what follows the last dot. */
export function sidecarPath({ file, name }: Pick<VerilogRequest, 'file' | 'name'>): string {
  const dot = name.lastIndexOf('.');
  return join(dirname(file), `${name.slice(0, dot)}.d${name.slice(dot)}.ts`);
}

/** Text of the file. */
export function sidecarText(design: Design, exposed: readonly FoundSignal[]): string {
  const name = typesName(design.top);
  return (
    `${designTypes(design, exposed)}\n` +
    `declare const model: import('berus/sim').Model<${name}>;\n` +
    'export default model;\n'
  );
}

/** Writes the file unless it says the same already, so that nothing that watches it wakes up. */
export async function writeSidecar(path: string, text: string): Promise<void> {
  // Windows allows no question marks in names.
  if (process.platform === 'win32' && path.includes('?')) return;
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}
