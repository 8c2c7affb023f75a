// SPDX-License-Identifier: Apache-2.0
// The safetensors layout with a checksum over every byte.
//
// Eight bytes of header length (little-endian), a JSON header padded with
// spaces to a multiple of eight, then the tensors without gaps, in any order.
// The checksum, which only files of this project have, is SHA-256 of the whole
// file with its own 64 digits read as zeros.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { elementBytes, type Tensor, type TensorType } from './tensor.ts';

export type { Tensor, TensorType } from './tensor.ts';

/** A file taken apart. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tensorSchema = v.object({
  dtype: v.picklist(Object.keys(elementBytes) as TensorType[]),
  shape: v.array(count),
  data_offsets: v.tuple([count, count]),
});
const metadataSchema = v.record(v.string(), v.string());

/** Bytes of a header; JSON in memory takes up to a hundred times its text. */
const maxHeader = 4 * 2 ** 20;

const blank = '0'.repeat(64);

/** Puts a file together; `sha256` is added to the metadata. */
export function encodeTensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: [name: string, entry: unknown][] = [['__metadata__', { ...metadata, sha256: blank }]];
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header.push([name, { dtype, shape, data_offsets: [end, (end += bytes.length)] }]);
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = Buffer.alloc(8 + headerLength + end, ' ');
  file.writeBigUInt64LE(BigInt(headerLength));
  text.copy(file, 8);
  let at = 8 + headerLength;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  file.write(createHash('sha256').update(file).digest('hex'), digestStart(file, headerLength));
  return file;
}

/**
 * Takes a file apart, after checking its layout; {@link checkDigest} checks its content.
 * @param path what messages call the file
 * @throws {RangeError} when the bytes are no such file, or fewer or more than its header says.
 */
export function decodeTensors(path: string, file: Uint8Array): TensorFile {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = bytes.length < 8 ? NaN : Number(bytes.readBigUInt64LE());
  if (!(headerLength <= bytes.length - 8)) {
    const expected = Number.isNaN(headerLength) ? 'a header length of 8 bytes' : `a header of ${headerLength} bytes`;
    throw new RangeError(`Expected ${path} to hold ${expected}, but received ${bytes.length} bytes in all.`);
  }
  if (headerLength > maxHeader) {
    throw new RangeError(
      `Expected ${path} to have a header of at most ${maxHeader} bytes, but received ${headerLength}.`,
    );
  }
  const { metadata, entries } = parseHeader(path, bytes.toString('utf8', 8, 8 + headerLength));
  const data = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const length = shape.reduce((product, axis) => product * axis, elementBytes[dtype]);
    if (offsets[0] !== end || offsets[1] !== end + length) {
      throw new RangeError(
        `Expected ${path} to hold ${name} at bytes ${end} to ${end + length}, but received ${offsets.join(' to ')}.`,
      );
    }
    end += length;
    tensors.set(name, { dtype, shape, bytes: data.subarray(offsets[0], offsets[1]) });
  }
  if (end !== data.length) {
    throw new RangeError(`Expected ${path} to hold ${end} bytes of tensors, but received ${data.length}.`);
  }
  return { metadata, tensors };
}

/**
 * Checks that no byte has changed since the file was put together.
 * @throws {RangeError} when one has.
 */
export function checkDigest(path: string, file: Uint8Array): void {
  const bytes = Buffer.from(file);
  const start = digestStart(bytes, Number(bytes.readBigUInt64LE()));
  const expected = start === -1 ? 'none' : bytes.toString('latin1', start, start + 64);
  if (start !== -1) bytes.write(blank, start, 'latin1');
  const received = createHash('sha256').update(bytes).digest('hex');
  if (expected !== received) {
    throw new RangeError(
      `Expected ${path} to have the checksum ${expected}, but received ${received}: it was changed.`,
    );
  }
}

/** Where the digits are; quotes inside strings carry backslashes, so nothing else reads like this. */
function digestStart(file: Buffer, headerLength: number): number {
  const key = '"sha256":"';
  const found = file.subarray(0, 8 + headerLength).indexOf(key);
  return found === -1 ? -1 : found + key.length;
}

interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly entries: readonly (readonly [name: string, entry: v.InferOutput<typeof tensorSchema>])[];
}

function parseHeader(path: string, text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new RangeError(`Expected ${path} to have a header of JSON, but received other text.`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new RangeError(`Expected ${path} to have a header of tensors, but received other JSON.`);
  }
  const what = `${path} to have a header of tensors`;
  const metadata = Object.hasOwn(header, '__metadata__') ? (header as Record<string, unknown>)['__metadata__'] : {};
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => [name, checkShape(what, tensorSchema, entry, name)] as const);
  const starts = ([
    ,
    {
      data_offsets: [start, end],
    },
  ]: (typeof entries)[number]): readonly [number, number] => [start, end];
  entries.sort((left, right) => {
    const [a, b] = [starts(left), starts(right)];
    return a[0] - b[0] || a[1] - b[1];
  });
  return { metadata: checkShape(what, metadataSchema, metadata, '__metadata__'), entries };
}

/**
 * Checks a value against a schema.
 * @param what completes "Expected ..." in the message
 * @param at where the value stands in what is called so; empty for the whole of it
 * @throws {RangeError} naming the first field that is wrong.
 */
export function checkShape<Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  value: unknown,
  at = '',
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [{ message }] = result.issues;
  const field = [at, v.getDotPath(result.issues[0]) ?? ''].filter((part) => part !== '').join('.') || 'the whole';
  throw new RangeError(`Expected ${what}, but received a wrong ${field}: ${message.replaceAll('\n', ' ')}.`);
}
