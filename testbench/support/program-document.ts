// SPDX-License-Identifier: Apache-2.0
// Reads docs/program.md: its tables are the fields by which tests write layers by hand.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/network/index.ts';

/** Consecutive bits of a word. */
export interface DocumentField {
  readonly name: string;
  /** Index of the 32-bit word; 0 where the table has one word only. */
  readonly word: number;
  readonly low: number;
  readonly width: number;
}

const lines = readFileSync(join(packageRoot(), 'docs', 'program.md'), 'utf8').split('\n');

/** Rows of the table with these columns, each as its cells. */
export function documentTable(...columns: readonly string[]): string[][] {
  const cellsOf = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const head = lines.findIndex((line) => cellsOf(line).join() === columns.join());
  if (head < 0)
    throw new Error(`Expected docs/program.md to have a table of ${columns.join(', ')}, but received none.`);
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return lines.slice(head + 2, end < 0 ? undefined : end).map(cellsOf);
}

function fieldOf(word: string, bits: string, name: string): DocumentField {
  const [high, low = high] = bits.split(':').map(Number);
  return { name, word: Number(word), low: low!, width: high! - low! + 1 };
}

/** Fields of a layer's words. */
export const LAYER_FIELDS: readonly DocumentField[] = documentTable('word', 'bits', 'field', 'meaning').map(
  ([word, bits, name]) => fieldOf(word!, bits!, name!),
);

/** Fields of a fold word. */
export const FOLD_FIELDS: readonly DocumentField[] = documentTable('bits', 'field', 'meaning').map(([bits, name]) =>
  fieldOf('0', bits!, name!),
);

/** Words of a layer: up to the last that has a field. */
export const LAYER_WORDS: number = Math.max(...LAYER_FIELDS.map(({ word }) => word)) + 1;

/** Values of fields by name; those not given are 0. */
export type FieldValues = Readonly<Record<string, number>>;

/** Puts values into their bits; negative ones as two's complement. */
function encode(
  fields: readonly DocumentField[],
  values: FieldValues,
  place: (field: DocumentField) => bigint,
): bigint {
  const known = new Map(fields.map((field) => [field.name, field]));
  return Object.entries(values).reduce((word, [name, value]) => {
    const field = known.get(name);
    if (field === undefined) throw new Error(`Expected a field of docs/program.md, but received ${name}.`);
    if (value >= 2 ** field.width || value < -(2 ** (field.width - 1))) {
      throw new Error(`Expected ${name} to fit ${field.width} bits, but received ${value}.`);
    }
    return word | (BigInt.asUintN(field.width, BigInt(value)) << place(field));
  }, 0n);
}

/** The words of a layer. */
export function encodeLayerFields(values: FieldValues): Uint32Array {
  const whole = encode(LAYER_FIELDS, values, ({ word, low }) => BigInt(32 * word + low));
  return Uint32Array.from({ length: LAYER_WORDS }, (_, word) => Number((whole >> BigInt(32 * word)) & 0xffffffffn));
}

/** A fold word. */
export function encodeFold(values: FieldValues): bigint {
  return encode(FOLD_FIELDS, values, ({ low }) => BigInt(low));
}

/** Bits of a field in a layer's words, as an unsigned number. */
export function layerField(words: Uint32Array, name: string): number {
  const field = LAYER_FIELDS.find((one) => one.name === name);
  if (field === undefined) throw new Error(`Expected a field of docs/program.md, but received ${name}.`);
  return Number((BigInt(words[field.word]!) >> BigInt(field.low)) & ((1n << BigInt(field.width)) - 1n));
}
