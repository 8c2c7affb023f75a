// SPDX-License-Identifier: Apache-2.0
// Block memories in Verilog that was read back from a configuration: in place of the FPGA's cells, modules of what these
// compute in each of their widths, by the models that come with Yosys.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedRun } from '../flow/cached-run.ts';
import type { Toolchain } from '../toolchain/index.ts';

/** A memory as icebox_vlog writes it, with its content, which is taken as unknown. */
const MEMORY = /\b(SB_RAM40_4K\w*) #\(\s*\.READ_MODE\((\d)\),\s*\.WRITE_MODE\((\d)\)[^;]*?\n\) (\w+ \()/g;

/** Yosys: one kind of memory as a module of its own. Modes 0 to 3 are 16 bits to 2. */
function kindScript(kind: string): string[] {
  const [, cell, read, write] = /^(.*)_(\d)_(\d)$/.exec(kind)!;
  return [
    'read_verilog -defer -D NO_ICE40_DEFAULT_ASSIGNMENTS +/ice40/cells_sim.v',
    `hierarchy -top ${cell} -chparam READ_MODE ${read} -chparam WRITE_MODE ${write}`,
    'proc',
    'attrmap -remove init',
    'delete t:$meminit*',
    'opt -full',
    'memory_collect',
    // Bits by themselves, so that no vector seems to feed itself.
    'splitnets',
    'opt_clean -purge',
    `rename -top ${kind}`,
    `write_verilog -noattr ${kind}.v`,
    'design -reset',
  ];
}

/**
 * Verilog without cells of the FPGA.
 * @param text as `configurationVerilog` gives it
 * @param toolchain with Yosys
 */
export async function withBlockMemories(text: string, toolchain: Toolchain): Promise<string> {
  const kinds = new Set<string>();
  const chip = text.replace(MEMORY, (_, cell: string, read: string, write: string, instance: string) => {
    const kind = `${cell}_${read}_${write}`;
    kinds.add(kind);
    return `${kind} ${instance}`;
  });
  if (kinds.size === 0) return text;
  const names = [...kinds].toSorted();
  const folder = await cachedRun({
    about: 'block memories of iCE40 as Verilog',
    toolchain,
    tool: 'yosys',
    args: ['-q', '-s', 'memories.ys'],
    inputs: [['memories.ys', names.flatMap((kind) => kindScript(kind)).join('\n')]],
    outputs: names.map((kind) => `${kind}.v`),
  });
  const models = await Promise.all(names.map((kind) => readFile(join(folder, `${kind}.v`), 'utf8')));
  return [chip, ...models].join('\n');
}
