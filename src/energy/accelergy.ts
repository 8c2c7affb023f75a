// SPDX-License-Identifier: Apache-2.0
// The counted actions and their prices in the forms of Accelergy (github.com/Accelergy-Project, format version 0.3):
// `action_counts.yaml` and, for one table of each kind, an energy reference table, `ERT.yaml`. Their sum of products is
// the estimate with those tables.

import { stringify } from 'yaml';
import type { AnyAction, PartTables } from './actions.ts';
import { type CellKind, type CountedRun, publishedTables, runActions } from './estimate.ts';

/** A file by name. */
export interface AccelergyFile {
  readonly name: string;
  readonly text: string;
}

const VERSION = 0.3;

/** What the two arrays are called. */
const ARRAYS = { adder: 'adder_array', multiplier: 'multiplier_array' } as const satisfies Record<CellKind, string>;

/** Actions by component, those of the same name once, with their counts added up. */
function byComponent(actions: readonly AnyAction[]): Map<string, AnyAction[]> {
  const components = new Map<string, AnyAction[]>();
  for (const one of actions) {
    const list = components.get(one.component) ?? [];
    components.set(one.component, list);
    const index = list.findIndex(({ action }) => action === one.action);
    if (index === -1) list.push(one);
    else list[index] = { ...list[index]!, count: list[index]!.count + one.count };
  }
  return components;
}

function picojoules(action: AnyAction, tables: PartTables): number {
  switch (action.part) {
    case 'compute':
      return action.picojoules(tables.compute);
    case 'registers':
      return action.picojoules(tables.registers);
    case 'buffers':
      return action.picojoules(tables.buffers);
    case 'offChip':
      return action.picojoules(tables.offChip);
  }
}

/** The tables that are written: each of arithmetic, with the first of the others. */
function tableSets(): PartTables[] {
  const { arithmetic, registers, memories, offChip } = publishedTables;
  return arithmetic.map((compute) => ({
    compute,
    registers: registers[0]!,
    buffers: memories[0]!,
    offChip: offChip[0]!,
  }));
}

/** A table's name in a file's name. */
function fileName(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function commentOf(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join('');
}

/**
 * The files of a run: how often each action was done, by the adder array and by its multiplier twin, and an energy
 * reference table (pJ an action) for each published table of arithmetic.
 */
export function accelergyFiles(run: CountedRun): AccelergyFile[] {
  const kinds = Object.keys(ARRAYS) as CellKind[];
  const components = kinds.flatMap((kind) =>
    [...byComponent(runActions(run, kind).flatMap(({ actions }) => actions))].map(([component, actions]) => ({
      name: `${ARRAYS[kind]}.${component}`,
      actions,
    })),
  );
  const counts = {
    action_counts: {
      version: VERSION,
      local: components.map(({ name, actions }) => ({
        name,
        action_counts: actions.map(({ action, count }) => ({ name: action, counts: count })),
      })),
    },
  };
  const about = commentOf([`Actions of ${run.images} images, by the adder array and by its multiplier twin.`]);
  return [
    { name: 'action_counts.yaml', text: about + stringify(counts) },
    ...tableSets().map((tables) => {
      const table = {
        ERT: {
          version: VERSION,
          tables: components.map(({ name, actions }) => ({
            name,
            actions: actions.map((action) => ({
              name: action.action,
              arguments: null,
              energy: picojoules(action, tables),
            })),
          })),
        },
      };
      const sources = Object.entries(tables).map(([part, { id, source }]) => `${part}: ${id} (${source})`);
      return {
        name: `ERT.${fileName(tables.compute.id)}.yaml`,
        text: commentOf(['Energy in pJ an action.', ...sources]) + stringify(table),
      };
    }),
  ];
}
