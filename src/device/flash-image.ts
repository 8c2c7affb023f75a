// SPDX-License-Identifier: Apache-2.0
// What a board's flash holds so that the board loads a network by itself when it is switched on: the frames that a host
// would send, one after the other. The last one writes the network's mark, and the board reads no further than to the
// first frame that is damaged or to a byte that begins none, so that the mark is there when all else is.
//
// Where weights come in segments, these follow at SEGMENTS_OFFSET, and the mark says so.

import { compileNetwork } from '../compile/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import { helloPayload, markPayload } from './board-bus.ts';
import { encodeFrame, sequenceAfter } from './board-frame.ts';
import { flashSegments, SEGMENTS_OFFSET } from './flash-segments.ts';
import { HAS_SEGMENTS, networkMark } from './network-mark.ts';
import { networkPackets, segmentPackets } from './network-packets.ts';
import { packetRequests } from './packet-requests.ts';
import { streamParts } from './packets.ts';
import { chosenSchedule, type RtlDeviceOptions } from './rtl-device.ts';

/** A byte that begins no frame, and what an erased flash holds. */
const END = 0xff;

/** A network as a board's flash holds it. */
export interface FlashImage {
  readonly bytes: Uint8Array;
  /** By which a host knows the network, 1 to 2^32 - 1. */
  readonly mark: number;
}

/**
 * Makes the image of a network's flash, for hosts that make devices with the same options.
 * @throws {RangeError} when the network does not fit the configuration
 */
export function flashImage(
  network: QuantizedNetwork,
  options: Pick<RtlDeviceOptions, 'configuration' | 'schedule' | 'images'>,
): FlashImage {
  const compiled = compileNetwork(network, options.configuration, { schedule: chosenSchedule(network, options) });
  const { configuration } = compiled;
  const packets = networkPackets(compiled);
  const segments = flashSegments(compiled);
  const known = networkMark(configuration, [...packets, ...segmentPackets(compiled)]);
  const mark = known + (segments.length > 0 ? HAS_SEGMENTS : 0);
  const parts = streamParts(configuration);
  const requests = packets.flatMap((packet) => [...packetRequests(packet, parts)]);
  const payloads = [helloPayload(), ...requests.map(({ payload }) => payload), markPayload(mark)];
  let sequence = 0;
  const frames = payloads.map((payload) => {
    const frame = encodeFrame({ sequence, payload });
    sequence = sequenceAfter(sequence);
    return frame;
  });
  const played = Buffer.concat([...frames, Uint8Array.of(END)]);
  if (segments.length === 0) return { bytes: Uint8Array.from(played), mark };
  if (played.length > SEGMENTS_OFFSET) {
    throw new RangeError(
      `Expected what stays on chip of ${network.network.name} to take at most ${SEGMENTS_OFFSET} bytes of the flash, as its ` +
        `segments of weights follow there, but received ${played.length}.`,
    );
  }
  const bytes = new Uint8Array(SEGMENTS_OFFSET + segments.length).fill(END);
  bytes.set(played);
  bytes.set(segments, SEGMENTS_OFFSET);
  return { bytes, mark };
}
