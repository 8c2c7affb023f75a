// SPDX-License-Identifier: Apache-2.0
// A packet as requests of the link: its header and as many words as fit, then more words, until all have been taken.

import { MAX_PAYLOAD } from './board-frame.ts';
import { headerOf, type Packet } from './packets.ts';

/** First byte of the operation that sends words; with `LAST` they end their packet. */
export const SEND = 3;
export const LAST = 0x80;

/** A request with words of a packet. */
export interface PacketRequest {
  readonly payload: Uint8Array;
  /** Whether an operation with the packet's header comes before that with words. */
  readonly hasHeader: boolean;
  readonly words: number;
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
export function bigEndian(words: Uint32Array, parts: number, size: number): Uint8Array {
  const count = words.length / parts;
  const bytes = new Uint8Array(count * size);
  for (let word = 0; word < count; word++) {
    for (let byte = 0; byte < size; byte++) {
      bytes[(word + 1) * size - 1 - byte] = words[word * parts + (byte >> 2)]! >>> (8 * (byte & 3));
    }
  }
  return bytes;
}

/**
 * Requests that send a packet, each given how many words of the one before were not taken, its header counted; none
 * where nothing is said.
 * @param parts 32-bit parts of its words
 */
export function* packetRequests(packet: Packet, parts: number): Generator<PacketRequest, void, number | undefined> {
  const size = widestWord(packet.words, parts);
  const header = bigEndian(headerOf(packet, parts), parts, 8);
  const bytes = bigEndian(packet.words, parts, size);
  const count = bytes.length / size;
  let hasHeader = true;
  for (let sent = 0; sent < count;) {
    const start = hasHeader ? [SEND, 7, 1, ...header] : [];
    const words = Math.min(count - sent, Math.floor((MAX_PAYLOAD - start.length - 3) / size));
    const last = sent + words === count ? LAST : 0;
    const of = bytes.subarray(sent * size, (sent + words) * size);
    const payload = Uint8Array.of(...start, SEND + last, size - 1, words, ...of);
    const left = (yield { payload, hasHeader, words }) ?? 0;
    if (left > words) continue;
    hasHeader = false;
    sent += words - left;
  }
}
