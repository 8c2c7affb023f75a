// SPDX-License-Identifier: Apache-2.0
// PNG files of 8-bit RGB pixels, decoded in memory that is bounded.
//
// Node unpacks the pixels, into no more than the header says, checks included;
// the library then gets them unpacked, which is a third of the time that it
// needs from the file itself, and leaves nothing to unpack into a flood.

import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { decode } from 'fast-png';

const SIGNATURE = '89504e470d0a1a0a';

/** Bytes of the signature and the header's chunk. */
const HEAD = 33;

/** Pixels [row][column][3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Decodes a PNG file of 8-bit RGB, not interlaced, with no chunks but IHDR, IDAT and IEND.
 * @param name what messages call the file
 * @param width columns it must have
 * @param maxHeight rows it may have
 * @throws {RangeError} when it is of another kind or size, or damaged.
 */
export function decodeRgb(bytes: Uint8Array, name: string, width: number, maxHeight: number): RgbImage {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const packed = packedPixels(file, name);
  const height = file.readUInt32BE(20);
  const kind = [...file.subarray(24, 29)].join(' ');
  if (kind !== '8 2 0 0 0') {
    throw new RangeError(`Expected ${name} to be 8-bit RGB and not interlaced (8 2 0 0 0), but received ${kind}.`);
  }
  if (file.readUInt32BE(16) !== width || height < 1 || height > maxHeight) {
    const received = `${file.readUInt32BE(16)}x${height}`;
    throw new RangeError(`Expected ${name} to be ${width} wide and 1 to ${maxHeight} high, but received ${received}.`);
  }
  const size = height * (1 + 3 * width);
  try {
    const lines = inflateSync(packed, { maxOutputLength: size, chunkSize: Math.max(64, Math.min(size, 2 ** 18)) });
    if (lines.length !== size) throw new RangeError(`${lines.length} bytes of pixels where ${size} belong`);
    const { data } = decode(Buffer.concat([file.subarray(0, HEAD), ...dataAndEnd(lines)]));
    return { width, height, pixels: data as Uint8Array };
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : String(error));
  }
}

/** Walks the chunks and puts the pixels' together. */
function packedPixels(file: Buffer, name: string): Buffer {
  if (file.toString('hex', 0, 8) !== SIGNATURE) {
    throw new RangeError(`Expected ${name} to be a PNG file, but received ${file.length} bytes of something else.`);
  }
  const data: Buffer[] = [];
  let type = '';
  for (let at = 8; type !== 'IEND';) {
    const next = at + 12 <= file.length ? at + 12 + file.readUInt32BE(at) : Infinity;
    if (next > file.length) throw damaged(name, 'an end in the middle of it');
    type = file.toString('latin1', at + 4, at + 8);
    const fits = at === 8 ? type === 'IHDR' && next === HEAD : type === 'IDAT' || type === 'IEND';
    if (!fits) {
      const received = JSON.stringify(type);
      throw new RangeError(`Expected ${name} to hold the chunks IHDR, IDAT and IEND alone, but received ${received}.`);
    }
    if (crc32(file.subarray(at + 4, next - 4)) !== file.readUInt32BE(next - 4)) {
      throw damaged(name, `a wrong checksum of a chunk ${type}`);
    }
    if (type === 'IDAT') data.push(file.subarray(at + 8, next - 4));
    at = next;
  }
  return Buffer.concat(data);
}

/** The chunks that follow the header, with the pixels' lines stored as they are. */
function dataAndEnd(lines: Buffer): Buffer[] {
  const stored = deflateSync(lines, { level: 0, chunkSize: Math.max(64, Math.min(lines.length, 2 ** 20)) });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(stored.length);
  // Checksums are of no use here; the decoder is not told to look at them.
  return [length, Buffer.from('IDAT'), stored, Buffer.alloc(8), Buffer.from('IEND'), Buffer.alloc(4)];
}

function damaged(name: string, cause: string): RangeError {
  return new RangeError(`Expected ${name} to be a PNG file without damage, but received ${cause.replace(/\.$/, '')}.`);
}
