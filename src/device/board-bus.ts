// SPDX-License-Identifier: Apache-2.0
// The accelerator's buses as a board's host reaches them: each request is a list of operations, which
// fpga/link/link_operations.v does one after the other.

import { MAX_PAYLOAD } from './board-frame.ts';
import type { BoardLink } from './board-link.ts';
import { DeviceFault } from './device-fault.ts';
import { bigEndian, LAST, packetRequests, SEND } from './packet-requests.ts';
import type { Packet } from './packets.ts';
import { REGISTERS } from './registers.ts';
import type { RegisterName } from './top-registers.ts';

/** First byte of each other operation. */
const HELLO = 0;
const WRITE = 1;
const READ = 2;
const TAKE = 4;

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

/** Offset of the link's own register MARK, which boards with a flash have. */
const MARK = 0x80;
/** An access of a register that is not there. */
const SLVERR = 2;

/** The request that begins a session. */
export function helloPayload(): Uint8Array {
  return Uint8Array.of(HELLO);
}

/** The request that writes the link's register MARK. */
export function markPayload(mark: number): Uint8Array {
  return Uint8Array.of(WRITE, MARK, ...bigEndian(Uint32Array.of(mark), 1, 4));
}

/** The accelerator's buses behind a link. */
export class BoardBus {
  readonly #link: BoardLink;

  constructor(link: BoardLink) {
    this.#link = link;
  }

  /** Asks for the version of the link. */
  hello(): number {
    return this.#request(helloPayload(), 1)[0]!;
  }

  /** What MARK says; undefined where the board has no such register. */
  readMark(): number | undefined {
    const answer = this.#request(Uint8Array.of(READ, MARK), 5);
    if (answer[0] === SLVERR) return undefined;
    return new DataView(answer.buffer, answer.byteOffset).getUint32(1);
  }

  /** Writes MARK, where the board has it. */
  writeMark(mark: number): void {
    this.#request(markPayload(mark), 1);
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
      values.push(...this.#registers(accesses.slice(from, to), this.#request(Uint8Array.from(request), size)));
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
    const requests = packetRequests(packet, parts);
    for (let next = requests.next(); next.done !== true;) {
      const { payload, hasHeader, words } = next.value;
      const answer = this.#link.request(payload);
      // What was not taken ended the request.
      const left = hasHeader && answer[0] === 1 ? words + 1 : answer[hasHeader ? 1 : 0];
      if (left === undefined || left > words + Number(hasHeader)) {
        throw this.#malformed(`at most ${words} words left over`, answer);
      }
      if (left > 0) onStall();
      next = requests.next(left);
    }
  }

  /** Ends the packet that the accelerator is receiving, whatever it is. */
  endPacket(): void {
    this.#request(Uint8Array.of(SEND + LAST, 0, 1, 0), 1);
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

  #request(operations: Uint8Array, size: number): Uint8Array {
    const answer = this.#link.request(operations);
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
