// SPDX-License-Identifier: Apache-2.0
// Lanes of the weight words that are in use, tap by tap: what an issued tap adds to the count of additions.

import { pixelColumns } from '../compile/index.ts';
import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import { weightLanes } from './layer-work.ts';
import type { RecordPart } from './tap-windows.ts';

/**
 * Lanes that take each tap of a tile, over the tiles of filters and planes of one group of a record, where cells are
 * minima.
 * @param group of the record's
 */
export function tapLanes(quantized: QuantizedLayer, part: RecordPart, group: number): Float64Array {
  const { layer, weights } = quantized;
  const { plan, firstTile, firstGroup } = part;
  const { kernelColumns, columnStep, packed, planes, tileFilters } = plan;
  const ofGroup = plan.layer.filters / plan.layer.groups;
  const { kernelWidth, dilation, stride, poolStride, input, groups, filters } = layer;
  const { taps } = layerGeometry(layer);
  const depth = input.channels / groups;
  const first = (firstGroup + group) * (filters / groups) + firstTile * tileFilters;
  /** Lanes of one pixel that take a tap of its window. */
  const lanesOf = (tap: number): number => {
    if (layer.cell === 'adder') return pixelColumns(plan, ofGroup);
    let used = 0;
    for (let filter = first; filter < first + ofGroup; filter++) {
      used += weightLanes(weights[filter * taps + tap]!, planes, 'minimum');
    }
    return used;
  };
  const lanes = new Float64Array(plan.taps);
  for (let tap = 0; tap < taps; tap++) {
    const used = lanesOf(tap);
    const position = Math.floor(tap / depth);
    const [row, column] = [Math.floor(position / kernelWidth), position % kernelWidth];
    for (let pixel = 0; pixel < packed; pixel++) {
      const inUnion = (column * dilation + pixel * stride * poolStride) / columnStep;
      lanes[(row * kernelColumns + inUnion) * depth + (tap % depth)]! += used;
    }
  }
  return lanes;
}
