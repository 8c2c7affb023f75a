// SPDX-License-Identifier: Apache-2.0
// A netlist as Verilog that a simulator counts the toggles of: each cell as the function that the library says it is,
// without delays, and one counter for each net.
//
// Counters lie on their side: word g * planes + k of `toggle_planes` holds bit k of the counters of nets 32 g to
// 32 g + 31, so that a clock adds to all of them with a few operations on words. A net's toggle is a value at a clock edge that differs from that at the edge before;
// with no delays there are no glitches to count.

import { parseFunction, toVerilog } from './boolean.ts';
import { LibertyError } from './liberty-error.ts';
import type { Instance, Net, Netlist } from './netlist.ts';

/** Verilog of a netlist with counters. */
export interface SimulationNetlist {
  /** Name of the top. */
  readonly top: string;
  readonly text: string;
  /** Nets in the order of the counters; the clock, which toggles twice a clock, is not among them. */
  readonly nets: readonly number[];
  /** Bits of a counter: clocks up to 2^planes - 1 can be counted. */
  readonly planes: number;
  /** Name of the clock's port. The other inputs are the netlist's, and `counting`, which lets toggles count. */
  readonly clock: string;
}

/** A net in the text. */
function textOf(net: Net): string {
  return typeof net === 'number' ? `n${net}` : `1'b${net}`;
}

/** The net that all registers are clocked by, at its rising edge. */
function clockOf({ top, instances }: Netlist): number {
  let clock: number | undefined;
  for (const { cell, pins, name } of instances) {
    if (cell.otherState) throw new LibertyError(`Expected ${top} to have registers only, but received a ${cell.name}.`);
    if (!cell.register) continue;
    const { clockedOn, clear, preset } = cell.register;
    const net = pins.get(clockedOn);
    if (typeof net !== 'number' || clear !== undefined || preset !== undefined || (clock ?? net) !== net) {
      throw new LibertyError(
        `Expected registers of ${top} to take values at the rising edge of one clock, but received ${cell.name} (${name}).`,
      );
    }
    clock = net;
  }
  if (clock === undefined) throw new LibertyError(`Expected ${top} to have registers, but received none.`);
  return clock;
}

/** What a cell does, a line for each output. */
function linesOf({ cell, pins, name }: Instance): string[] {
  const net = (pin: string): string => {
    const connected = pins.get(pin);
    if (connected === undefined) {
      throw new LibertyError(`Expected pin ${pin} of ${cell.name} (${name}) to be connected, but received nothing.`);
    }
    return textOf(connected);
  };
  const { register } = cell;
  const lines = register
    ? [`always @(posedge clk_net) ${name} <= ${toVerilog(parseFunction(register.nextState), net)};`]
    : [];
  const value = (pin: string): string =>
    pin === register?.value ? name : pin === register?.inverse ? `~${name}` : net(pin);
  for (const { name: pin, direction, function: text } of cell.pins) {
    const driven = pins.get(pin);
    if (direction !== 'output' || typeof driven !== 'number') continue;
    if (text === undefined) {
      throw new LibertyError(`Expected output ${pin} of ${cell.name} to have a function, but received none.`);
    }
    lines.push(`assign ${textOf(driven)} = ${toVerilog(parseFunction(text), value)};`);
  }
  return lines;
}

/**
 * Writes a netlist as Verilog with counters.
 * @param planes bits of a counter, from 1 to 32
 */
export function simulationNetlist(netlist: Netlist, planes = 20): SimulationNetlist {
  const { ports, instances } = netlist;
  const clock = clockOf(netlist);
  const all = new Set<number>();
  for (const { pins, cell } of instances) {
    for (const { name } of cell.pins) {
      const net = pins.get(name);
      if (typeof net === 'number') all.add(net);
    }
  }
  for (const { nets } of ports) for (const net of nets) if (typeof net === 'number') all.add(net);
  const clockPort = ports.find(({ nets }) => nets.includes(clock));
  if (clockPort?.nets.length !== 1 || clockPort.direction !== 'input') {
    throw new LibertyError(`Expected the clock of ${netlist.top} to be a port, but it is not.`);
  }
  const nets = [...all].filter((net) => net !== clock);
  const width = (bits: number): string => (bits === 1 ? '' : `[${bits - 1}:0] `);
  const groups = Math.ceil(nets.length / 32);
  const top = `${netlist.top}_gates`;
  const text = [
    '/* verilator lint_off UNUSED */',
    '/* verilator lint_off BLKSEQ */',
    `module ${top} (`,
    ...ports.map(({ name, direction, nets: bits }) => `    ${direction} wire ${width(bits.length)}${name},`),
    '    input wire counting',
    ');',
    ...[...all].map((net) => `wire n${net};`),
    ...instances.filter(({ cell }) => cell.register).map(({ name }) => `reg ${name};`),
    `wire clk_net = ${clockPort.name};`,
    ...ports.flatMap(({ name, direction, nets: bits }) =>
      bits.map((net, bit) => {
        const place = bits.length === 1 ? name : `${name}[${bit}]`;
        return direction === 'input' ? `assign ${textOf(net)} = ${place};` : `assign ${place} = ${textOf(net)};`;
      }),
    ),
    ...instances.flatMap(linesOf),
    `reg [31:0] toggle_planes [0:${groups * planes - 1}];`,
    `reg [31:0] settled [0:${groups - 1}];`,
    `reg [31:0] earlier [0:${groups - 1}];`,
    'reg [31:0] carry, plane;',
    'integer g, k;',
    `initial for (k = 0; k < ${groups * planes}; k = k + 1) toggle_planes[k] = 0;`,
    'always @(posedge clk_net) begin',
    ...Array.from({ length: groups }, (_, g) => {
      const bits = Array.from({ length: 32 }, (_bit, i) => textOf(nets[32 * g + 31 - i] ?? '0'));
      return `    settled[${g}] = {${bits.join(', ')}};`;
    }),
    `    for (g = 0; g < ${groups}; g = g + 1) begin`,
    '        carry = (settled[g] ^ earlier[g]) & {32{counting}};',
    '        earlier[g] = settled[g];',
    `        for (k = ${planes} * g; carry != 0; k = k + 1) begin`,
    '            plane = toggle_planes[k];',
    '            toggle_planes[k] = plane ^ carry;',
    '            carry = carry & plane;',
    '        end',
    '    end',
    'end',
    'endmodule',
    '',
  ].join('\n');
  return { top, text, nets, planes, clock: clockPort.name };
}
