// SPDX-License-Identifier: Apache-2.0
// Entries of a zip archive in memory, stored or deflated. What an archive says
// of sizes is a claim: an entry is inflated into no more than it claims, all
// claims together are limited by the archive's own size, and each entry's
// checksum is compared.

import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { shown } from './shown.ts';

/** Most entries of an archive. */
const maxEntries = 65_536;

/** Bytes of the names and fields of all entries. */
const maxDirectory = 16 * 2 ** 20;

/** Times its own size that an archive may hold, with `spare` bytes on top: weights hardly shrink, zeros do. */
const maxGrowth = 16;
const spare = 16 * 2 ** 20;

/** An archive. */
export interface ZipArchive {
  /** Names of files, in the archive's order. */
  readonly names: readonly string[];
  /**
   * Reads an entry; stored ones are views.
   * @param expected bytes that it must have; any number where undefined
   * @throws {RangeError} when it is not there, damaged, or larger than it says.
   */
  readonly read: (name: string, expected?: number) => Promise<Uint8Array>;
}

/** Whether bytes begin like a zip archive that is not empty. */
export function isZip(file: Uint8Array): boolean {
  return file[0] === 0x50 && file[1] === 0x4b && file[2] === 3 && file[3] === 4;
}

/**
 * Opens an archive.
 * @param path what messages call the file
 * @throws {RangeError} when it is damaged, or holds more than its size allows.
 */
export async function openZip(path: string, file: Uint8Array): Promise<ZipArchive> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const { zip, entries } = await listEntries(path, bytes);
  let left = bytes.length * maxGrowth + spare;
  const read = async (name: string, expected?: number): Promise<Uint8Array> => {
    const entry = entries.get(name);
    const fault = (wanted: string, received: string): RangeError =>
      new RangeError(`Expected ${path} to hold ${shown(name)} ${wanted}, but received ${received}.`);
    if (entry === undefined) throw fault('in its archive', 'none');
    const { compressionMethod, compressedSize, uncompressedSize } = entry;
    if (expected !== undefined && uncompressedSize !== expected) {
      throw fault(`in ${expected} bytes`, String(uncompressedSize));
    }
    if (entry.isEncrypted() || (compressionMethod !== 0 && compressionMethod !== 8)) {
      throw fault('stored or deflated', entry.isEncrypted() ? 'it encrypted' : `method ${compressionMethod}`);
    }
    left -= uncompressedSize;
    if (left < 0) {
      throw fault(`and all else in at most ${maxGrowth} times the archive's size`, `${uncompressedSize} bytes more`);
    }
    const start = await dataStart(zip, entry).catch((error: unknown) => {
      throw fault('whole', `an error (${(error as Error).message})`);
    });
    const packed = bytes.subarray(start, start + compressedSize);
    const content = compressionMethod === 0 ? packed : inflate(packed, uncompressedSize);
    if (content.length !== uncompressedSize || crc32(content) !== entry.crc32) {
      throw fault(`as ${uncompressedSize} bytes with the checksum ${entry.crc32}`, 'other bytes');
    }
    return content;
  };
  return { names: [...entries.keys()], read };
}

/** Inflates into no more than `size` bytes; a result that fits no entry where that fails. */
function inflate(packed: Buffer, size: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return new Uint8Array(size === 0 ? 1 : 0);
  }
}

function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
      if (error) reject(error);
      else resolve(header.fileDataStart);
    });
  });
}

function listEntries(path: string, bytes: Buffer): Promise<{ zip: ZipFile; entries: Map<string, Entry> }> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new RangeError(`Expected ${path} to be a whole zip archive, but received ${what}.`));
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return fail(`an error (${error.message})`);
      if (zip.entryCount > maxEntries) return fail(`${zip.entryCount} entries, more than ${maxEntries}`);
      const entries = new Map<string, Entry>();
      let directory = 0;
      zip.on('error', (fault: Error) => fail(`an error (${fault.message})`));
      zip.on('end', () => resolve({ zip, entries }));
      zip.on('entry', (entry: Entry) => {
        const { fileName } = entry;
        if (entries.has(fileName)) return fail(`${shown(fileName)} twice`);
        directory += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
        if (directory > maxDirectory) return fail(`a directory of more than ${maxDirectory} bytes`);
        // Nothing is read of them, and they may be many.
        entry.extraFields = [];
        if (!fileName.endsWith('/')) entries.set(fileName, entry);
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
}
