// SPDX-License-Identifier: Apache-2.0
// What a board's flash holds so that the board loads a network by itself when it is switched on: the frames that a host
// would send, one after the other. The last one writes the network's mark, and the board reads no further than to the
// first frame that is damaged or to a byte that begins none, so that the mark is there when all else is.

import { compileNetwork } from '../compile/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import { helloPayload, markPayload } from './board-bus.ts';
import { encodeFrame, sequenceAfter } from './board-frame.ts';
import { networkMark } from './network-mark.ts';
import { networkPackets } from './network-packets.ts';
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
  const mark = networkMark(configuration, packets);
  const parts = streamParts(configuration);
  const requests = packets.flatMap((packet) => [...packetRequests(packet, parts)]);
  const payloads = [helloPayload(), ...requests.map(({ payload }) => payload), markPayload(mark)];
  let sequence = 0;
  const frames = payloads.map((payload) => {
    const frame = encodeFrame({ sequence, payload });
    sequence = sequenceAfter(sequence);
    return frame;
  });
  return { bytes: Uint8Array.from(Buffer.concat([...frames, Uint8Array.of(END)])), mark };
}
