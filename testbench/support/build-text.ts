// SPDX-License-Identifier: Apache-2.0
// Models of Verilog that a tool wrote.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashValue } from '../../sim/addon/index.ts';
import { build, type Model } from '../../sim/index.ts';

/** Builds a model of Verilog without a file; its file is kept, so that the model is found by it. */
export async function buildText(top: string, text: string, flags: readonly string[] = []): Promise<Model> {
  const folder = await cached(
    hashValue(['verilog', text]),
    `verilog ${top}`,
    () => undefined,
    (made) => writeFile(join(made, `${top}.v`), text),
  );
  // Warnings are those of the tool's manner of writing.
  return build({ top, sources: [join(folder, `${top}.v`)], verilatorFlags: ['-Wno-lint', '-Wno-style'], flags });
}
