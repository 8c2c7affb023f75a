// SPDX-License-Identifier: Apache-2.0
// Verilog from the configuration of an iCE40, by icebox_vlog of IceStorm, which knows nothing of where it came from: what
// the chip is going to do, with the pins named as the design's ports again.

import { runProcess } from '../../sim/addon/index.ts';
import type { PlacedCell } from '../flow/place.ts';
import { topModule } from '../flow/yosys-json.ts';

/** Program that reads a configuration, and where it comes from. */
export const ICEBOX = 'icebox_vlog';

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

/**
 * What a configuration computes, in Verilog of two modules: the chip with its pins, and the design's ports around it.
 * @param folder with the configuration
 * @param file name of it, as icepack reads it
 * @param module name of the module with the design's ports
 * @throws {ConfigurationError} when several outputs drive one wire, or logic feeds itself without a register between
 */
export async function recoverVerilog(
  folder: string,
  file: string,
  module: string,
  ports: readonly PinnedPort[],
): Promise<string> {
  // Without a fixed seed for Python's sets, the same configuration has wires of other names each time.
  const args = ['PYTHONHASHSEED=0', ICEBOX, '-s', '-D', '-n', `${module}_chip`, file];
  const { code, stdout, stderr } = await runProcess('env', args, { cwd: folder, seconds: 600 });
  // The check of drivers also counts wires that nobody drives, of which every configuration has some.
  const drivers = [...stdout.matchAll(/^\/\/\s*(\S+) has (\d+) drivers/gm)].find((match) => Number(match[2]) > 1);
  if (drivers) throw new ConfigurationError(`Expected one driver for each wire, but ${drivers[1]} has ${drivers[2]}.`);
  if (code !== 0 && !stdout.includes('Single-driver-check')) {
    throw new Error(
      `Expected ${ICEBOX} to read ${file}, but it ended with ${code}: ${stderr.trim().split('\n').at(-1)}`,
    );
  }
  const loop = wireOfLoop(stdout);
  if (loop !== undefined) throw new ConfigurationError(`Expected no wire to feed itself, but ${loop} does.`);
  return `${stdout}\n${wrapper(stdout, module, ports)}`;
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
