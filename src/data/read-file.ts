// SPDX-License-Identifier: Apache-2.0
// Files of a user's own, read into memory that is bounded: neither a device
// that never ends nor a small file that unpacks into a huge one gets past this.

import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { errorCode } from '../network/index.ts';

/** Bytes that a file may have, unpacked: 1 GiB, which is six times CIFAR-10's training images. */
export const FILE_LIMIT: number = 2 ** 30;

/**
 * Reads a file, and unpacks it where it is packed by gzip.
 * @param name what messages call the file
 * @param limit bytes it may have, packed and unpacked
 * @throws {RangeError} when there is no such file, it is larger, or its packing is damaged.
 */
export function readDataFile(path: string, name: string, limit: number = FILE_LIMIT): Uint8Array {
  let bytes: Buffer;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new RangeError(`Expected ${name} to be a file, but received something else.`);
    if (stats.size > limit) throw tooLarge(name, limit, `${stats.size}`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`Expected ${name} to be a file that can be read, but received ${errorCode(error)}.`);
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? unpack(bytes, name, limit) : bytes;
}

function unpack(bytes: Buffer, name: string, limit: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit, chunkSize: 2 ** 18 });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, limit, 'more when unpacked');
    throw new RangeError(`Expected ${name} to be packed by gzip without damage, but received ${code}.`);
  }
}

function tooLarge(name: string, limit: number, received: string): RangeError {
  return new RangeError(`Expected ${name} to have at most ${limit} bytes, but received ${received}.`);
}
