// SPDX-License-Identifier: Apache-2.0
// Writes zip archives, and such that say other things of their entries than are so.

import { crc32, deflateRawSync } from 'node:zlib';

/** An entry; the later fields are lies where they are given. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Size that the archive says the content has. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Where the archive says that the entry begins. */
  readonly offset?: number;
}

function header(
  signature: number,
  length: number,
  fields: readonly (readonly [at: number, size: number, value: number])[],
): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature);
  for (const [at, size, value] of fields) bytes.writeUIntLE(value, at, size);
  return bytes;
}

/** An archive of the given entries. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, deflate = false, ...lies } of entries) {
    const packed = deflate ? deflateRawSync(content) : Buffer.from(content);
    const fileName = Buffer.from(name);
    const { method = deflate ? 8 : 0, flags = 0, crc = crc32(content), offset = at } = lies;
    const { size = content.length, packedSize = packed.length } = lies;
    const common = (shift: number): [number, number, number][] => [
      [4 + shift, 2, 20],
      [6 + shift, 2, flags],
      [8 + shift, 2, method],
      [14 + shift, 4, crc],
      [18 + shift, 4, packedSize],
      [22 + shift, 4, size],
      [26 + shift, 2, fileName.length],
    ];
    const local = header(0x04034b50, 30, common(0));
    parts.push(local, fileName, packed);
    directory.push(header(0x02014b50, 46, [...common(2), [42, 4, offset]]), fileName);
    at += local.length + fileName.length + packed.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = header(0x06054b50, 22, [
    [8, 2, entries.length],
    [10, 2, entries.length],
    [12, 4, length],
    [16, 4, at],
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}
