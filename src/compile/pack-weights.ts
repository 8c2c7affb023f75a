// SPDX-License-Identifier: Apache-2.0
// The weight words of a layer: for each group, tile of filters and plane its taps in turn, a lane a column.
//
// A lane is a code and, above it, whether the column sums the tap at all. Where cells add, a column skips what of the
// union window is not its pixel's. Where they multiply, a plane is one bit of the weights' magnitude, the highest first:
// columns whose weight has it sum |x - 0| = x where it is above zero, |x - M| = M - x where it is below. M, the largest
// code there is, is a constant of the filter in the end, which its offset takes away (pack-folds.ts).
//
// Cells of minima have no such sign: planes are the bits of two's complement, the first of which counts negative, and a
// column whose weight has the bit sums min(x, M) = x. A column that sums a pixel's activations has M for each of its taps.
//
// Cells of products take a weight as it is, in two's complement.

import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { CompiledNetwork } from './compile.ts';
import type { Configuration } from './configuration.ts';
import { joined } from './joined.ts';
import { partsOf, putLane } from './lanes.ts';
import { columnParts, type LayerPlan, pixelColumns, weightWords } from './plan.ts';
import type { LayerRecord } from './records.ts';

/** 32-bit parts of a weight word. */
export function weightParts({ columns, dataBits }: Pick<Configuration, 'columns' | 'dataBits'>): number {
  return partsOf(columns * (dataBits + 1));
}

/** The code of minus signs: the largest of the map that a layer reads. */
export function minusCode(readBits: number): number {
  return 2 ** readBits - 1;
}

/**
 * The words of a layer, weightParts parts each.
 * @param readBits width of the codes it reads
 */
export function packWeights(
  quantized: QuantizedLayer,
  plan: LayerPlan,
  readBits: number,
  configuration: Configuration,
): Uint32Array {
  return joined(columnParts(plan).map((part) => packPart(quantized, part, readBits, configuration)));
}

/** The words of columns of a layer, or of all. */
function packPart(
  { layer, weights }: QuantizedLayer,
  plan: LayerPlan,
  readBits: number,
  configuration: Configuration,
): Uint32Array {
  const { filters, groups, kernelWidth, dilation, stride, poolStride, input, cell } = layer;
  const { packed, sumColumns, tileFilters, filterTiles, planes, kernelColumns, columnStep, taps } = plan;
  const { dataBits, cell: cells } = configuration;
  const minima = cells === 'minimum';
  const width = weightParts(configuration);
  const depth = input.channels / groups;
  const groupFilters = filters / groups;
  const filterTaps = layerGeometry(layer).taps;
  const used = 2 ** dataBits;
  const parts = new Uint32Array(weightWords(plan) * width);
  for (let filter = 0; filter < filters; filter++) {
    const inGroup = filter % groupFilters;
    const tile = Math.floor(filter / groupFilters) * filterTiles + Math.floor(inGroup / tileFilters);
    for (let tap = 0; tap < filterTaps; tap++) {
      const weight = weights[filter * filterTaps + tap]!;
      const channel = tap % depth;
      const column = Math.floor(tap / depth) % kernelWidth;
      const row = Math.floor(tap / depth / kernelWidth);
      for (let pixel = 0; pixel < packed; pixel++) {
        const inUnion = (column * dilation + pixel * stride * poolStride) / columnStep;
        const word = tile * planes * taps + (row * kernelColumns + inUnion) * depth + channel;
        const firstLane = pixel * pixelColumns(plan, tileFilters);
        const lane = firstLane + (inGroup % tileFilters);
        if (cell === 'adder') {
          putLane(parts, word * width, lane, dataBits + 1, used + weight);
          if (sumColumns) putLane(parts, word * width, firstLane + tileFilters, dataBits + 1, used + used - 1);
          continue;
        }
        if (cells === 'product') {
          putLane(parts, word * width, lane, dataBits + 1, used + (weight & (used - 1)));
          continue;
        }
        const code = minima ? used - 1 : weight < 0 ? minusCode(readBits) : 0;
        const magnitude = minima ? weight : Math.abs(weight);
        for (let plane = 0; plane < planes; plane++) {
          const bit = (magnitude >> (planes - 1 - plane)) & 1;
          if (bit === 1) putLane(parts, (word + plane * taps) * width, lane, dataBits + 1, used + code);
        }
      }
    }
  }
  return parts;
}

/** The words of a record, of those of its layer. */
function recordWeights(
  words: Uint32Array,
  { filterTiles }: LayerPlan,
  { plan, firstGroup, firstTile }: LayerRecord,
  configuration: Configuration,
): Uint32Array {
  const tile = plan.planes * plan.taps * plan.tapWords * weightParts(configuration);
  const part = new Uint32Array(weightWords(plan) * weightParts(configuration));
  for (let group = 0; group < plan.layer.groups; group++) {
    const from = ((firstGroup + group) * filterTiles + firstTile) * tile;
    part.set(words.subarray(from, from + plan.filterTiles * tile), group * plan.filterTiles * tile);
  }
  return part;
}

/**
 * The words of a network's records: those that stay, once for all strips of their layer, and those of segments.
 * @param layers the words of each layer
 */
export function packRecords(
  layers: readonly Uint32Array[],
  plans: readonly LayerPlan[],
  records: readonly LayerRecord[],
  configuration: Configuration,
): Pick<CompiledNetwork, 'weights' | 'segments'> {
  const segments = records.filter(({ segment }) => segment);
  return {
    weights: joined(layers.filter((_, layer) => segments.every((record) => record.layer !== layer))),
    segments: segments.map((record) => ({
      base: record.weightBase,
      weights: recordWeights(layers[record.layer]!, plans[record.layer]!, record, configuration),
    })),
  };
}
