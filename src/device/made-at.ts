// SPDX-License-Identifier: Apache-2.0
// Where on the array a value of a layer's map is made: in which tile, in which column.

import {
  columnParts,
  type CompiledNetwork,
  isHeld,
  isTurn,
  type LayerPlan,
  pixelColumns,
  tilesOf,
  type TurnPlan,
  wholeRows,
} from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';

/** Where a value is made. */
export interface MadeAt {
  /** Number of the tile of its layer that completes it, in the order in which a layer that runs whole sums them. */
  readonly tile: number;
  readonly column: number;
}

/**
 * Where a plan makes a value.
 * @param element index in an image's map, [row][column][channel]
 */
function madeAt(plan: LayerPlan, element: number): MadeAt {
  const { layer } = plan;
  const { output } = layerGeometry(layer);
  const filter = element % layer.filters;
  const pixel = Math.floor(element / layer.filters);
  // Columns that are a part of their own are summed after all others.
  const parts = columnParts(plan);
  const place = parts.findIndex(({ columns }) => pixel % output.width < columns.to);
  const { columns, packed, tileFilters, filterTiles, windowColumns, planes } = parts[place]!;
  const before = parts.slice(0, place).reduce((sum, part) => sum + tilesOf(part, wholeRows(layer).output), 0);
  const x = (pixel % output.width) - columns.from;
  const y = Math.floor(pixel / output.width);
  const groupFilters = layer.filters / layer.groups;
  const group = Math.floor(filter / groupFilters);
  const inGroup = filter % groupFilters;
  const filterTile = group * filterTiles + Math.floor(inGroup / tileFilters);
  const window = (filterTile * output.height + y) * windowColumns + Math.floor(x / packed);
  return {
    tile: before + (window + 1) * layer.pool * layer.pool * planes - 1,
    column: (x % packed) * pixelColumns(parts[place]!, tileFilters) + (inGroup % tileFilters),
  };
}

/** Where a map is turned: to channels in the row of its channel and the column of its image, or the other way round. */
function turnedAt(plan: TurnPlan, lane: number, element: number): MadeAt & { readonly row: number } {
  const { layer, lanes, turn } = plan;
  const channel = element % layer.filters;
  const pixel = Math.floor(element / layer.filters);
  const block = Math.floor(channel / lanes);
  const inBlock = channel % lanes;
  // Blocks that are not full come after all others.
  const full = Math.floor(layer.filters / lanes);
  const { height, width } = layerGeometry(layer).output;
  const tile = block < full ? pixel * full + block : height * width * full + pixel;
  return turn === 'to-channels' ? { tile, row: inBlock, column: lane } : { tile, row: lane, column: inBlock };
}

/**
 * The cell that a value's sum leaves last. Where weights are held a row is a filter, and sums leave in the last column.
 * @param lane of the image in its batch
 */
export function cellOf(
  { configuration, plans }: CompiledNetwork,
  layer: number,
  lane: number,
  element: number,
): MadeAt & { readonly row: number } {
  const plan = plans[layer]!;
  if (isTurn(plan)) return turnedAt(plan, lane, element);
  const { tile, column } = madeAt(plan, element);
  return isHeld(plan) ? { tile, row: column, column: configuration.columns - 1 } : { tile, row: lane, column };
}
