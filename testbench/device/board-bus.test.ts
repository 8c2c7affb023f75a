// SPDX-License-Identifier: Apache-2.0
// Packets to an accelerator that takes them a few words at a time: each word once, in its order, wherever it stops.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoardBus } from '../../src/device/board-bus.ts';
import { encodeFrame, FrameReader } from '../../src/device/board-frame.ts';
import { BoardLink } from '../../src/device/board-link.ts';
import type { ByteChannel } from '../../src/device/index.ts';
import { headerOf } from '../../src/device/packets.ts';

const SEND = 3;
const LAST = 0x80;

/** A board that takes as many words of an operation as `takes` says, round and round, and keeps them. */
function hesitant(takes: readonly number[]): ByteChannel & { words: bigint[]; ends: number[] } {
  const reader = new FrameReader();
  const words: bigint[] = [];
  const ends: number[] = [];
  let operations = 0;
  let answer: Uint8Array = new Uint8Array(0);
  return {
    name: 'a hesitant board',
    baud: 1_000_000,
    words,
    ends,
    write: (bytes) => {
      reader.push(bytes);
      const { sequence, payload } = reader.next()!;
      const lefts: number[] = [];
      for (let at = 0; at < payload.length && !(lefts.at(-1)! > 0);) {
        const [operation, less, count] = [...payload.subarray(at, at + 3)] as [number, number, number];
        expect(operation & 0x7f).toBe(SEND);
        at += 3;
        const taken = Math.min(count, takes[operations++ % takes.length]!);
        for (let word = 0; word < count; word++, at += less + 1) {
          if (word < taken) words.push(BigInt(`0x${Buffer.from(payload.subarray(at, at + less + 1)).toString('hex')}`));
        }
        if (operation >= LAST && taken === count) ends.push(words.length);
        lefts.push(count - taken);
      }
      answer = encodeFrame({ sequence, payload: Uint8Array.from(lefts) });
    },
    read: () => answer,
    [Symbol.dispose]: () => undefined,
  };
}

/** Words of so many 32-bit parts, the lowest part first. */
function wide(words: Uint32Array, parts: number): bigint[] {
  return Array.from({ length: words.length / parts }, (_, word) =>
    words.subarray(word * parts, (word + 1) * parts).reduceRight((sum, part) => sum * 2n ** 32n + BigInt(part), 0n),
  );
}

it('should send each word once, in its order, wherever the accelerator stops', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 1, max: 150 }),
      fc.array(fc.nat(70), { minLength: 1, maxLength: 5 }).filter((takes) => takes.some((count) => count > 0)),
      fc.nat(0xffff_ffff),
      (parts, count, takes, mask) => {
        const words = Uint32Array.from({ length: count * parts }, (_, at) => Math.imul(at + 1, 2_654_435_761) & mask);
        const packet = { target: 2, address: 5, words };
        // A turn of its own keeps `takes` from falling in step with requests of two operations.
        const board = hesitant([...takes, 1, 1, 1]);
        let stalls = 0;
        new BoardBus(new BoardLink(board)).send(packet, parts, () => void stalls++);
        expect(board.words).toEqual([...wide(headerOf(packet, parts), parts), ...wide(words, parts)]);
        expect(board.ends).toEqual([count + 1]);
        expect(stalls).toBeLessThan(1000);
      },
    ),
  );
});
