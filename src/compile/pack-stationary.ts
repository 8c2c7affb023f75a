// SPDX-License-Identifier: Apache-2.0
// The words of a layer whose weights are held: weights, folds and padding codes, a lane a filter or channel.

import { type Codes, layerGeometry, type MapShape, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { partsOf, putLane } from './lanes.ts';
import { packFolds } from './pack-folds.ts';
import { minusCode, weightParts } from './pack-weights.ts';
import { weightWords } from './plan.ts';
import type { StationaryPlan } from './plan-stationary.ts';

/**
 * The weight words of a layer, weightParts parts each: for each group, tile of filters, plane, kernel position and block
 * of channels those of the block, from the last channel on, a lane a filter of the tile.
 * @param readBits width of the codes it reads
 */
export function packStationaryWeights(
  { layer, weights }: QuantizedLayer,
  plan: StationaryPlan,
  readBits: number,
  configuration: Configuration,
): Uint32Array {
  const { filters, groups, cell } = layer;
  const { lanes, tileFilters, filterTiles, planes, groupBlocks, taps, reads } = plan;
  const { dataBits, cell: cells } = configuration;
  const minima = cells === 'minimum';
  const width = weightParts(configuration);
  // Where a kernel's row is one position, its taps follow each other as its channels do.
  const { depth } = reads;
  const groupFilters = filters / groups;
  const filterTaps = layerGeometry(layer).taps;
  const used = 2 ** dataBits;
  const parts = new Uint32Array(weightWords(plan) * width);
  for (let filter = 0; filter < filters; filter++) {
    const inGroup = filter % groupFilters;
    const tile = Math.floor(filter / groupFilters) * filterTiles + Math.floor(inGroup / tileFilters);
    const lane = inGroup % tileFilters;
    for (let tap = 0; tap < filterTaps; tap++) {
      const weight = weights[filter * filterTaps + tap]!;
      const channel = tap % depth;
      const fold = Math.floor(tap / depth) * groupBlocks + Math.floor(channel / lanes);
      const code = cell === 'adder' ? weight : minima ? used - 1 : weight < 0 ? minusCode(readBits) : 0;
      const magnitude = minima ? weight : Math.abs(weight);
      for (let plane = 0; plane < planes; plane++) {
        if (cell !== 'adder' && ((magnitude >> (planes - 1 - plane)) & 1) === 0) continue;
        const word = ((tile * planes + plane) * taps + fold) * lanes + (lanes - 1 - (channel % lanes));
        putLane(parts, word * width, lane, dataBits + 1, used + code);
      }
    }
  }
  return parts;
}

/** Folds of the lanes: addresses {word, lane in the lowest 8 bits}, and FOLD_PARTS parts each. */
export interface LaneFolds {
  readonly addresses: Uint32Array;
  readonly words: Uint32Array;
}

/**
 * Fold words of a layer, one a filter.
 * @param readBits width of the codes that the layer reads
 * @param base the first word of each lane
 */
export function packLaneFolds(
  quantized: QuantizedLayer,
  plan: StationaryPlan,
  readBits: number,
  base: number,
  configuration: Pick<Configuration, 'cell'>,
): LaneFolds {
  const { filters, groups } = quantized.layer;
  const groupFilters = filters / groups;
  return {
    addresses: Uint32Array.from({ length: filters }, (_, filter) => {
      const inGroup = filter % groupFilters;
      const tile = Math.floor(filter / groupFilters) * plan.filterTiles + Math.floor(inGroup / plan.tileFilters);
      return (base + tile) * 256 + (inGroup % plan.tileFilters);
    }),
    words: packFolds(quantized, readBits, configuration),
  };
}

/**
 * Packs one map into words: word (y * width + x) * blocks + b holds channels b * lanes and on of that pixel.
 * @param stride 32-bit parts from one word to the next
 */
export function packBlocks(
  codes: Codes,
  { height, width, channels }: MapShape,
  lanes: number,
  dataBits: number,
  stride: number,
): Uint32Array {
  const blocks = Math.ceil(channels / lanes);
  const parts = new Uint32Array(height * width * blocks * stride);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const word = pixel * blocks + Math.floor(channel / lanes);
      putLane(parts, word * stride, channel % lanes, dataBits, codes[pixel * channels + channel]!);
    }
  }
  return parts;
}

/** Words of an activation buffer that hold padding codes of channels. */
export interface PadWords {
  readonly buffer: 0 | 1;
  readonly base: number;
  /** `partsOf(rows * dataBits)` parts each. */
  readonly words: Uint32Array;
}

/** The padding codes of all channels of a layer as words: of a position, each as often as its columns have it. */
export function packPadWords(
  { layer, padCodes }: QuantizedLayer,
  { lanes, reads }: StationaryPlan,
  configuration: Configuration,
): Uint32Array {
  const { rows, dataBits } = configuration;
  const channels = reads.depth * layer.groups;
  return packBlocks(
    Uint16Array.from({ length: channels }, (_, channel) => padCodes[channel % padCodes.length]!),
    { height: 1, width: 1, channels },
    lanes,
    dataBits,
    partsOf(rows * dataBits),
  );
}
