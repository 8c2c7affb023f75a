// SPDX-License-Identifier: Apache-2.0
// Lanes of the weight words that are in use, tap by tap: what an issued tap adds to the count of additions, and with none,
// what is not issued where a layer multiplies.

import { pixelColumns } from '../compile/index.ts';
import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { RecordPart } from './tap-windows.ts';

/** One pass over the taps of a group's pixels, by indices within a record. */
export interface PassPlace {
  readonly group: number;
  readonly tile: number;
  readonly plane: number;
}

/** Lanes that take each tap in a pass, where cells are minima. */
export function tapLanes(quantized: QuantizedLayer, part: RecordPart, { group, tile, plane }: PassPlace): Uint8Array {
  const { layer, weights } = quantized;
  const { plan, firstTile, firstGroup } = part;
  const { kernelColumns, columnStep, packed, planes, tileFilters, lastFilters, filterTiles } = plan;
  const ofTile = tile === filterTiles - 1 ? lastFilters : tileFilters;
  const { kernelWidth, dilation, stride, poolStride, input, groups, filters } = layer;
  const { taps } = layerGeometry(layer);
  const depth = input.channels / groups;
  const first = (firstGroup + group) * (filters / groups) + (firstTile + tile) * tileFilters;
  const bit = planes - 1 - plane;
  /** Lanes of one pixel that take a tap of its window. */
  const lanesOf = (tap: number): number => {
    if (layer.cell === 'adder') return pixelColumns(plan, ofTile);
    let used = 0;
    for (let filter = first; filter < first + ofTile; filter++) used += (weights[filter * taps + tap]! >> bit) & 1;
    return used;
  };
  const lanes = new Uint8Array(plan.taps);
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
