// SPDX-License-Identifier: Apache-2.0
// Frames of the link to a board: made, found again in whatever comes, and never found in what was damaged.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, encodeFrame, type Frame, FrameReader } from '../../src/device/board-frame.ts';

const frames = fc.record({ sequence: fc.nat(255), payload: fc.uint8Array({ maxLength: 255 }) });

/** All frames in bytes. */
function framesIn(bytes: Uint8Array, reader = new FrameReader()): Frame[] {
  const found: Frame[] = [];
  reader.push(bytes);
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) found.push(frame);
  return found;
}

describe('crc16', () => {
  it('should give the check value of its polynomial, and 0 with itself behind', () => {
    const bytes = new TextEncoder().encode('123456789');
    // CRC-16/MCRF4XX in the catalogue of parametrised CRC algorithms.
    expect(crc16(bytes)).toBe(0x6f91);
    expect(crc16(Uint8Array.of(...bytes, 0x91, 0x6f))).toBe(0);
  });
});

describe('frames', () => {
  it('should have the bytes that the table of frames says', () => {
    expect([...encodeFrame({ sequence: 7, payload: Uint8Array.of(2, 0) })]).toEqual([0x42, 7, 2, 2, 0, 0x08, 0xd2]);
  });

  it('should be found again, in any pieces', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 4 }), fc.integer({ min: 1, max: 300 }), (sent, piece) => {
        const bytes = sent.flatMap((frame) => [...encodeFrame(frame)]);
        const reader = new FrameReader();
        const found: Frame[] = [];
        for (let at = 0; at < bytes.length; at += piece) {
          found.push(...framesIn(Uint8Array.from(bytes.slice(at, at + piece)), reader));
        }
        expect(found).toEqual(sent);
        reader.clear();
        expect(reader.strayBytes).toBe(0);
      }),
    );
  });

  it('should be found behind noise, even where it looks like the beginning of a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), frames, (noise, frame) => {
        const bytes = Uint8Array.of(...noise, 0x42, 0, 200, ...encodeFrame(frame));
        const reader = new FrameReader();
        expect(framesIn(bytes, reader).at(-1)).toEqual(frame);
        expect(reader.strayBytes).toBe(noise.length + 3);
      }),
    );
  });

  it('should not be found where up to three bits of one are wrong, or a byte is missing or there twice', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.nat(), (frame, flips, place) => {
        const bytes = encodeFrame(frame);
        const wrong = bytes.slice();
        for (const bit of new Set(flips.map((flip) => flip % (bytes.length * 8)))) wrong[bit >> 3]! ^= 1 << (bit & 7);
        expect(framesIn(wrong)).not.toContainEqual(frame);
        const at = place % bytes.length;
        const lost = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
        expect(framesIn(lost).filter(({ sequence }) => sequence === frame.sequence)).not.toContainEqual(frame);
      }),
    );
  });

  it('should refuse payloads that are too long', () => {
    expect(() => encodeFrame({ sequence: 0, payload: new Uint8Array(256) })).toThrow(
      'Expected a payload of at most 255 bytes, but received 256.',
    );
  });
});
