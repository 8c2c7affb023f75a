// SPDX-License-Identifier: Apache-2.0
// Safetensors files of others: any order, no metadata, every type; no hole and no overlap.

import { describe, expect, it } from 'vitest';
import { decodeAny } from '../../src/import/read-tensors.ts';
import { decodeTensors } from '../../src/network/safetensors.ts';
import { singles } from '../../src/network/tensor.ts';
import { refusalOf } from './models.ts';

/** A file of a header and as many bytes, each the number of its place. */
function file(header: object | string, length: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([start, text, Buffer.from(Array.from({ length }, (_, i) => i))]);
}

const u8 = (from: number, to: number, shape = [to - from]): object => ({
  dtype: 'U8',
  shape,
  data_offsets: [from, to],
});
const refusal = (bytes: Uint8Array): string => refusalOf('a.st', () => decodeTensors('a.st', bytes));

describe('safetensors', () => {
  it('should be read in any order and without metadata', async () => {
    const bytes = file({ b: u8(2, 5), 7: u8(5, 6), a: u8(0, 2), none: u8(2, 2, [0, 9]) }, 6);
    const { format, tensors } = await decodeAny('a.st', bytes);
    expect(format).toBe('safetensors');
    expect([...tensors.get('a')!.bytes]).toEqual([0, 1]);
    expect([...tensors.get('b')!.bytes]).toEqual([2, 3, 4]);
    expect([...tensors.get('7')!.bytes]).toEqual([5]);
    expect(tensors.get('none')!.bytes).toHaveLength(0);
  });

  it.each([
    ['BF16', 2, Uint8Array.of(0xc0, 0x3f), 1.5],
    ['F16', 2, Uint8Array.of(1, 0), 2 ** -24],
    ['F16', 2, Uint8Array.of(0xff, 0x7b), 65504],
    ['F16', 2, Uint8Array.of(0, 0xfc), -Infinity],
    ['F16', 2, Uint8Array.of(1, 0x7c), NaN],
    ['F64', 8, new Uint8Array(Float64Array.of(-0.1).buffer), Math.fround(-0.1)],
    ['U64', 8, new Uint8Array(8).fill(255), 2 ** 64],
    ['I32', 4, new Uint8Array(Int32Array.of(-9).buffer), -9],
    ['U32', 4, new Uint8Array(4).fill(255), 2 ** 32],
    ['BOOL', 1, Uint8Array.of(2), 1],
  ] as const)('should read a number of %s', (dtype, size, content, expected) => {
    const bytes = file({ x: { dtype, shape: [], data_offsets: [0, size] } }, size);
    bytes.set(content, bytes.length - size);
    expect([...singles(decodeTensors('a.st', bytes).tensors.get('x')!)]).toEqual([expected]);
  });

  it('should take names of the prototype as names', () => {
    const bytes = file(
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"toString":"x"}}',
      1,
    );
    const { metadata, tensors } = decodeTensors('a.st', bytes);
    expect([...tensors.keys()]).toEqual(['__proto__']);
    expect(metadata['toString']).toBe('x');
    expect(metadata['format']).toBeUndefined();
  });

  it.each([
    ['a hole', { a: u8(0, 2), b: u8(3, 5) }, 'hold b at bytes 2 to 4, but received 3 to 5'],
    ['an overlap', { a: u8(0, 3), b: u8(2, 5) }, 'hold b at bytes 3 to 6, but received 2 to 5'],
    ['one place twice', { a: u8(0, 5), b: u8(0, 5) }, 'hold b at bytes 5 to 10, but received 0 to 5'],
    ['bytes at the end', { a: u8(0, 4) }, 'hold 4 bytes of tensors, but received 5'],
    ['bytes past the end', { a: u8(0, 6) }, 'hold 6 bytes of tensors, but received 5'],
    ['a shape of other bytes', { a: u8(0, 5, [2, 2]) }, 'hold a at bytes 0 to 4, but received 0 to 5'],
    ['a shape beyond counting', { a: u8(0, 5, [2 ** 52, 2 ** 52]) }, 'hold a at bytes 0 to'],
    ['a negative length', { a: u8(0, 5, [-5]) }, 'a wrong a.shape.0'],
    ['an end before its start', { a: u8(5, 0, [0]) }, 'hold a at bytes 0 to 0, but received 5 to 0'],
    ['an unknown type', { a: { dtype: 'F8_E4M3', shape: [5], data_offsets: [0, 5] } }, 'a wrong a.dtype'],
    ['a list', '[]', 'a header of tensors, but received other JSON'],
    ['a number', '5', 'a header of tensors, but received other JSON'],
    ['numbers as metadata', { __metadata__: { a: 1 } }, 'a wrong __metadata__.a'],
    ['a long header', ' '.repeat(2 ** 22 + 1), 'a header of at most 4194304 bytes, but received 4194305'],
    ['half of a text', '{"a":', 'a header of JSON, but received other text'],
  ])('should be refused with %s', (_, header, message) => {
    expect(refusal(file(header, 5))).toContain(message);
  });
});
