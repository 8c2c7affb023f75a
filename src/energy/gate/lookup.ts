// SPDX-License-Identifier: Apache-2.0
// Liberty's tables over the slew of an input and the load of an output: straight lines between their points, and on
// beyond the first and the last.

import { type Group, groupsOf } from './liberty.ts';
import { LibertyError } from './liberty-error.ts';

/** What an axis of a table is. */
type Variable = 'slew' | 'load';

const VARIABLES: Readonly<Record<string, Variable>> = {
  total_output_net_capacitance: 'load',
  input_net_transition: 'slew',
  input_transition_time: 'slew',
};

interface Axis {
  readonly variable: Variable;
  readonly points: readonly number[];
}

/** A table of up to two axes; values row by row, the second axis fastest. */
export interface Table {
  readonly axes: readonly Axis[];
  readonly values: readonly number[];
}

/** Templates of a library by name: its axes' variables and points. */
export type Templates = ReadonlyMap<string, Group>;

/** Templates that tables of a library name. */
export function templatesOf(library: Group): Templates {
  const all = ['lu_table_template', 'power_lut_template'].flatMap((kind) => groupsOf(library, kind));
  return new Map(all.map((group) => [group.args[0] ?? '', group]));
}

function numbers(list: readonly string[] | undefined): number[] {
  return (list ?? []).flatMap((text) => text.split(/[\s,]+/).filter((part) => part !== '')).map(Number);
}

/** Reads a table such as `rise_power (template) { ... }`. */
export function readTable(group: Group, templates: Templates): Table {
  const name = group.args[0] ?? '';
  const template = templates.get(name);
  const values = numbers(group.lists.get('values'));
  const axes: Axis[] = [];
  for (const axis of name === 'scalar' ? [] : [1, 2]) {
    const text = template?.attributes.get(`variable_${axis}`);
    if (text === undefined) continue;
    const variable = VARIABLES[text];
    const points = numbers(group.lists.get(`index_${axis}`) ?? template?.lists.get(`index_${axis}`));
    if (variable === undefined || points.length === 0) {
      throw new LibertyError(
        `Expected a table of ${group.name} (${name}) over a slew and a load, but received ${text} of ${points.length} points.`,
      );
    }
    axes.push({ variable, points });
  }
  const size = axes.reduce((product, { points }) => product * points.length, 1);
  if (values.length !== size || values.some(Number.isNaN)) {
    throw new LibertyError(
      `Expected a table of ${group.name} (${name}) to have ${size} values, but received ${values.length}.`,
    );
  }
  return { axes, values };
}

/** The interval of an axis for a value, and how far into it the value is: below 0 or above 1 beyond the ends. */
function place(points: readonly number[], value: number): readonly [index: number, share: number] {
  if (points.length === 1) return [0, 0];
  let index = 0;
  while (index < points.length - 2 && value > points[index + 1]!) index++;
  return [index, (value - points[index]!) / (points[index + 1]! - points[index]!)];
}

/** A table's value at a slew and a load, in the library's units. */
export function lookUp({ axes, values }: Table, slew: number, load: number): number {
  const at = (variable: Variable): number => (variable === 'slew' ? slew : load);
  const [first, second] = axes;
  if (!first) return values[0]!;
  const [i, share] = place(first.points, at(first.variable));
  const width = second?.points.length ?? 1;
  const row = (index: number): number => {
    const from = Math.min(index, first.points.length - 1) * width;
    if (!second) return values[from]!;
    const [j, along] = place(second.points, at(second.variable));
    return values[from + j]! + along * (values[from + Math.min(j + 1, width - 1)]! - values[from + j]!);
  };
  return row(i) + share * (row(i + 1) - row(i));
}
