// SPDX-License-Identifier: Apache-2.0
// Commands of Yosys that put into each iCE40 cell of a netlist what the cell computes, by the models that come with
// Yosys itself. What is left is plain Verilog of one module, and of one for each kind of memory, whatever simulates it.

import { LARGE_MEMORY } from './large-memory.ts';

/**
 * Commands for the design that Yosys holds.
 *
 * Models start registers and memories with 0, as the chip does; here they start with what the simulator gives, so that a
 * missing reset shows.
 * @param top module on top of the cells
 */
export function putInModels(top: string): string[] {
  return [
    // A netlist in JSON holds the cells as empty boxes.
    'delete =A:blackbox',
    // The model of the large memories of UltraPlus (left out by EQUIV) is none that Yosys can make gates of.
    'read_verilog -overwrite -D NO_ICE40_DEFAULT_ASSIGNMENTS -D EQUIV +/ice40/cells_sim.v',
    `read_verilog -overwrite <<END\n${LARGE_MEMORY}\nEND`,
    `hierarchy -check -top ${top}`,
    'select -assert-none */t:SB_PLL40* */t:SB_*OSC',
    'proc',
    'attrmap -remove init',
    'delete */t:$meminit*',
    // Each kind of cell once, not each cell: of a large netlist that takes half as long.
    'opt -full',
    'setattr -mod -set keep_hierarchy 1 */t:$mem* %m',
    'flatten',
    'opt_expr',
    'opt_clean',
  ];
}

/** Writes the design as Verilog for a simulator: bits by themselves, so that no vector seems to feed itself; short names. */
export function writeBits(file: string): string[] {
  return [
    'memory_collect',
    'splitnets',
    'opt_clean -purge',
    'rename -hide */w:* */i:* %d */o:* %d */c:*',
    'rename -enumerate */w:* */i:* %d */o:* %d',
    `write_verilog -noattr ${file}`,
  ];
}
