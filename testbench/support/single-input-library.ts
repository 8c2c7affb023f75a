// SPDX-License-Identifier: Apache-2.0
// A Liberty file whose cells have one input each: of a cell of another library, one way from an input to an output, or
// an input by itself. Tables are the other library's.

import { type Group, groupsOf } from '../../src/energy/gate/liberty.ts';

/** A way through a cell; without an output, what its input costs by itself. */
export interface Way {
  readonly cell: string;
  readonly input: string;
  readonly output?: string;
}

/** Name of the cell that is this way. */
export function wayName({ cell, input, output }: Way): string {
  return `${cell}__${input}${output === undefined ? '' : `__${output}`}`;
}

function valueText(value: string): string {
  return /^[-+\w.]+$/.test(value) ? value : `"${value}"`;
}

/** A group as Liberty's text. */
function groupText({ name, args, attributes, lists, groups }: Group): string {
  const simple = (isDefault: boolean): string[] =>
    [...attributes].flatMap(([key, value]) =>
      key.startsWith('default_') === isDefault ? [`${key} : ${valueText(value)};`] : [],
    );
  return [
    `${name} (${args.map(valueText).join(', ')}) {`,
    ...simple(false),
    ...[...lists].map(([key, values]) => `${key} (${values.map(valueText).join(', ')});`),
    ...groups.map(groupText),
    ...simple(true), // names of groups before them
    '}',
  ].join('\n');
}

function pinOf(cell: Group, name: string): Group {
  const found = groupsOf(cell, 'pin').find(({ args }) => args.includes(name));
  if (!found) throw new Error(`Expected cell ${cell.args[0]} to have pin ${name}, but it has none.`);
  return found;
}

function without(group: Group, ...keys: readonly string[]): Group {
  return { ...group, attributes: new Map([...group.attributes].filter(([key]) => !keys.includes(key))) };
}

function cellOf(library: Group, way: Way): Group {
  const cell = groupsOf(library, 'cell').find(({ args }) => args[0] === way.cell)!;
  const input = pinOf(cell, way.input);
  const own = groupsOf(input, 'internal_power');
  const common = { args: [way.input], lists: new Map(), name: 'pin' };
  const attributes = new Map([
    ['direction', 'input'],
    ['capacitance', input.attributes.get('capacitance') ?? '0'],
  ]);
  const pins: Group[] = [{ ...common, attributes, groups: way.output === undefined ? own : [] }];
  if (way.output !== undefined) {
    const follows = pinOf(cell, way.output).groups.filter(({ attributes: of }) => of.get('related_pin') === way.input);
    const inverts = follows.some(({ attributes: of }) => of.get('timing_sense') === 'negative_unate');
    pins.push({
      ...common,
      args: [way.output],
      attributes: new Map([
        ['direction', 'output'],
        ['function', inverts ? `(!${way.input})` : way.input],
      ]),
      // A register's output follows its clock as that of a gate does its input.
      groups: follows.map((group) => without(group, 'timing_type')),
    });
  }
  return { name: 'cell', args: [wayName(way)], attributes: new Map([['area', '0']]), lists: new Map(), groups: pins };
}

/** Writes the library of these ways, each once. */
export function singleInputLibrary(library: Group, ways: readonly Way[]): string {
  const unique = [...new Map(ways.map((way) => [wayName(way), way])).values()];
  const groups = [
    ...library.groups.filter(({ name }) => name !== 'cell'),
    ...unique.map((way) => cellOf(library, way)),
  ];
  return `${groupText({ ...library, args: ['single_inputs'], groups })}\n`;
}
