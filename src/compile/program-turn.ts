// SPDX-License-Identifier: Apache-2.0
// The program words of a map that is turned: those of program.ts, for tiles of which each is one block of one pixel. Words
// are turned whole: one fold word serves all columns. Images of a batch follow each other where words are their channels.

import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import { blockedSize } from './plan-stationary.ts';
import type { TurnPlan } from './plan-turn.ts';
import { header, type LayerPlacement, pair } from './program.ts';
import type { LayerRecord } from './records.ts';

/**
 * Encodes a record as PROGRAM_WORDS words.
 * @param last whether the program ends with it
 */
export function encodeTurn(
  quantized: QuantizedLayer,
  { plan, firstTile }: LayerRecord<TurnPlan>,
  placement: LayerPlacement,
  last: boolean,
): Uint32Array {
  const { output } = layerGeometry(quantized.layer);
  const { turn, lanes, images, blocks, width } = plan;
  const { source, dest, foldBase } = placement;
  const toChannels = turn === 'to-channels';
  const image = blockedSize(output, lanes);
  const pixels = output.height * output.width;
  const pixelBlocks = image / pixels;
  const columns = toChannels ? images : width;
  /** Words of a block and of a pixel, before and after. */
  const [read, written] = toChannels ? [lanes, 1] : [1, lanes];
  const [readPixel, writtenPixel] = toChannels ? [output.channels, pixelBlocks] : [pixelBlocks, output.channels];
  const apart = toChannels ? image : 1;
  const once = pair(1, 1);
  const none = [0, 0, 0];
  return Uint32Array.from([
    header(quantized, placement, { last, padsZero: true, turned: true, eachImage: toChannels, allImages: !toChannels }),
    toChannels ? width - 1 : 0,
    toChannels ? 0 : images - 1,
    0,
    pair(pixels - 1, blocks - 1),
    0,
    ...[0, toChannels ? 0 : image, 0, 0, read, readPixel, 0],
    ...none,
    source.base + firstTile * read,
    0,
    once,
    0,
    foldBase,
    pair(2 ** quantized.bits - 1, 0),
    0,
    (columns * 2 ** 24) | (columns << 16) | (1 << 8) | 1,
    0,
    once,
    0,
    dest.base + firstTile * written,
    written,
    writtenPixel,
    0,
    (columns - 1) * apart,
    apart - 1,
    ...none,
    ...none,
    0,
  ]);
}
