// SPDX-License-Identifier: Apache-2.0
// What others published about Verilator driven from Python. Quoted, not measured
// here: another design, another machine.

/** A figure that somebody else measured. */
export interface Published {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

export const published: readonly Published[] = [
  {
    name: 'cocotb on Verilator, a RISC-V core (coreblocks)',
    value: '7,000 to 9,000 cycles/s, native C++ 23,000 to 41,000 cycles/s on the same core',
    source: 'coreblocks pull request 1110, 2026-09',
  },
  {
    name: 'cocotb on Verilator, 36,167 cycles of that core',
    value: '5.1 s, native C++ 0.89 s',
    source: 'coreblocks pull request 1110, 2026-09',
  },
  {
    name: 'cocotb on Verilator, 13,532 cycles of that core',
    value: '3.0 s, native C++ 0.59 s',
    source: 'coreblocks pull request 1110, 2026-09',
  },
];
