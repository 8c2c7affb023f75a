// SPDX-License-Identifier: Apache-2.0
// Segments of weights as a board's flash holds them for its segment_player, which sends them for each batch: packets in
// the order in which the accelerator takes them, one byte after the other.

import { type CompiledNetwork, getLane, segmentsHeld } from '../compile/index.ts';
import { crc16 } from './board-frame.ts';

/** Where they begin, from the first byte of the network's frames on. */
export const SEGMENTS_OFFSET: number = 2 ** 16;

/** Clocks of the board for each of their bytes, at most: half as many where the flash gives two bits at a time. */
export const SEGMENT_BYTE_CLOCKS = 16;

/** A packet begins; the packets that follow wait for a batch's pictures; the list ends, as an erased flash does. */
const PACKET = 0;
const WAIT = 1;
const END = 0xff;

/** Words of a run at most. */
const MOST_OF_RUN = 2 ** 16 - 1;

/** The two bytes of a number below 2^16, the higher one first. */
function two(value: number): [number, number] {
  return [value >>> 8, value & 0xff];
}

/** Bytes of a packet without its CRC. */
function packetBytes(
  { base, weights }: CompiledNetwork['segments'][number],
  { weightParts, configuration }: Pick<CompiledNetwork, 'weightParts' | 'configuration'>,
): number[] {
  const { columns, dataBits } = configuration;
  const words = weights.length / weightParts;
  const codeBytes = Math.ceil(dataBits / 8);
  const maskBytes = Math.ceil(columns / 8);
  const lanesOf = (word: number): number[] =>
    Array.from({ length: columns }, (_, lane) => getLane(weights, word * weightParts, lane, dataBits + 1));
  const maskOf = (lanes: readonly number[]): bigint =>
    lanes.reduceRight((mask, lane) => mask * 2n + BigInt(lane >>> dataBits), 0n);
  const bytesOf = (value: bigint | number, count: number): number[] =>
    Array.from({ length: count }, (_, byte) => Number((BigInt(value) >> BigInt(8 * (count - 1 - byte))) & 0xffn));
  const bytes = [PACKET, ...two(base), ...two(words)];
  for (let from = 0, to = 0; from < words; from = to) {
    const mask = maskOf(lanesOf(from));
    const codes: number[] = [];
    for (; to < words && to - from < MOST_OF_RUN; to++) {
      const lanes = lanesOf(to);
      if (maskOf(lanes) !== mask) break;
      for (const lane of lanes.toReversed()) codes.push(...bytesOf(lane % 2 ** dataBits, codeBytes));
    }
    bytes.push(...two(to - from), ...bytesOf(mask, maskBytes), ...codes);
  }
  return bytes;
}

/** All segments of a batch, the last byte its list's end; nothing where a network has none. */
export function flashSegments(compiled: CompiledNetwork): Uint8Array {
  const { segments, configuration } = compiled;
  if (segments.length === 0) return new Uint8Array(0);
  const held = Math.min(segmentsHeld(configuration), segments.length);
  const packets = segments.map((segment) => {
    const bytes = packetBytes(segment, compiled);
    const crc = crc16(Uint8Array.from(bytes));
    return [...bytes, crc & 0xff, crc >>> 8];
  });
  return Uint8Array.from([...packets.slice(0, held), [WAIT], ...packets.slice(held), [END]].flat());
}
