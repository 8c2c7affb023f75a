// SPDX-License-Identifier: Apache-2.0
// The accelerator's buses as a board's host reaches them: each request is a list of operations, which
// fpga/link/link_operations.v does one after the other.

import { MAX_PAYLOAD } from './board-frame.ts';
import type { BoardLink } from './board-link.ts';
import { DeviceFault } from './device-fault.ts';
import { headerOf, type Packet } from './packets.ts';
import { REGISTERS } from './registers.ts';
import type { RegisterName } from './top-registers.ts';

/** First byte of each operation; with `LAST`, words end their packet. */
const HELLO = 0;
const WRITE = 1;
const READ = 2;
const SEND = 3;
const TAKE = 4;
const LAST = 0x80;

/** A register to read, or to write where it has a value. */
export interface Access {
  readonly register: RegisterName;
  readonly value?: number;
}

/** Bytes of a beat of M_AXIS, and 32-bit parts as the host keeps it. */
export interface BeatSize {
  readonly bytes: number;
  readonly parts: number;
}

/** Bytes of the largest of words, without the zeros above it. */
function widestWord(words: Uint32Array, parts: number): number {
  let widest = 1;
  for (let at = 0; at < words.length; at++) {
    const bytes = 4 * (at % parts) + 4 - Math.floor(Math.clz32(words[at]!) / 8);
    if (words[at] !== 0 && bytes > widest) widest = bytes;
  }
  return widest;
}

/** Words of `size` bytes, the highest byte of each first. */
function bigEndian(words: Uint32Array, parts: number, size: number): Uint8Array {
  const count = words.length / parts;
  const bytes = new Uint8Array(count * size);
  for (let word = 0; word < count; word++) {
    for (let byte = 0; byte < size; byte++) {
      bytes[(word + 1) * size - 1 - byte] = words[word * parts + (byte >> 2)]! >>> (8 * (byte & 3));
    }
  }
  return bytes;
}

/** The accelerator's buses behind a link. */
export class BoardBus {
  readonly #link: BoardLink;

  constructor(link: BoardLink) {
    this.#link = link;
  }

  /** Asks for the version of the link. */
  hello(): number {
    return this.#request([HELLO], 1)[0]!;
  }

  /**
   * Reads and writes registers in their order.
   * @returns what was read
   */
  access(accesses: readonly Access[]): number[] {
    const values: number[] = [];
    for (let from = 0; from < accesses.length;) {
      const request: number[] = [];
      let size = 0;
      let to = from;
      for (; to < accesses.length; to++) {
        const { register, value } = accesses[to]!;
        const { offset } = REGISTERS[register];
        const bytes = value === undefined ? [READ, offset] : [WRITE, offset, ...bigEndian(Uint32Array.of(value), 1, 4)];
        const answer = value === undefined ? 5 : 1;
        if (request.length + bytes.length > MAX_PAYLOAD || size + answer > MAX_PAYLOAD) break;
        request.push(...bytes);
        size += answer;
      }
      values.push(...this.#registers(accesses.slice(from, to), this.#request(request, size)));
      from = to;
    }
    return values;
  }

  /** Reads registers. */
  read(...registers: RegisterName[]): number[] {
    return this.access(registers.map((register) => ({ register })));
  }

  /**
   * Sends a packet.
   * @param parts 32-bit parts of its words
   * @param onStall called while the accelerator takes no more; throws to give up
   */
  send(packet: Packet, parts: number, onStall: () => void): void {
    const size = widestWord(packet.words, parts);
    const header = bigEndian(headerOf(packet, parts), parts, 8);
    const words = bigEndian(packet.words, parts, size);
    const count = words.length / size;
    let isHeaderSent = false;
    for (let sent = 0; sent < count;) {
      const start = isHeaderSent ? [] : [SEND, 7, 1, ...header];
      const now = Math.min(count - sent, Math.floor((MAX_PAYLOAD - start.length - 3) / size));
      const last = sent + now === count ? LAST : 0;
      const answer = this.#link.request(
        Uint8Array.of(...start, SEND + last, size - 1, now, ...words.subarray(sent * size, (sent + now) * size)),
      );
      // What was not taken ended the request.
      if (!isHeaderSent && answer[0] === 1) {
        onStall();
        continue;
      }
      const left = answer[isHeaderSent ? 0 : 1];
      if (left === undefined || left > now) throw this.#malformed(`at most ${now} words left over`, answer);
      isHeaderSent = true;
      sent += now - left;
      if (left > 0) onStall();
    }
  }

  /** Ends the packet that the accelerator is receiving, whatever it is. */
  endPacket(): void {
    this.#request([SEND + LAST, 0, 1, 0], 1);
  }

  /**
   * Takes beats, up to the end of a packet or until none comes.
   * @returns 32-bit parts of beats; whether the packet ended
   */
  take({ bytes: size, parts }: BeatSize): { beats: Uint32Array; isLast: boolean } {
    const answer = this.#link.request(Uint8Array.of(TAKE, Math.floor((MAX_PAYLOAD - 1) / (size + 1))));
    const count = Math.floor(answer.length / (size + 1));
    const beats = new Uint32Array(count * parts);
    let flags = 0;
    for (let beat = 0; beat < count; beat++) {
      const at = beat * (size + 1);
      flags = answer[at]!;
      for (let byte = 0; byte < size; byte++) {
        beats[beat * parts + (byte >> 2)]! |= answer[at + size - byte]! << (8 * (byte & 3));
      }
    }
    return { beats, isLast: (flags & 1) !== 0 };
  }

  #request(operations: readonly number[], size: number): Uint8Array {
    const answer = this.#link.request(Uint8Array.from(operations));
    if (answer.length !== size) throw this.#malformed(`${size} bytes`, answer);
    return answer;
  }

  #registers(accesses: readonly Access[], answer: Uint8Array): number[] {
    const view = new DataView(answer.buffer, answer.byteOffset);
    const values: number[] = [];
    let at = 0;
    for (const { register, value } of accesses) {
      if (answer[at] !== 0) {
        throw new DeviceFault(
          `Expected the accelerator at ${this.#link.name} to answer an access of ${register} with OKAY, ` +
            `but received ${answer[at]! >= 0x80 ? 'none' : 'SLVERR'}.`,
        );
      }
      at++;
      if (value !== undefined) continue;
      values.push(view.getUint32(at));
      at += 4;
    }
    return values;
  }

  #malformed(expected: string, answer: Uint8Array): DeviceFault {
    return new DeviceFault(
      `Expected the board at ${this.#link.name} to answer with ${expected}, but received ${answer.length} bytes: ` +
        `${[...answer.subarray(0, 8)].join(' ')}.`,
    );
  }
}
