// SPDX-License-Identifier: Apache-2.0
// The PNG reader beside the library that wrote the files, and files that would flood it.

import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRgb } from '../../src/data/png.ts';
import { png } from './files.ts';

/** A chunk with its length and its checksum. */
function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A file of chunks whose header says a size. */
function file(width: number, height: number, ...chunks: readonly Buffer[]): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), ...chunks, chunk('IEND')]);
}

const packed = (length: number, fill = 0): Buffer => deflateSync(Buffer.alloc(length, fill));

describe('PNG files', () => {
  it('should be read as they were written', () => {
    const sides = [fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 })] as const;
    fc.assert(
      fc.property(...sides, fc.infiniteStream(fc.nat(255)), (width, height, values) => {
        const pixels = Uint8Array.from(values.take(width * height * 3));
        const image = decodeRgb(png(width, pixels), 'file', width, height);
        expect({ ...image, pixels: [...image.pixels] }).toEqual({ width, height, pixels: [...pixels] });
      }),
    );
  });

  it('should be read when pixels lie in several chunks', () => {
    const data = packed(2 * 7);
    const bytes = file(2, 2, chunk('IDAT', data.subarray(0, 5)), chunk('IDAT', data.subarray(5)));
    expect([...decodeRgb(bytes, 'file', 2, 2).pixels]).toEqual(Array.from({ length: 12 }, () => 0));
  });

  it('should be read or refused in one line, whatever their chunks say, checksums being right', () => {
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ minLength: 14, maxLength: 14 }).map((lines) => deflateSync(lines)),
      // Every line's filter is one that there is.
      fc.uint8Array({ minLength: 14, maxLength: 14 }).map((lines) => {
        return deflateSync(lines.map((value, at) => (at % 7 === 0 ? value % 5 : value)));
      }),
    );
    const types = fc.oneof(
      { weight: 9, arbitrary: fc.constant('IDAT') },
      fc.constantFrom('PLTE', 'tRNS', 'acTL', 'IHDR'),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(types, data), { minLength: 1, maxLength: 2 }), fc.nat(3), (chunks, height) => {
        const bytes = file(2, height, ...chunks.map(([type, content]) => chunk(type, content)));
        try {
          expect(decodeRgb(bytes, 'file', 2, 2).pixels.length).toBe(6 * height);
          read++;
        } catch (error) {
          expect((error as Error).message).toMatch(/^Expected file to [^\n]+, but received [^\n]+\.$/);
        }
      }),
    );
    expect(read).toBeGreaterThan(0);
  });

  it.each([
    ['unpack into a flood', file(2, 2, chunk('IDAT', packed(2 ** 26))), 'Cannot create a Buffer larger than 14 bytes'],
    ['unpack into too little', file(2, 2, chunk('IDAT', packed(13))), '13 bytes of pixels where 14 belong'],
    ['are cut where they are packed', file(2, 2, chunk('IDAT', packed(14).subarray(0, 6))), 'unexpected end of file'],
    ['hold no pixels', file(2, 2), 'unexpected end of file'],
    ['use a filter that there is not', file(2, 2, chunk('IDAT', packed(14, 9))), 'Unsupported filter: 9'],
    ['say they are endless', file(2, 2 ** 32 - 1, chunk('IDAT', packed(14))), 'received 2x4294967295.'],
    ['say they are empty', file(2, 0, chunk('IDAT', packed(14))), 'received 2x0.'],
    ['hold a packed profile', file(2, 2, chunk('iCCP', packed(99))), 'IDAT and IEND alone, but received "iCCP".'],
  ])('should be refused when they %s', (_, bytes, message) => {
    expect(() => decodeRgb(bytes, 'file', 2, 2)).toThrow(message);
    expect(() => decodeRgb(bytes, 'file', 2, 2)).toThrow(/^Expected file to [^\n]*\.$/);
  });

  it('should be refused when a byte is wrong', () => {
    const bytes = file(2, 2, chunk('IDAT', packed(14)));
    bytes[bytes.length - 20]! ^= 1;
    expect(() => decodeRgb(bytes, 'file', 2, 2)).toThrow('received a wrong checksum of a chunk IDAT.');
  });
});
