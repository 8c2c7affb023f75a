// SPDX-License-Identifier: Apache-2.0
// The safetensors layout with a checksum over every byte.
//
// Eight bytes of header length (little-endian), a JSON header padded with
// spaces to a multiple of eight, then the tensors without gaps. The checksum is
// SHA-256 of the whole file with its own 64 digits read as zeros.

import { createHash } from 'node:crypto';
import * as v from 'valibot';

const elementBytes = { U8: 1, I16: 2, U16: 2, I32: 4, I64: 8 } as const;

/** Kinds of numbers that a tensor may hold. */
export type TensorType = keyof typeof elementBytes;

/** A tensor's place in the file, or its content before it has one. */
export interface Tensor {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** Little-endian values, last axis fastest. */
  readonly bytes: Uint8Array;
}

/** A file taken apart. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tensorSchema = v.object({
  dtype: v.picklist(['U8', 'I16', 'U16', 'I32', 'I64']),
  shape: v.array(count),
  data_offsets: v.tuple([count, count]),
});
const headerSchema = v.objectWithRest({ __metadata__: v.record(v.string(), v.string()) }, tensorSchema);

const blank = '0'.repeat(64);

/** Puts a file together; `sha256` is added to the metadata. */
export function encodeTensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { ...metadata, sha256: blank } };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, (end += bytes.length)] };
  }
  const text = Buffer.from(JSON.stringify(header));
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
  const header = parseHeader(path, bytes.toString('utf8', 8, 8 + headerLength));
  const { __metadata__: metadata, ...entries } = header;
  const data = bytes.subarray(8 + headerLength);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
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

function parseHeader(path: string, text: string): v.InferOutput<typeof headerSchema> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new RangeError(`Expected ${path} to have a header of JSON, but received other text.`);
  }
  return checkShape(`${path} to have a header of tensors`, headerSchema, header);
}

/**
 * Checks a value against a schema.
 * @param what completes "Expected ..." in the message
 * @throws {RangeError} naming the first field that is wrong.
 */
export function checkShape<Schema extends v.GenericSchema>(
  what: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [{ message }] = result.issues;
  const field = v.getDotPath(result.issues[0]) ?? 'the whole';
  throw new RangeError(`Expected ${what}, but received a wrong ${field}: ${message.replaceAll('\n', ' ')}.`);
}
