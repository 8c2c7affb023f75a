// SPDX-License-Identifier: Apache-2.0
// Reads a file's bytes in order; an end that comes too early is an error that
// names the file. Nothing is copied.

/** Most bytes of a text: names are short, and a text with escapes costs many times its bytes to read. */
const maxText = 65_536;

/** A place in a file's bytes. */
export class ByteReader {
  readonly path: string;
  readonly bytes: Buffer;
  /** Byte that is read next. */
  at: number;

  /** @param path what messages call the file */
  constructor(path: string, bytes: Uint8Array, at = 0) {
    this.path = path;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Buffer {
    const start = this.at;
    if (!(length >= 0 && length <= this.bytes.length - start)) {
      const left = this.bytes.length - start;
      throw new RangeError(
        `Expected ${this.path} to hold ${length} bytes more at byte ${start}, but received ${left}: it is cut short.`,
      );
    }
    this.at = start + length;
    return this.bytes.subarray(start, start + length);
  }

  /** Little-endian unsigned number of 1, 2 or 4 bytes. */
  unsigned(size: 1 | 2 | 4): number {
    return this.take(size).readUIntLE(0, size);
  }

  /** Little-endian signed number of 4 bytes. */
  signed32(): number {
    return this.take(4).readInt32LE();
  }

  /** Little-endian length of 8 bytes; too large for any file, it is refused by what takes it. */
  length64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Text up to the next line feed, which is passed over. */
  line(): string {
    const window = this.bytes.subarray(this.at, this.at + maxText + 1);
    const end = window.indexOf(10);
    if (end === -1 && window.length > maxText) throw this.#tooLong('more');
    const text = this.take(end === -1 ? window.length + 1 : end).toString('latin1');
    this.at++;
    return text;
  }

  /** Text of so many bytes. */
  text(length: number, encoding: 'utf8' | 'latin1'): string {
    if (length > maxText && length <= this.bytes.length - this.at) throw this.#tooLong(String(length));
    return this.take(length).toString(encoding);
  }

  #tooLong(received: string): RangeError {
    return new RangeError(
      `Expected ${this.path} to have texts of at most ${maxText} bytes at byte ${this.at}, but received ${received}.`,
    );
  }
}
