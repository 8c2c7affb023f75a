// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a netlist equals the design that it was synthesized from, for all inputs and all states: registers
// are paired by their names, and induction shows that pairs which are equal stay equal and that outputs are.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Design } from '../flow/design.ts';
import { inFolder } from '../flow/in-folder.ts';
import { NETLIST, readCommands } from '../flow/yosys-script.ts';
import { ToolError, type Toolchain } from '../toolchain/index.ts';
import { putInModels } from './cell-models.ts';

function script(design: Design): string {
  return [
    `read_json ${NETLIST}`,
    ...putInModels(design.top),
    'opt_clean',
    'design -stash netlist',
    ...readCommands(design),
    'rename -top rtl',
    'proc',
    'flatten',
    'opt -full',
    // In gates, bits of registers that nothing reads are seen to be such; synthesis has left them out.
    'techmap',
    'opt_clean -purge',
    // Only ports and registers are paired: other wires may have lost their meaning, and kept their name.
    'select -set paired i:* o:* %u t:$_*DFF* %co1:+[Q] w:* %i %u',
    'rename -hide w:* @paired %d',
    `design -copy-from netlist -as netlist ${design.top}`,
    'equiv_make rtl netlist proof',
    'hierarchy -top proof',
    'equiv_simple',
    'equiv_induct',
    'equiv_status -assert',
  ].join('\n');
}

/**
 * Whether a netlist is proved to equal a design. Products of more than 4 bits are beyond it: they take hours.
 * @param netlist in Yosys' JSON
 * @throws {ToolError} when Yosys stops before the proof
 */
export async function equalsNetlist(design: Design, netlist: string, toolchain: Toolchain): Promise<boolean> {
  try {
    await inFolder(async (folder) => {
      for (const { name, text } of design.sources) await writeFile(join(folder, name), text);
      await writeFile(join(folder, NETLIST), netlist);
      await writeFile(join(folder, 'proof.ys'), script(design));
      await toolchain.run('yosys', ['-q', '-s', 'proof.ys'], folder);
    });
    return true;
  } catch (error) {
    if (error instanceof ToolError && /unproven \$equiv cells in 'equiv_status/.test(error.output)) return false;
    throw error;
  }
}
