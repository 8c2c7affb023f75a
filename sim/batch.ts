// SPDX-License-Identifier: Apache-2.0
// Columns of a batch: one typed array for each port, one row for each cycle. A
// port of at most 32 bits has one element in a row, a wider one its words, least
// significant first. The native side gets them in the ports' own storage format,
// with every value known to fit.

import type { PortArray } from './native.ts';
import type { SignalLayout } from './ports.ts';
import { describe, largestNumber, rejectValue, smallestNumber, wordBits, wordCount } from './values.ts';

/** Rows in one column. */
function countRows(port: SignalLayout, column: PortArray): number {
  checkType(port, column);
  const elements = column.BYTES_PER_ELEMENT === 8 || port.width <= wordBits ? 1 : wordCount(port.width);
  if (column.length % elements === 0) return column.length / elements;
  throw new RangeError(
    `Expected ${port.name} to have ${elements} words for each cycle, but received ${column.length} words.`,
  );
}

/**
 * Rows in all columns.
 * @throws {RangeError} when they differ.
 */
export function sameRows(ports: readonly SignalLayout[], columns: readonly PortArray[]): number {
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
export function toStorage(port: SignalLayout, column: PortArray): PortArray {
  if (port.width > wordBits) return wideColumn(port, column);
  const narrow = column as Uint8Array;
  const largest = largestNumber(port);
  const smallest = smallestNumber(port);
  if (narrow.BYTES_PER_ELEMENT * 8 > port.width && (port.signed || allBits(narrow) > largest)) {
    for (let i = 0; i < narrow.length; i++) {
      const value = narrow[i]!;
      if (value > largest || value < smallest) rejectValue(port, value, `${port.name} in row ${i}`);
    }
  }
  const Storage = port.bytes === 1 ? Uint8Array : port.bytes === 2 ? Uint16Array : Uint32Array;
  if (!port.signed)
    return column instanceof Storage && column.buffer instanceof ArrayBuffer ? column : new Storage(narrow);
  // Storage holds the low bits alone.
  const mask = 2 ** port.width - 1;
  const codes = new Storage(narrow);
  for (let i = 0; i < codes.length; i++) codes[i] = codes[i]! & mask;
  return codes;
}

/** All values of an unsigned column or-ed together: above the largest that a port takes where one of them is. */
function allBits(column: Uint8Array | Uint16Array | Uint32Array): number {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = column;
  // Word by word, where the memory allows it: the values of a word are or-ed at the end.
  const words = byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, byteLength >>> 2) : new Uint32Array();
  let bits = 0;
  for (let i = 0; i < words.length; i++) bits |= words[i]!;
  for (let width = 16; width >= size * 8; width /= 2) bits |= bits >>> width;
  for (let i = (words.length * 4) / size; i < column.length; i++) bits |= column[i]!;
  return size === 4 ? bits >>> 0 : bits & (2 ** (8 * size) - 1);
}

/** An array for what a port shows over some rows. */
export function outputColumn(port: SignalLayout, rows: number): PortArray {
  checkSingle(port);
  if (port.bytes === 1) return new (port.signed ? Int8Array : Uint8Array)(rows);
  if (port.bytes === 2) return new (port.signed ? Int16Array : Uint16Array)(rows);
  if (port.bytes === 4) return new (port.signed ? Int32Array : Uint32Array)(rows);
  return new Uint32Array(rows * wordCount(port.width));
}

/** Gives the values of a signed port, whose storage has no sign, theirs. */
export function extendSigns(port: SignalLayout, column: PortArray): void {
  if (!port.signed || port.width > wordBits) return;
  const above = wordBits - port.width;
  const values = column as Int32Array;
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! << above) >> above;
}

function wideColumn(port: SignalLayout, column: PortArray): Uint32Array {
  const words = wordCount(port.width);
  const { buffer, byteOffset, byteLength } = column;
  const all = new Uint32Array(buffer, byteOffset, byteLength / 4);
  const topBits = port.width % wordBits;
  if (topBits === 0) return buffer instanceof ArrayBuffer ? all : all.slice();
  if (column instanceof BigInt64Array) return signedColumn(port, column);
  const largest = 2 ** topBits - 1;
  for (let i = words - 1; i < all.length; i += words) {
    if (all[i]! <= largest) continue;
    throw new RangeError(
      `Expected ${port.name} in row ${(i - words + 1) / words} to fit ${port.width} bits, ` +
        `but received 0x${all[i]!.toString(16)} as its highest word.`,
    );
  }
  return buffer instanceof ArrayBuffer ? all : all.slice();
}

function signedColumn(port: SignalLayout, column: BigInt64Array): Uint32Array {
  const codes = new BigUint64Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (BigInt.asIntN(port.width, value) !== value) rejectValue(port, value, `${port.name} in row ${i}`);
    codes[i] = BigInt.asUintN(port.width, value);
  }
  return new Uint32Array(codes.buffer);
}

function checkSingle(port: SignalLayout): void {
  if (port.dims.length === 0) return;
  throw new RangeError(`Expected ports with one value, but received ${port.name}, which is an array.`);
}

const unsignedColumns = [Uint8Array, Uint16Array, Uint32Array];
const signedColumns = [Int8Array, Int16Array, Int32Array];

function checkType(port: SignalLayout, column: unknown): void {
  checkSingle(port);
  const { signed } = port;
  const narrow = port.width <= wordBits;
  const Long = signed ? BigInt64Array : BigUint64Array;
  if (narrow && (signed ? signedColumns : unsignedColumns).some((Column) => column instanceof Column)) return;
  if (!narrow && (column instanceof Uint32Array || (port.bytes === 8 && column instanceof Long))) return;
  const prefix = signed ? 'Int' : 'Uint';
  const expected = narrow
    ? `${signed ? 'an' : 'a'} ${prefix}8Array, ${prefix}16Array or ${prefix}32Array`
    : port.bytes === 8
      ? `a Big${prefix}64Array or a Uint32Array of words`
      : 'a Uint32Array of words';
  throw new TypeError(`Expected ${port.name} to be ${expected}, but received ${describe(column)}.`);
}
