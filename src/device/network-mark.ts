// SPDX-License-Identifier: Apache-2.0
// The mark of a loaded network: what the host writes into the link's register MARK when all of it has arrived, and knows
// it by, whoever loaded it.

import { createHash } from 'node:crypto';
import { type Configuration, coreParameters } from '../compile/index.ts';
import { LINK_VERSION } from './board-frame.ts';
import { headerOf, type Packet, streamParts } from './packets.ts';
import { REGISTERS } from './registers.ts';

/** A mark of no network, which every reset leaves. */
export const NO_MARK = 0;

/** Bit of a mark that says that segments of weights come from the board's flash, for each batch, from now on. */
export const FEEDS = 1;

/** Bit of a mark that says that the flash holds them. */
export const HAS_SEGMENTS = 2;

/** What a mark says of the network alone. */
export function networkOf(mark: number): number {
  return mark - (mark % 4);
}

/**
 * The first 32 bits of a SHA-256 of what loads a network, the configuration, and the versions of link, registers and
 * packets, without the bits that say something else; never {@link NO_MARK}.
 * @param packets what loads the network, see `networkPackets`, and its segments
 */
export function networkMark(configuration: Configuration, packets: readonly Packet[]): number {
  const parts = streamParts(configuration);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([LINK_VERSION, REGISTERS.VERSION.value, coreParameters(configuration)]));
  for (const packet of packets) {
    for (const words of [headerOf(packet, parts), packet.words]) {
      hash.update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    }
  }
  return networkOf(hash.digest().readUInt32BE()) || 4;
}
