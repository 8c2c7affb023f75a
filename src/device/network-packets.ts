// SPDX-License-Identifier: Apache-2.0
// The packets of a compiled network: what is sent once, and what each batch needs.

import {
  channelLanes,
  type CompiledNetwork,
  FOLD_PARTS,
  isHeld,
  kernelRows,
  kernelRowsShape,
  packBlocks,
  packImages,
  partsOf,
} from '../compile/index.ts';
import { type Codes, mapSize, pictureShape } from '../network/index.ts';
import { batchSize, imagesOf } from './blocked-words.ts';
import { type Packet, PACKET_TARGETS, streamParts } from './packets.ts';

/** Words of `parts` 32-bit parts with as many as a beat has. */
export function spreadParts(words: Uint32Array, parts: number, toParts: number): Uint32Array {
  if (parts === toParts) return words;
  const count = words.length / parts;
  const spread = new Uint32Array(count * toParts);
  for (let word = 0; word < count; word++) {
    spread.set(words.subarray(word * parts, (word + 1) * parts), word * toParts);
  }
  return spread;
}

/** Packets that load a network, once. */
export function networkPackets({
  configuration,
  program,
  weights,
  weightParts,
  folds,
  laneFolds,
  pads,
  padWords,
}: CompiledNetwork): Packet[] {
  const parts = streamParts(configuration);
  const packets: Packet[] = [];
  const put = (target: keyof typeof PACKET_TARGETS, words: Uint32Array, wordParts: number, address = 0): void => {
    if (words.length === 0) return;
    packets.push({ target: PACKET_TARGETS[target], address, words: spreadParts(words, wordParts, parts) });
  };
  put('program', program, 1);
  put('weights', weights, weightParts);
  put('folds', folds, FOLD_PARTS);
  put('pads', pads, 1);
  // A packet for the lanes of each word: their addresses follow each other.
  const { addresses, words: lanes } = laneFolds;
  for (let from = 0, to = 1; from < addresses.length; from = to++) {
    while (to < addresses.length && addresses[to] === addresses[from]! + to - from) to++;
    put('laneFolds', lanes.subarray(from * FOLD_PARTS, to * FOLD_PARTS), FOLD_PARTS, addresses[from]!);
  }
  const pictureParts = partsOf(configuration.rows * configuration.dataBits);
  for (const { buffer, base, words } of padWords) {
    put(buffer === 0 ? 'words0' : 'words1', words, pictureParts, base);
  }
  return packets;
}

/** Pictures as words that are blocks of channels, `stride` 32-bit parts each: all that a batch may have, those it lacks of 0. */
function pictureBlocks(pictures: Codes, compiled: CompiledNetwork, stride: number): Uint32Array {
  const { configuration, network, images } = compiled;
  const lanes = channelLanes(configuration);
  const { dataBits } = configuration;
  const { rowsOf, words } = images;
  const shape = pictureShape(network.network);
  const size = mapSize(shape);
  const packed = new Uint32Array(words * stride);
  for (let image = 0; image * size < pictures.length; image++) {
    const picture = pictures.subarray(image * size, (image + 1) * size);
    const blocks =
      rowsOf === null
        ? packBlocks(picture, shape, lanes, dataBits, stride)
        : packBlocks(kernelRows(picture, rowsOf), kernelRowsShape(rowsOf.layer), lanes, dataBits, stride);
    packed.set(blocks, image * blocks.length);
  }
  return packed;
}

/** The packet with the pictures of a batch: of all images' codes, its own are taken. */
export function picturePacket(compiled: CompiledNetwork, images: Codes, count: number, batch: number): Packet {
  const { configuration, network, plans, images: place } = compiled;
  const { dataBits } = configuration;
  const atOnce = batchSize(compiled);
  const size = mapSize(pictureShape(network.network));
  const used = imagesOf(compiled, count, batch);
  const codes = images.subarray(batch * atOnce * size, (batch * atOnce + used) * size);
  const parts = streamParts(configuration);
  return {
    target: place.buffer === 0 ? PACKET_TARGETS.pictures0 : PACKET_TARGETS.pictures1,
    // Batches take turns where there is room for the pictures of two.
    address: place.addresses[batch % place.addresses.length]!,
    words: isHeld(plans[0]!) ? pictureBlocks(codes, compiled, parts) : packImages(codes, used, size, dataBits, parts),
    images: used,
    exclusive: place.addresses.length === 1,
  };
}

/** Packets with the segments of weights that each batch needs, in their order. */
export function segmentPackets({ segments, weightParts, configuration }: CompiledNetwork): Packet[] {
  return segments.map(({ base, weights }) => ({
    target: PACKET_TARGETS.segment,
    address: base,
    words: spreadParts(weights, weightParts, streamParts(configuration)),
  }));
}
