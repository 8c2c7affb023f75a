// SPDX-License-Identifier: Apache-2.0
// A netlist of library cells, as Yosys writes it in JSON. A net is a number; constants are '0' and '1'.
//
// What a top has many of, such as the rows of an array, may be a block: a netlist of its own that is there once, with
// the nets of the top that each copy's ports are connected to.

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

/** Cells and ports, all on one level. */
export interface FlatNetlist {
  readonly top: string;
  readonly ports: readonly NetlistPort[];
  readonly instances: readonly Instance[];
}

/** A part of which there are copies. */
export interface Block {
  readonly body: FlatNetlist;
  /** Of each copy: the top's nets at each port of the body, lowest bit first. */
  readonly copies: readonly ReadonlyMap<string, readonly Net[]>[];
}

/** A netlist, and the blocks in it. */
export interface Netlist extends FlatNetlist {
  readonly blocks: readonly Block[];
}

interface YosysModule {
  readonly attributes: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, { direction: string; bits: (number | string)[] }>>;
  readonly cells: Readonly<Record<string, { type: string; connections: Record<string, (number | string)[]> }>>;
}

/** What is not known is 0, as it is wherever nothing depends on it. */
function netOf(bit: number | string | undefined): Net {
  return typeof bit === 'number' ? bit : bit === '1' ? '1' : '0';
}

/** The ports and library cells of a module; cells whose type is in `blocks` are left out. */
function flatOf(
  { ports, cells }: YosysModule,
  top: string,
  library: Library,
  blocks: ReadonlySet<string> = new Set(),
): FlatNetlist {
  return {
    top,
    ports: Object.entries(ports).map(([name, { direction, bits }]) => ({
      name,
      direction: direction === 'input' ? 'input' : 'output',
      nets: bits.map(netOf),
    })),
    instances: Object.entries(cells).flatMap(([name, { type, connections }], index) => {
      if (blocks.has(type)) return [];
      const cell = library.cells.get(type);
      if (!cell) {
        throw new LibertyError(
          `Expected library ${library.name} to have a cell for ${type} (${name}), but it has none.`,
        );
      }
      const pins = new Map(Object.entries(connections).map(([pin, bits]) => [pin, netOf(bits[0])] as const));
      return [{ name: `u${index}`, cell, pins }];
    }),
  };
}

/**
 * Reads the top of what Yosys wrote.
 * @param block a module that was not dissolved in it
 */
export function readNetlist(json: string, top: string, library: Library, block?: string): Netlist {
  const { modules } = JSON.parse(json) as { modules: Readonly<Record<string, YosysModule>> };
  // A top with parameters has another name, and is the only one that is no library cell.
  const found = Object.values(modules).find(({ attributes }) => attributes['top'] !== undefined);
  if (!found) throw new LibertyError(`Expected a netlist of ${top}, but received none.`);
  // So has a block with parameters.
  const names = Object.keys(modules).filter((name) => block !== undefined && name.split('\\').includes(block));
  return {
    ...flatOf(found, top, library, new Set(names)),
    blocks: names.map((name) => ({
      body: flatOf(modules[name]!, block!, library),
      copies: Object.values(found.cells)
        .filter(({ type }) => type === name)
        .map(({ connections }) => new Map(Object.entries(connections).map(([port, bits]) => [port, bits.map(netOf)]))),
    })),
  };
}

function flatArea({ instances }: FlatNetlist, registersOnly: boolean): number {
  return instances.reduce((sum, { cell }) => sum + (registersOnly && !cell.register ? 0 : cell.area), 0);
}

/** Area of all cells, or of registers alone, in the library's unit. */
export function netlistArea(netlist: Netlist, registersOnly = false): number {
  return netlist.blocks.reduce(
    (sum, { body, copies }) => sum + copies.length * flatArea(body, registersOnly),
    flatArea(netlist, registersOnly),
  );
}
