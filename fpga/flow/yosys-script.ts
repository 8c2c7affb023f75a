// SPDX-License-Identifier: Apache-2.0
// What Yosys is told. File names are quoted; parameters are set before anything is elaborated.

import type { Design } from './design.ts';
import { FAMILIES } from './families.ts';

/** The netlist's file. */
export const NETLIST = 'netlist.json';

/** Reads a design and sets its parameters; what elaborates it, knows the family's own cells. */
export function readCommands({ top, sources, parameters }: Pick<Design, 'top' | 'sources' | 'parameters'>): string[] {
  const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  return [
    ...sources.map(({ name }) => `read_verilog -defer "${name}"`),
    ...(sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : []),
  ];
}

/** Synthesizes a design to {@link NETLIST}. */
export function synthesisScript(design: Design): string {
  const { synthesis } = FAMILIES[design.family];
  const commands = [
    ...readCommands(design),
    [synthesis, ...design.synthesis, `-top ${design.top}`].join(' '),
    `write_json ${NETLIST}`,
  ];
  return `${commands.join('\n')}\n`;
}
