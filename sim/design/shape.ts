// SPDX-License-Identifier: Apache-2.0
// From a declared type to the bits that a model stores. Packed structures,
// unions, enumerations and packed dimensions are plain bits.

/** What one signal stores. */
export interface SignalShape {
  /** Bits of one element. */
  readonly width: number;
  readonly signed: boolean;
  /** Unpacked dimensions as declared, outermost first. */
  readonly dims: readonly Range[];
}

/** Bounds of a dimension, as declared. */
export type Range = readonly [left: number, right: number];

/** A type that is no bits. */
export interface Refusal {
  /** What it is instead, for example `a real number`. */
  readonly refused: string;
}

/** A type of Verilator's type table; other types are named by their keys in it. */
export type TableType =
  | { readonly kind: 'bits'; readonly width: number; readonly signed: boolean }
  | { readonly kind: 'alias'; readonly of: string }
  | { readonly kind: 'packed' | 'unpacked'; readonly of: string; readonly range: Range }
  | { readonly kind: 'struct' | 'union'; readonly members: readonly string[]; readonly signed: boolean }
  | { readonly kind: 'other'; readonly refused: string };

const rangeLength = ([left, right]: Range): number => Math.abs(left - right) + 1;

const refusedWords: Readonly<Record<string, string>> = {
  real: 'a real number',
  shortreal: 'a real number',
  string: 'a string',
  event: 'an event',
  chandle: 'a C pointer',
};

/** A type that one of the language's own words names. */
export function basicType(word: string, range: Range | undefined, signed: boolean): TableType {
  const refused = refusedWords[word];
  if (refused !== undefined) return { kind: 'other', refused };
  return { kind: 'bits', width: range === undefined ? 1 : rangeLength(range), signed };
}

/** What a type of which only the name is known is called in messages: `ifacerefdtype` is an interface. */
export function otherType(name: string): TableType {
  const word = name.toLowerCase().replace(/dtype$/, '');
  const known: Readonly<Record<string, string>> = {
    ifaceref: 'an interface',
    queue: 'a queue',
    dynarray: 'a dynamic array',
    assocarray: 'an associative array',
    classref: 'a class',
    struct: 'an unpacked structure',
    union: 'an unpacked union',
  };
  return { kind: 'other', refused: known[word] ?? `of the type ${word}` };
}

/** Gives the shape of the type that has a key in a type table. */
export type ShapeFinder = (key: string) => SignalShape | Refusal;

/** Makes the finder of a type table. */
export function shapeFinder(table: ReadonlyMap<string, TableType>): ShapeFinder {
  const known = new Map<string, SignalShape | Refusal>();
  const find: ShapeFinder = (key) => {
    let shape = known.get(key);
    if (shape !== undefined) return shape;
    // A type that contains itself would be a fault of the table; this ends it.
    known.set(key, { refused: 'of a type that contains itself' });
    shape = shapeOf(table.get(key), find);
    known.set(key, shape);
    return shape;
  };
  return find;
}

function shapeOf(type: TableType | undefined, find: ShapeFinder): SignalShape | Refusal {
  if (type === undefined) return { refused: 'of an unknown type' };
  if (type.kind === 'other') return { refused: type.refused };
  if (type.kind === 'bits') return { width: type.width, signed: type.signed, dims: [] };
  if ('members' in type) return membersShape(type, type.members.map(find));
  const element = find(type.of);
  if ('refused' in element || type.kind === 'alias') return element;
  if (type.kind === 'unpacked') return { ...element, dims: [type.range, ...element.dims] };
  return { ...element, width: element.width * rangeLength(type.range) };
}

function membersShape(
  { kind, signed }: { readonly kind: 'struct' | 'union'; readonly signed: boolean },
  members: readonly (SignalShape | Refusal)[],
): SignalShape | Refusal {
  const widths: number[] = [];
  for (const member of members) {
    if ('refused' in member) return { refused: `a structure with a member that is ${member.refused}` };
    if (member.dims.length > 0) return { refused: 'an unpacked structure' };
    widths.push(member.width);
  }
  const width = kind === 'struct' ? widths.reduce((sum, one) => sum + one, 0) : Math.max(...widths);
  return { width, signed, dims: [] };
}
