// SPDX-License-Identifier: Apache-2.0
// The host's side of the link, request by request: which sequence each has, and which answers are its own.

import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameReader } from '../../src/device/board-frame.ts';
import { BoardLink } from '../../src/device/board-link.ts';
import type { ByteChannel } from '../../src/device/index.ts';

/** A channel that answers each request as told, and keeps the sequences of all. */
function answering(answersOf: (request: Frame, nth: number) => Frame[]): ByteChannel & { sequences: number[] } {
  const reader = new FrameReader();
  const sequences: number[] = [];
  let coming: number[] = [];
  return {
    name: 'an echo',
    baud: 1_000_000,
    sequences,
    write: (bytes) => {
      reader.push(bytes);
      const request = reader.next()!;
      coming.push(...answersOf(request, sequences.length).flatMap((frame) => [...encodeFrame(frame)]));
      sequences.push(request.sequence);
    },
    read: () => {
      const bytes = Uint8Array.from(coming);
      coming = [];
      return bytes;
    },
    [Symbol.dispose]: () => undefined,
  };
}

describe('a link', () => {
  it('should begin with sequence 0, which no later request has', () => {
    const channel = answering((request) => [request]);
    const link = new BoardLink(channel);
    for (let nth = 0; nth < 600; nth++)
      expect(link.request(Uint8Array.of(nth & 0xff))).toEqual(Uint8Array.of(nth & 0xff));
    expect(channel.sequences).toEqual(Array.from({ length: 600 }, (_, nth) => (nth === 0 ? 0 : ((nth - 1) % 255) + 1)));
    expect(link.counts).toEqual({ requests: 600, repeats: 0, strayBytes: 0, bytesSent: 3600, bytesReceived: 3600 });
  });

  it('should send a request again as it was, where no answer comes', () => {
    const channel = answering((request, nth) => (nth < 3 ? [] : [request]));
    const link = new BoardLink(channel);
    link.request(Uint8Array.of(1));
    link.request(Uint8Array.of(2));
    expect(channel.sequences).toEqual([0, 0, 0, 0, 1]);
    expect(link.counts).toMatchObject({ requests: 2, repeats: 3 });
  });

  it('should not take the late answer to another request for its own', () => {
    const late = { sequence: 0, payload: Uint8Array.of(9) };
    const link = new BoardLink(answering((request, nth) => (nth === 0 ? [late] : [late, request])));
    link.request(Uint8Array.of(1));
    expect(link.request(Uint8Array.of(2))).toEqual(Uint8Array.of(2));
    expect(link.counts.repeats).toBe(0);
  });
});
