// SPDX-License-Identifier: Apache-2.0
// Packets of the accelerator's two streams as 32-bit parts; see docs/bus.md. How they get there is for others.

import { type Configuration, partsOf } from '../compile/index.ts';
import { PACKET_CLOCKS } from '../cycles/index.ts';

/** What a packet is for, as its header says it. */
export const PACKET_TARGETS = {
  pictures0: 0,
  pictures1: 1,
  weights: 2,
  folds: 3,
  pads: 4,
  program: 5,
  segment: 6,
  laneFolds: 7,
  /** Words that are no pictures, into activation buffer 0 or 1. */
  words0: 8,
  words1: 9,
} as const;

/** A packet for S_AXIS. */
export interface Packet {
  /** One of {@link PACKET_TARGETS}. */
  readonly target: number;
  /** Address of the first word. */
  readonly address: number;
  /** As many 32-bit parts a word as a beat has. */
  readonly words: Uint32Array;
  /** Of pictures: images in the batch, 1 to rows. */
  readonly images?: number;
  /** Of pictures: wait until no batch runs or waits. */
  readonly exclusive?: boolean;
}

/** A packet of M_AXIS. */
export interface ResultPacket {
  /** Words of the result buffer, `words.length / count` 32-bit parts each. */
  readonly words: Uint32Array;
  /** Class of each image. */
  readonly classes: Uint16Array;
}

/** 32-bit parts of a beat of S_AXIS: the widest of a word of pictures, one of weights and a fold word. */
export function streamParts({ rows, columns, dataBits }: Configuration): number {
  return partsOf(Math.max(rows * dataBits, columns * (dataBits + 1), 96));
}

/** 32-bit parts of a beat of M_AXIS: a word of codes. */
export function resultParts({ rows, dataBits }: Configuration): number {
  return partsOf(rows * dataBits);
}

/**
 * The header of a packet.
 * @param parts 32-bit parts of a beat
 */
export function headerOf(
  { target, address, words, images = 0, exclusive = false }: Packet,
  parts: number,
): Uint32Array {
  const header = new Uint32Array(parts);
  header[0] = target + (words.length / parts) * 2 ** 8;
  header[1] = address + images * 2 ** 24 + Number(exclusive) * 2 ** 31;
  return header;
}

/**
 * Clocks of a packet where none of its beats waits.
 * @param parts 32-bit parts of a beat
 */
export function packetClocks({ words }: Packet, parts: number): number {
  return words.length / parts + PACKET_CLOCKS;
}

/**
 * Takes a packet of results apart.
 * @param beats all of it
 * @param parts 32-bit parts of a beat
 * @param images images of its batch
 */
export function resultPacket(beats: Uint32Array, parts: number, images: number): ResultPacket {
  const words = beats.subarray(0, Math.max(0, beats.length - images * parts));
  const classes = Uint16Array.from({ length: images }, (_, image) => beats[words.length + image * parts]!);
  return { words, classes };
}
