// SPDX-License-Identifier: Apache-2.0
// Columns of a batch: one typed array for each port, one row for each cycle. A
// narrow port has one element in a row, a wide one its words, least significant
// first. The native side gets them in the ports' own storage format, with every
// value known to fit.

import type { PortArray } from './native.ts';
import type { PortLayout } from './ports.ts';
import { describe, largestNumber, rejectValue, widestNumber, wordCount } from './values.ts';

/** Rows in one column. */
function countRows(port: PortLayout, column: PortArray): number {
  checkType(port, column);
  const elements = column instanceof BigUint64Array ? 1 : port.width <= widestNumber ? 1 : wordCount(port.width);
  if (column.length % elements === 0) return column.length / elements;
  throw new RangeError(
    `Expected ${port.name} to have ${elements} words for each cycle, but received ${column.length} words.`,
  );
}

/**
 * Rows in all columns.
 * @throws {RangeError} when they differ.
 */
export function sameRows(ports: readonly PortLayout[], columns: readonly PortArray[]): number {
  const counts = ports.map((port, i) => countRows(port, columns[i]!));
  const [rows] = counts;
  if (rows === undefined) throw new RangeError('Expected inputs to name at least one port, but received none.');
  const odd = counts.findIndex((count) => count !== rows);
  if (odd < 0) return rows;
  throw new RangeError(
    `Expected ${ports[odd]!.name} to have ${rows} rows like ${ports[0]!.name}, but received ${counts[odd]}.`,
  );
}

/** The column in the port's storage format; the given array itself when it has that already. */
export function toStorage(port: PortLayout, column: PortArray): PortArray {
  if (port.width > widestNumber) return wideColumn(port, column);
  const largest = largestNumber(port.width);
  const narrow = column as Uint8Array;
  if (narrow.BYTES_PER_ELEMENT * 8 > port.width) {
    for (let i = 0; i < narrow.length; i++) {
      if (narrow[i]! > largest) rejectValue(port, narrow[i], `${port.name} in row ${i}`);
    }
  }
  const Storage = port.bytes === 1 ? Uint8Array : port.bytes === 2 ? Uint16Array : Uint32Array;
  return column instanceof Storage && column.buffer instanceof ArrayBuffer ? column : new Storage(narrow);
}

/** An array for what a port shows over some rows. */
export function outputColumn(port: PortLayout, rows: number): PortArray {
  if (port.bytes === 1) return new Uint8Array(rows);
  if (port.bytes === 2) return new Uint16Array(rows);
  return new Uint32Array(rows * wordCount(port.width));
}

function wideColumn(port: PortLayout, column: PortArray): Uint32Array {
  const words = wordCount(port.width);
  const { buffer, byteOffset, byteLength } = column;
  const all = new Uint32Array(buffer, byteOffset, byteLength / 4);
  const topBits = port.width % 32;
  if (topBits > 0) checkTopWords(port, all, words, largestNumber(topBits));
  return buffer instanceof ArrayBuffer ? all : all.slice();
}

function checkTopWords(port: PortLayout, all: Uint32Array, words: number, largest: number): void {
  for (let i = words - 1; i < all.length; i += words) {
    if (all[i]! <= largest) continue;
    const row = (i - words + 1) / words;
    throw new RangeError(
      `Expected ${port.name} in row ${row} to fit ${port.width} bits, ` +
        `but received 0x${all[i]!.toString(16)} as its highest word.`,
    );
  }
}

function checkType(port: PortLayout, column: unknown): void {
  const narrow = column instanceof Uint8Array || column instanceof Uint16Array || column instanceof Uint32Array;
  if (port.width <= widestNumber ? narrow : column instanceof Uint32Array) return;
  if (port.bytes === 8 && column instanceof BigUint64Array) return;
  const expected =
    port.width <= widestNumber
      ? 'a Uint8Array, Uint16Array or Uint32Array'
      : port.bytes === 8
        ? 'a BigUint64Array or a Uint32Array of words'
        : 'a Uint32Array of words';
  throw new TypeError(`Expected ${port.name} to be ${expected}, but received ${describe(column)}.`);
}
