// SPDX-License-Identifier: Apache-2.0
// A top of four pins around a module of many ports, so that the module alone is placed, routed and timed between
// registers. Inputs are bits of a long shift register; outputs are added, three bits to one without carry, into another
// that shifts out: each depends on data that no tool knows, and reaches a pin, so nothing can be optimised away. It costs
// a register for each input bit, and for three output bits one and a look-up table. Registers of inputs have a reset: else
// the next of a register in the shift register was the same as a copy of it that the module keeps for its own next stage,
// and synthesis merged them into one, which then had to reach from one end of the module to the other.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Toolchain } from '../toolchain/index.ts';
import { cachedRun } from './cached-run.ts';
import type { Design } from './design.ts';
import type { Stages } from './stages.ts';
import { topModule } from './yosys-json.ts';
import { readCommands } from './yosys-script.ts';

/** A port of a module. */
export interface ModulePort {
  readonly name: string;
  readonly input: boolean;
  readonly bits: number;
}

/** The module around it. */
const PIN_LIGHT = 'pin_light';

/** Outputs that a register of the outer module takes: with the register before it, as many as a look-up table has inputs. */
const OUTPUTS_AT_ONCE = 3;

/** Name of the clock of every module in rtl/. */
const CLOCK = 'clk';

/** Verilog of the module around another.
 * @param instance what the inner module is called inside */
export function pinLightTop(
  module: string,
  instance: string,
  parameters: Readonly<Record<string, number>>,
  ports: readonly ModulePort[],
): string {
  const inputs = ports.filter(({ name, input }) => input && name !== CLOCK);
  const outputs = ports.filter(({ input }) => !input);
  const total = (some: readonly ModulePort[]): number => some.reduce((sum, { bits }) => sum + bits, 0);
  const slices = (some: readonly ModulePort[], vector: string): string[] => {
    let low = 0;
    return some.map(({ name, bits }) => {
      const slice = `        .${name} (${vector}[${low + bits - 1}:${low}])`;
      low += bits;
      return slice;
    });
  };
  const outBits = total(outputs);
  const shifted = Math.ceil(outBits / OUTPUTS_AT_ONCE);
  const added = Array.from({ length: OUTPUTS_AT_ONCE }, (_, i) => {
    const bits = Math.min(shifted, outBits - i * shifted);
    return bits > 0 ? ` ^ out[${i * shifted} +: ${bits}]` : '';
  });
  const sets = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  return `\`default_nettype none
module ${PIN_LIGHT} (input wire clk, input wire clear, input wire serial_in, output wire serial_out);
    reg  [${total(inputs)}:0] in_q;
    reg  [${shifted - 1}:0] out_q;
    wire [${outBits - 1}:0] out;
    always @(posedge clk) begin
        in_q  <= clear ? {${total(inputs) + 1}{1'b0}} : {in_q[${total(inputs) - 1}:0], serial_in};
        out_q <= (out_q << 1)${added.join('')};
    end
    assign serial_out = out_q[${shifted - 1}] ^ in_q[${total(inputs)}];
    ${module} ${sets.length > 0 ? `#(${sets.join(', ')}) ` : ''}${instance} (
${[`        .${CLOCK} (clk)`, ...slices(inputs, 'in_q'), ...slices(outputs, 'out')].join(',\n')}
    );
endmodule
\`default_nettype wire
`;
}

/** Ports of a module with these parameters, as Yosys elaborates it. */
async function portsOf(design: Design, toolchain: Toolchain, stages: Stages): Promise<ModulePort[]> {
  const stage = stages.begin(`ports of ${design.title}`);
  try {
    const script = [
      ...readCommands(design),
      `hierarchy -check -top ${design.top}`,
      'proc',
      'write_json ports.json',
    ].join('\n');
    const folder = await cachedRun({
      about: `ports ${design.top}`,
      toolchain,
      tool: 'yosys',
      args: ['-q', '-s', 'ports.ys'],
      inputs: [...design.sources.map(({ name, text }) => [name, text] as const), ['ports.ys', `${script}\n`]],
      outputs: ['ports.json'],
    });
    const { ports } = topModule(await readFile(join(folder, 'ports.json'), 'utf8'));
    return Object.entries(ports).map(([name, { direction, bits }]) => ({
      name,
      input: direction === 'input',
      bits: bits.length,
    }));
  } finally {
    stage.end();
  }
}

/** A design whose top is a module of many ports, put into one of four pins. */
export async function pinLight(
  design: Design,
  instance: string,
  toolchain: Toolchain,
  stages: Stages,
): Promise<Design> {
  const ports = await portsOf(design, toolchain, stages);
  const text = pinLightTop(design.top, instance, design.parameters, ports);
  const { pins: _, ...rest } = design;
  return { ...rest, top: PIN_LIGHT, sources: [...design.sources, { name: `${PIN_LIGHT}.v`, text }], parameters: {} };
}
