// SPDX-License-Identifier: Apache-2.0
// Frames of the link between a host and a board, both ways alike; fpga/link/link_frames.v has the other side.
//
//   'B', sequence, length, payload, CRC-16 of sequence to payload (low byte first)

/** Version of the link that this host speaks; fpga/link/link_operations.v has the board's. */
export const LINK_VERSION = 3;

/** Most bytes of a payload. */
export const MAX_PAYLOAD = 255;

/** First byte of a frame. */
const MARK = 0x42;
/** Bytes of a frame beside its payload. */
const AROUND = 5;

/** A frame without what guards it. */
export interface Frame {
  /** 0 to 255. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** The sequence of the request after one: 0 begins a session, and does not come again. */
export function sequenceAfter(sequence: number): number {
  return (sequence % 255) + 1;
}

/** CRC-16 with the CCITT polynomial, the lowest bit of a byte first, from 0xffff; 0 of bytes followed by their own. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x8408;
  }
  return crc;
}

/** The bytes of a frame. */
export function encodeFrame({ sequence, payload }: Frame): Uint8Array {
  if (payload.length > MAX_PAYLOAD) {
    throw new RangeError(`Expected a payload of at most ${MAX_PAYLOAD} bytes, but received ${payload.length}.`);
  }
  const bytes = new Uint8Array(payload.length + AROUND);
  bytes.set([MARK, sequence, payload.length]);
  bytes.set(payload, 3);
  const crc = crc16(bytes.subarray(1, -2));
  bytes.set([crc & 0xff, crc >>> 8], bytes.length - 2);
  return bytes;
}

/** Finds frames in bytes as they come. */
export class FrameReader {
  #bytes = new Uint8Array(0);
  #strayBytes = 0;

  /** Bytes that were forgotten: they belonged to no frame. */
  get strayBytes(): number {
    return this.#strayBytes;
  }

  /** Takes bytes. */
  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
  }

  /**
   * Takes the next whole frame with a right CRC, wherever it begins; what comes before it is forgotten.
   * @returns undefined where there is none yet
   */
  next(): Frame | undefined {
    const bytes = this.#bytes;
    for (let start = bytes.indexOf(MARK); start >= 0; start = bytes.indexOf(MARK, start + 1)) {
      const length = bytes[start + 2];
      if (length === undefined) return undefined;
      const end = start + length + AROUND;
      if (end > bytes.length || crc16(bytes.subarray(start + 1, end)) !== 0) continue;
      this.#strayBytes += start;
      this.#bytes = bytes.slice(end);
      return { sequence: bytes[start + 1]!, payload: bytes.slice(start + 3, end - 2) };
    }
    return undefined;
  }

  /** Forgets all that came. */
  clear(): void {
    this.#strayBytes += this.#bytes.length;
    this.#bytes = new Uint8Array(0);
  }
}
