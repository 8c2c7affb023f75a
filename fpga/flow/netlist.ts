// SPDX-License-Identifier: Apache-2.0
// A netlist of Yosys: what it takes of an FPGA, all together and by module.

import type { Board } from './board.ts';
import { FAMILIES } from './families.ts';
import { NO_RESOURCES, type Resources } from './resources.ts';
import { instancePath } from './rtl-names.ts';
import { topModule } from './yosys-json.ts';

/** A cell of a netlist. */
export interface NetlistCell {
  readonly name: string;
  readonly type: string;
}

/** The cells of the flat top in a JSON netlist. */
export function netlistCells(text: string): NetlistCell[] {
  return Object.entries(topModule(text).cells).map(([name, { type }]) => ({ name, type }));
}

/** Counts the parts that cells take. */
export function countResources(family: Board['family'], cells: readonly NetlistCell[]): Resources {
  const counts: Record<keyof Resources, number> = { ...NO_RESOURCES };
  for (const { type } of cells) {
    for (const [pattern, part, count] of FAMILIES[family].cells) if (pattern.test(type)) counts[part] += count;
  }
  return counts;
}

/** Parts of each module, by the path of its instance; the top's own are under the empty path. */
export function resourcesByInstance(family: Board['family'], cells: readonly NetlistCell[]): Map<string, Resources> {
  const byPath = new Map<string, NetlistCell[]>();
  for (const cell of cells) {
    const path = instancePath(cell.name);
    const own = byPath.get(path);
    if (own === undefined) byPath.set(path, [cell]);
    else own.push(cell);
  }
  return new Map([...byPath].map(([path, own]) => [path, countResources(family, own)]));
}
