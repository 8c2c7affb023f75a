// SPDX-License-Identifier: Apache-2.0
// Verilog from the configuration of an iCE40, by icebox_vlog of IceStorm, which knows nothing of where it came from: what
// the chip is going to do, with the pins named as the design's ports again.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedRun } from '../flow/cached-run.ts';
import type { PlacedCell } from '../flow/place.ts';
import { topModule } from '../flow/yosys-json.ts';
import { ToolError, type Toolchain } from '../toolchain/index.ts';

/** A bitstream, unpacked again. */
export interface Unpacked {
  /** Text of the configuration. */
  readonly asc: string;
  readonly ports: readonly PinnedPort[];
  /** Where the placer put what, by the RTL's names. */
  readonly cells: readonly PlacedCell[];
}

/** A port of the design: its bits, lowest first, with the place of each bit's pin, `X0/Y5/io1`. */
export interface PinnedPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly pins: readonly string[];
}

/** No design gives such a configuration: outputs drive against each other, or logic feeds itself. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Ports of a netlist in Yosys' JSON, with the pins that the placer gave them. */
export function pinnedPorts(json: string, cells: readonly PlacedCell[]): PinnedPort[] {
  const places = new Map(cells.filter(({ type }) => type === 'SB_IO').map(({ name, bel }) => [name, bel]));
  return Object.entries(topModule(json).ports).map(([name, { direction, bits }]) => ({
    name,
    direction,
    pins: bits.map((_, bit) => {
      const place = places.get(`${bits.length === 1 ? name : `${name}[${bit}]`}$sb_io`);
      if (place === undefined) throw new Error(`Expected a pin for bit ${bit} of ${name}, but received none.`);
      return place;
    }),
  }));
}

/** icebox_vlog's name of a pin. */
function padOf(place: string): string {
  const [, x, y, z] = /^X(\d+)\/Y(\d+)\/io(\d)$/.exec(place)!;
  return `io_${x}_${y}_${z}`;
}

const [CONFIGURATION, CHIP] = ['design.asc', 'chip.v'];

/** What icebox_vlog prints before it counts the drivers of wires, where any has not one. */
const CHECK = 'Single-driver-check';

/**
 * A toolchain whose icebox_vlog leaves what it prints in a file. It says that something is wrong where a wire has no driver,
 * as some have in every configuration, and has printed all the same.
 */
function printing(toolchain: Toolchain): Toolchain {
  return {
    ...toolchain,
    run: async (tool, args, folder, options) => {
      const printed = await toolchain.run(tool, args, folder, options).catch((error: unknown) => {
        if (error instanceof ToolError && error.output.includes(CHECK)) return error.output;
        throw error;
      });
      await writeFile(join(folder, CHIP), printed.replace(/^Traceback[^]*/m, ''));
      return printed;
    },
  };
}

/**
 * What a configuration computes, in Verilog of two modules: the chip with its pins, and the design's ports around it. A
 * wire that nobody drives is 0, as the chip's inputs are that are not connected.
 * @param module name of the module with the design's ports
 * @param toolchain with icebox_vlog
 * @throws {ConfigurationError} when several outputs drive one wire, or logic feeds itself without a register between
 */
export async function configurationVerilog(
  { asc, ports }: Unpacked,
  module: string,
  toolchain: Toolchain,
): Promise<string> {
  const folder = await cachedRun({
    about: `configuration of ${module} as Verilog`,
    toolchain: printing(toolchain),
    tool: 'icebox_vlog',
    args: ['-s', '-D', '-n', `${module}_chip`, CONFIGURATION],
    inputs: [[CONFIGURATION, asc]],
    outputs: [CHIP],
  });
  const chip = await readFile(join(folder, CHIP), 'utf8');
  // The check of drivers also counts wires that nobody drives.
  const counted = [...chip.matchAll(/^\/\/\s*(\S+) has (\d+) drivers/gm)];
  const drivers = counted.find((match) => Number(match[2]) > 1);
  if (drivers) throw new ConfigurationError(`Expected one driver for each wire, but ${drivers[1]} has ${drivers[2]}.`);
  const loop = wireOfLoop(chip);
  if (loop !== undefined) throw new ConfigurationError(`Expected no wire to feed itself, but ${loop} does.`);
  // ... and carries, which have one that it does not know.
  const assigned = new Set([...chip.matchAll(/\bassign (\w+)\s*=/g)].map(([, wire]) => wire));
  const open = counted.flatMap(([, wire]) => (assigned.has(wire) ? [] : [`assign ${wire} = 0;\n`]));
  const driven = declaredOnce(chip).replace(/^endmodule/m, `${open.join('')}endmodule`);
  return `${driven}\n${wrapper(chip, module, ports)}`;
}

/** A list of wires or of registers; these begin with 0, as the chip's do. */
const DECLARATION = /^(wire|reg) ([^;]*);$/gm;

/** The chip with each port declared in its header alone: icebox_vlog declares them as wires and registers, too. */
function declaredOnce(chip: string): string {
  const isPort = (name: string): boolean => name.startsWith('io_');
  const registers = new Set([...chip.matchAll(/\b(io_\w+) = 0\b/g)].map(([, name]) => name));
  return chip
    .replace(DECLARATION, (_, kind: string, list: string) => {
      const names = list.split(', ').filter((name) => !isPort(name));
      return names.length === 0 ? '' : `${kind} ${names.join(', ')};`;
    })
    .replace(/\boutput (io_\w+)/g, (text, name: string) => (registers.has(name) ? `output reg ${name}` : text));
}

/** The design's ports around the chip's pins; a pin that nothing in the chip uses is not connected. */
function wrapper(chip: string, module: string, ports: readonly PinnedPort[]): string {
  const header = /module [^;]*;/.exec(chip)![0];
  const pads = new Set([...header.matchAll(/\b(?:input|output) (io_\d+_\d+_\d)\b/g)].map((match) => match[1]));
  const connections = ports.flatMap(({ name, pins }) =>
    pins.flatMap((place, bit) => (pads.has(padOf(place)) ? [`    .${padOf(place)}(${name}[${bit}])`] : [])),
  );
  return [
    `module ${module} (`,
    ports.map(({ name, direction, pins }) => `    ${direction} [${pins.length - 1}:0] ${name}`).join(',\n'),
    ');',
    `${module}_chip chip_u (`,
    connections.join(',\n'),
    ');',
    'endmodule',
    '',
  ].join('\n');
}

/** A wire that feeds itself through logic alone, in icebox_vlog's Verilog. */
function wireOfLoop(chip: string): string | undefined {
  const assigns = chip.matchAll(/^(?:\/\*[^*]*\*\/ *)?assign (\S+)\s*=\s*(.*);$/gm);
  const reads = new Map([...assigns].map(([, wire, value]) => [wire!, value!.match(/\b(?:n\d+|io_\w+)\b/g) ?? []]));
  const state = new Map<string, 'open' | 'done'>();
  const visit = (wire: string): string | undefined => {
    if (state.get(wire) === 'open') return wire;
    if (state.has(wire)) return undefined;
    state.set(wire, 'open');
    for (const read of reads.get(wire) ?? []) {
      const found = visit(read);
      if (found !== undefined) return found;
    }
    state.set(wire, 'done');
    return undefined;
  };
  for (const wire of reads.keys()) {
    const found = visit(wire);
    if (found !== undefined) return found;
  }
  return undefined;
}
