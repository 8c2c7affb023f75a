// SPDX-License-Identifier: Apache-2.0
// What of a Liberty file the gate level needs: units, and of each cell its area, its pins and their functions.

import { type Group, groupsOf, parseLiberty } from './liberty.ts';
import { LibertyError } from './liberty-error.ts';
import { readTable, type Table, type Templates, templatesOf } from './lookup.ts';

/** Two tables: of a rising and of a falling pin. */
export interface Edges {
  readonly rise?: Table;
  readonly fall?: Table;
}

/** How fast an output changes after an input. */
export interface Arc extends Edges {
  readonly from: string;
  /** Whether a rising input makes the output rise, fall, or either. */
  readonly sense: 'positive' | 'negative' | 'either';
}

/** Energy inside a cell when a pin changes: an output after an input, or an input by itself. */
export interface InternalPower extends Edges {
  readonly from?: string;
  /** Share that counts: where tables are for conditions of other pins, each is as likely as the others. */
  readonly share: number;
}

/** A pin of a cell. */
export interface Pin {
  readonly name: string;
  readonly direction: 'input' | 'output' | 'other';
  /** Of an output: a function of the input pins, or of the names of the cell's register. */
  readonly function?: string;
  /** Of an output that can be off: when it is. */
  readonly threeState?: string;
  /** Capacitance in the library's unit; 0 of an output. */
  readonly capacitance: number;
  readonly arcs: readonly Arc[];
  readonly powers: readonly InternalPower[];
}

/** A register: names of its value and of its inverse, and functions of the cell's pins. */
export interface Register {
  readonly value: string;
  readonly inverse: string;
  readonly nextState: string;
  /** Pin of the clock. */
  readonly clockedOn: string;
  /** Whether it takes values when the clock falls. */
  readonly falling: boolean;
  readonly clear?: string;
  readonly preset?: string;
}

/** A cell of a library. */
export interface LibraryCell {
  readonly name: string;
  /** In the library's own unit. */
  readonly area: number;
  readonly pins: readonly Pin[];
  readonly register?: Register;
  /** Latches and cells with state of other kinds. */
  readonly otherState: boolean;
  /** Whether it says what its transitions cost inside the cell. */
  readonly hasPower: boolean;
  /** Power when nothing changes, in the library's unit. */
  readonly leakage: number;
}

/** A library of cells. */
export interface Library {
  readonly name: string;
  /** Supply in volts, at which the library was characterized. */
  readonly volts: number;
  /** Unit of capacitance in farads. */
  readonly capacitanceUnit: number;
  /** Unit of time in seconds. */
  readonly timeUnit: number;
  /** Unit of the energies of internal_power in joules: that of capacitance times the square of that of voltage. */
  readonly energyUnit: number;
  readonly cells: ReadonlyMap<string, LibraryCell>;
}

const PREFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
};

/** A unit such as `1ns` or `100ff` in the base unit whose symbol is `of`. */
function unit(text: string, of: string, attribute: string): number {
  const match = /^\s*([\d.]+)\s*([munpfa]?)([a-z]+)\s*$/i.exec(text.toLowerCase());
  if (match?.[3] !== of || !(Number(match[1]) > 0)) {
    throw new LibertyError(
      `Expected ${attribute} to be a number of ${of} such as 1p${of}, but received ${text || 'nothing'}.`,
    );
  }
  return Number(match[1]) * PREFIXES[match[2]!]!;
}

function edgesOf(group: Group, kind: 'power' | 'transition', templates: Templates): Edges {
  const table = (edge: 'rise' | 'fall'): Table | undefined => {
    const found = groupsOf(group, `${edge}_${kind}`)[0] ?? groupsOf(group, kind)[0];
    return found && readTable(found, templates);
  };
  const [rise, fall] = [table('rise'), table('fall')];
  return { ...(rise ? { rise } : {}), ...(fall ? { fall } : {}) };
}

function arcsOf(pin: Group, templates: Templates): Arc[] {
  return groupsOf(pin, 'timing').flatMap((group) => {
    const edges = edgesOf(group, 'transition', templates);
    if (!edges.rise && !edges.fall) return []; // A constraint of an input.
    const text = group.attributes.get('timing_sense');
    const sense = text === 'positive_unate' ? 'positive' : text === 'negative_unate' ? 'negative' : 'either';
    return [{ from: group.attributes.get('related_pin') ?? '', sense, ...edges } as const];
  });
}

function powersOf(pin: Group, templates: Templates): InternalPower[] {
  const groups = groupsOf(pin, 'internal_power');
  const cause = ({ attributes }: Group): string =>
    JSON.stringify([attributes.get('related_pin'), attributes.get('related_pg_pin')]);
  return groups.map((group) => {
    const from = group.attributes.get('related_pin');
    const alike = groups.filter((other) => cause(other) === cause(group));
    const share = alike.some(({ attributes }) => attributes.has('when')) ? 1 / alike.length : 1;
    return { ...(from === undefined ? {} : { from }), share, ...edgesOf(group, 'power', templates) };
  });
}

function pinOf(group: Group, name: string, templates: Templates): Pin {
  const direction = group.attributes.get('direction') ?? '';
  const [text, threeState] = [group.attributes.get('function'), group.attributes.get('three_state')];
  return {
    name,
    direction: direction === 'input' || direction === 'output' ? direction : 'other',
    ...(text === undefined ? {} : { function: text }),
    ...(threeState === undefined ? {} : { threeState }),
    capacitance: direction === 'output' ? 0 : Number(group.attributes.get('capacitance') ?? 0),
    arcs: arcsOf(group, templates),
    powers: powersOf(group, templates),
  };
}

function registerOf(group: Group | undefined): Register | undefined {
  if (!group) return undefined;
  const { attributes, args } = group;
  const [clear, preset] = [attributes.get('clear'), attributes.get('preset')];
  const clock = attributes.get('clocked_on') ?? '';
  return {
    value: args[0] ?? '',
    inverse: args[1] ?? '',
    nextState: attributes.get('next_state') ?? '',
    clockedOn: clock.replace(/[!'()\s]/g, ''),
    falling: /[!']/.test(clock),
    ...(clear === undefined ? {} : { clear }),
    ...(preset === undefined ? {} : { preset }),
  };
}

function cellOf(group: Group, templates: Templates): LibraryCell {
  const name = group.args[0] ?? '';
  const area = Number(group.attributes.get('area'));
  if (!(area >= 0)) {
    throw new LibertyError(
      `Expected area of cell ${name} to be a number, but received ${group.attributes.get('area') ?? 'nothing'}.`,
    );
  }
  const pins = groupsOf(group, 'pin').flatMap((pin) => pin.args.map((arg) => pinOf(pin, arg, templates)));
  const register = registerOf(groupsOf(group, 'ff')[0]);
  return {
    name,
    area,
    pins,
    ...(register ? { register } : {}),
    otherState: ['latch', 'statetable', 'ff_bank', 'latch_bank'].some((kind) => groupsOf(group, kind).length > 0),
    hasPower: pins.some(({ powers }) => powers.length > 0),
    leakage: Number(group.attributes.get('cell_leakage_power') ?? 0),
  };
}

/** Reads a library from the text of a Liberty file. */
export function readLibrary(text: string): Library {
  const top = parseLiberty(text);
  const name = top.args[0] ?? '';
  const volts = Number(top.attributes.get('nom_voltage'));
  if (!(volts > 0)) {
    throw new LibertyError(
      `Expected nom_voltage of library ${name} to be positive, but received ${top.attributes.get('nom_voltage') ?? 'nothing'}.`,
    );
  }
  const capacitance = top.lists.get('capacitive_load_unit') ?? [];
  const voltageUnit = unit(top.attributes.get('voltage_unit') ?? '1V', 'v', 'voltage_unit');
  const capacitanceUnit = unit(capacitance.join(''), 'f', 'capacitive_load_unit');
  const units = {
    volts: volts * voltageUnit,
    capacitanceUnit,
    energyUnit: capacitanceUnit * voltageUnit ** 2,
    timeUnit: unit(top.attributes.get('time_unit') ?? '1ns', 's', 'time_unit'),
  };
  const templates = templatesOf(top);
  const cells = groupsOf(top, 'cell').map((cell) => cellOf(cell, templates));
  if (cells.length === 0) throw new LibertyError(`Expected library ${name} to have cells, but received none.`);
  return { name, ...units, cells: new Map(cells.map((cell) => [cell.name, cell])) };
}

/** Throws unless the library says what transitions inside its cells cost. */
export function requirePower(library: Library): void {
  if (![...library.cells.values()].some((cell) => cell.hasPower)) {
    throw new LibertyError(`Expected library ${library.name} to have internal_power tables, but received none.`);
  }
}
