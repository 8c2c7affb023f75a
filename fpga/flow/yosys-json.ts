// SPDX-License-Identifier: Apache-2.0
// A design as Yosys writes it in JSON: its top among the modules, of which the FPGA's own cells are some, too.

/** A port of a module; a bit that is constant is a string. */
export interface YosysPort {
  readonly direction: 'input' | 'output';
  readonly bits: readonly (number | string)[];
}

/** A module of the file. */
export interface YosysModule {
  readonly attributes: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, YosysPort>>;
  readonly cells: Readonly<Record<string, { readonly type: string }>>;
}

/**
 * The top of a design in Yosys' JSON.
 * @throws {Error} when it has none
 */
export function topModule(text: string): YosysModule {
  const { modules } = JSON.parse(text) as { readonly modules: Readonly<Record<string, YosysModule>> };
  const top = Object.values(modules).find(({ attributes }) => attributes['top'] !== undefined);
  if (top === undefined) throw new Error('Expected the netlist to have a top, but received none.');
  return top;
}
