// SPDX-License-Identifier: Apache-2.0
// A netlist of library cells, as Yosys writes it in JSON. A net is a number; constants are '0' and '1'.

import type { Library, LibraryCell } from './library.ts';
import { LibertyError } from './liberty-error.ts';

/** A net, or a constant. */
export type Net = number | '0' | '1';

/** A port of the top, lowest bit first. */
export interface NetlistPort {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly nets: readonly Net[];
}

/** A cell and what its pins are connected to. */
export interface Instance {
  readonly name: string;
  readonly cell: LibraryCell;
  readonly pins: ReadonlyMap<string, Net>;
}

/** A flat netlist. */
export interface Netlist {
  readonly top: string;
  readonly ports: readonly NetlistPort[];
  readonly instances: readonly Instance[];
}

interface YosysModule {
  readonly attributes: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, { direction: string; bits: (number | string)[] }>>;
  readonly cells: Readonly<
    Record<string, { type: string; connections: Record<string, (number | string)[]>; hide_name: number }>
  >;
}

/** What is not known is 0, as it is wherever nothing depends on it. */
function netOf(bit: number | string | undefined): Net {
  return typeof bit === 'number' ? bit : bit === '1' ? '1' : '0';
}

/** Reads the top of what Yosys wrote. */
export function readNetlist(json: string, top: string, library: Library): Netlist {
  const { modules } = JSON.parse(json) as { modules: Readonly<Record<string, YosysModule>> };
  // A top with parameters has another name, and is the only one that is no library cell.
  const found = Object.values(modules).find(({ attributes }) => attributes['top'] !== undefined);
  if (!found) throw new LibertyError(`Expected a netlist of ${top}, but received none.`);
  const { ports, cells } = found;
  return {
    top,
    ports: Object.entries(ports).map(([name, { direction, bits }]) => ({
      name,
      direction: direction === 'input' ? 'input' : 'output',
      nets: bits.map(netOf),
    })),
    instances: Object.entries(cells).map(([name, { type, connections }], index) => {
      const cell = library.cells.get(type);
      if (!cell) {
        throw new LibertyError(
          `Expected library ${library.name} to have a cell for ${type} (${name}), but it has none.`,
        );
      }
      const pins = new Map(Object.entries(connections).map(([pin, bits]) => [pin, netOf(bits[0])] as const));
      return { name: `u${index}`, cell, pins };
    }),
  };
}

/** Area of all cells, or of registers alone, in the library's unit. */
export function netlistArea({ instances }: Netlist, registersOnly = false): number {
  return instances.reduce((sum, { cell }) => sum + (registersOnly && !cell.register ? 0 : cell.area), 0);
}
