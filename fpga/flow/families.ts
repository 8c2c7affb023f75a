// SPDX-License-Identifier: Apache-2.0
// What differs between FPGA families: the command that synthesizes for them, and what their cells are called.

import type { ToolName } from '../toolchain/index.ts';
import type { Board } from './board.ts';
import type { Design } from './design.ts';
import type { Resources } from './resources.ts';

/** What places and routes a family. */
export interface Placer {
  readonly tool: ToolName;
  /** Whether it is fetched where the system has none; else it is used only where the system has it. */
  readonly fetched: boolean;
  /** Options that name the FPGA, the pins and the file of its configuration. */
  readonly options: (design: Design) => string[];
}

/** The file of a placement as the family's packer reads it. */
export const PLACED = 'design.config';

/** A family of FPGAs. */
export interface Family {
  readonly name: string;
  /** Command of Yosys; its top and further options follow. */
  readonly synthesis: string;
  /** How many of a part a cell is. */
  readonly cells: readonly (readonly [cell: RegExp, part: keyof Resources, count: number])[];
  readonly placer?: Placer;
}

/** Families by the names that board.json uses. */
export const FAMILIES: Readonly<Record<Board['family'], Family>> = {
  ice40: {
    name: 'iCE40',
    synthesis: 'synth_ice40 -abc2',
    cells: [
      [/^SB_LUT4$/, 'luts', 1],
      [/^SB_DFF/, 'flipFlops', 1],
      [/^SB_CARRY$/, 'carries', 1],
      [/^SB_RAM40_4K/, 'blockRams', 1],
      [/^SB_SPRAM256KA$/, 'sprams', 1],
      [/^SB_MAC16$/, 'dsps', 1],
    ],
    placer: {
      tool: 'nextpnr-ice40',
      fetched: true,
      options: (design) => [
        ...[`--${design.device}`, '--package', design.package, '--asc', PLACED],
        ...(design.pins === undefined ? [] : ['--pcf', design.pins.name]),
      ],
    },
  },
  ecp5: {
    name: 'ECP5',
    synthesis: 'synth_ecp5',
    cells: [
      [/^LUT4$/, 'luts', 1],
      [/^TRELLIS_FF$/, 'flipFlops', 1],
      // Two LUT4 with their carries; a distributed memory of 16 x 4 bits takes four LUT4 and the two of its address.
      [/^CCU2C$/, 'carries', 1],
      [/^CCU2C$/, 'luts', 2],
      [/^TRELLIS_DPR16X4$/, 'luts', 6],
      [/^DP16KD$/, 'blockRams', 1],
      [/^MULT18X18D$/, 'dsps', 1],
    ],
    placer: {
      tool: 'nextpnr-ecp5',
      fetched: false,
      options: ({ device, package: name }) => [
        ...[`--${device}`, '--package', name, '--lpf-allow-unconstrained', '--textcfg', PLACED],
      ],
    },
  },
  gowin: {
    name: 'Gowin',
    synthesis: 'synth_gowin -noiopads',
    cells: [
      [/^LUT[1-4]$/, 'luts', 1],
      [/^DFF/, 'flipFlops', 1],
      [/^ALU$/, 'carries', 1],
      [/^ALU$/, 'luts', 1],
      [/^RAM16S(DP)?4$/, 'luts', 6],
      [/^(SDPX?9?B|SPX?9?|DPX?9?B)$/, 'blockRams', 1],
      [/^MULT18X18$/, 'dsps', 1],
    ],
  },
  xilinx7: {
    name: 'Xilinx 7',
    synthesis: 'synth_xilinx -family xc7 -noiopad',
    cells: [
      [/^(LUT[1-6]|INV)$/, 'luts', 1],
      [/^FD[CPRS]E/, 'flipFlops', 1],
      [/^CARRY4$/, 'carries', 1],
      [/^(RAM32M|RAM64M)$/, 'luts', 4],
      [/^(RAM(32|64)X1D)$/, 'luts', 2],
      [/^RAM128X1D$/, 'luts', 4],
      [/^(SRL16E|SRLC32E)$/, 'luts', 1],
      [/^RAMB18E1$/, 'blockRams', 1],
      [/^RAMB36E1$/, 'blockRams', 2],
      [/^DSP48E1$/, 'dsps', 1],
    ],
  },
};
