// SPDX-License-Identifier: Apache-2.0
// How a layer is cut for the array: what the columns hold, and what one pass over the taps is.
//
// A tile is `packed` output pixels side by side times `tileFilters` filters of one group: pixel p of filter f is on
// column p * tileFilters + f. Its taps are the union of the pixels' windows along x, in steps of `columnStep` input
// pixels; a column skips taps of the union that are not its own. Weights that multiply take one pass for each bit, or one
// in all where cells multiply.
//
// Cells of minima have one sum of the activations for all columns of a row. Pixels side by side, which skip different
// taps, need one each where cells add: a pixel then has a column more, above its filters', which sums what they read.

import { type Layer, layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { type ArrayTiming, tileInterval } from './tile-interval.ts';

/** A layer as tiles of the array. */
export interface LayerPlan {
  readonly layer: Layer;
  /** Output pixels side by side in a tile; divides the output's width. */
  readonly packed: number;
  /** Whether each of these pixels has a column that sums its activations: pixel p is then on tileFilters + 1 from p times as many on. */
  readonly sumColumns: boolean;
  /** Filters in a tile, but for a group's last tile. */
  readonly tileFilters: number;
  /** Filters in a group's last tile. */
  readonly lastFilters: number;
  /** Tiles of filters in a group. */
  readonly filterTiles: number;
  /** Passes over the taps: bits of the weights where the layer multiplies (see {@link weightPlanes}), 1 where it adds. */
  readonly planes: number;
  /** Columns of the union window, `columnStep` input pixels apart. */
  readonly kernelColumns: number;
  readonly columnStep: number;
  /** Whether the innermost loop steps along a row of the map, which has one channel, and not through channels. */
  readonly rowRun: boolean;
  /** Taps of one pass: kernel rows x columns of the union window x channels of a group. */
  readonly taps: number;
  /** Tiles along a row of the output. */
  readonly windowColumns: number;
  /** Weight words of a tap. */
  readonly tapWords: number;
  /** What of it a record of the program may have some of: tiles of filters in each group, or groups. */
  readonly cutBy: 'tiles' | 'groups';
}

/** Weight words of a layer. */
export function weightWords({ layer, filterTiles, planes, taps, tapWords }: LayerPlan): number {
  return layer.groups * filterTiles * planes * taps * tapWords;
}

/** Columns of a pixel with so many filters. */
export function pixelColumns({ sumColumns }: Pick<LayerPlan, 'sumColumns'>, filters: number): number {
  return filters + (sumColumns ? 1 : 0);
}

/** Tiles that some rows of a layer's output, or of a part of its filters, are summed in. */
export function tilesOf(
  { layer, filterTiles, planes, windowColumns }: LayerPlan,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  return windowColumns * (to - from) * layer.pool * layer.pool * filterTiles * layer.groups * planes;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Passes that a layer takes when its weights are not known: where it multiplies, weights and their sign have the bits of codes. */
export function assumedPlanes(
  { cell }: Layer,
  { dataBits, cell: cells }: Pick<Configuration, 'dataBits' | 'cell'>,
): number {
  if (cell !== 'multiply' || cells === 'product') return 1;
  return cells === 'minimum' ? dataBits : dataBits - 1;
}

/**
 * Passes that a layer takes: where it multiplies, the bits of its weights. Cells of distances take their magnitude's,
 * as a lane may subtract; cells of minima take those of two's complement, of which the first counts negative. Cells of
 * products take one pass.
 */
export function weightPlanes(
  { layer, weights }: Pick<QuantizedLayer, 'layer' | 'weights'>,
  { cell }: Pick<Configuration, 'cell'>,
): number {
  if (layer.cell !== 'multiply' || cell === 'product') return 1;
  const minima = cell === 'minimum';
  let bits = minima ? 0 : 1;
  // Of two's complement, w below zero has the bits of -1 - w and a sign.
  for (const weight of weights) bits |= minima && weight < 0 ? -1 - weight : Math.abs(weight);
  return 32 - Math.clz32(bits) + (minima ? 1 : 0);
}

/**
 * Cuts a layer into tiles, with as many pixels in each as take the fewest clocks.
 * @param planes see {@link weightPlanes}
 */
export function planLayer(
  layer: Layer,
  configuration: ArrayTiming & Pick<Configuration, 'cell'>,
  planes: number,
): LayerPlan {
  const { columns } = configuration;
  const { input, kernelHeight, kernelWidth, filters, stride, dilation, groups, poolStride, poolPadding } = layer;
  const { width } = layerGeometry(layer).output;
  const groupFilters = filters / groups;
  const apart = stride * poolStride;
  // A kernel of one column fits any step.
  const commonStep = greatestDivisor(apart, kernelWidth > 1 ? dilation : 0);
  const columnStepOf = (packed: number): number => (packed > 1 ? commonStep : dilation);
  const kernelColumnsOf = (packed: number): number =>
    ((kernelWidth - 1) * dilation + (packed - 1) * apart) / columnStepOf(packed) + 1;
  const rowTaps = (kernelHeight * input.channels) / groups;

  const sums = layer.cell === 'adder' && configuration.cell === 'minimum';
  const side = pixelColumns({ sumColumns: sums }, groupFilters);
  const most = poolPadding === 0 ? Math.min(Math.floor(columns / side), width) : 1;
  let packed = 1;
  let fewest = Infinity;
  for (let pixels = 1; pixels <= Math.max(most, 1); pixels++) {
    if (width % pixels !== 0) continue;
    const clocks = (width / pixels) * Math.max(rowTaps * kernelColumnsOf(pixels), tileInterval(configuration));
    if (clocks < fewest) {
      fewest = clocks;
      packed = pixels;
    }
  }
  const filterTiles = Math.ceil(groupFilters / columns);
  const tileFilters = Math.min(groupFilters, columns);
  return {
    layer,
    packed,
    sumColumns: sums && packed > 1,
    tileFilters,
    lastFilters: groupFilters - (filterTiles - 1) * tileFilters,
    filterTiles,
    planes,
    kernelColumns: kernelColumnsOf(packed),
    columnStep: columnStepOf(packed),
    rowRun: input.channels === 1 && kernelColumnsOf(packed) > 1 && columnStepOf(packed) === 1,
    taps: rowTaps * kernelColumnsOf(packed),
    windowColumns: width / packed,
    tapWords: 1,
    cutBy: filterTiles > 1 ? 'tiles' : 'groups',
  };
}

/**
 * Passes that a layer takes.
 * @param integers with its weights; without them planes are assumed
 */
export function layerPlanes(
  layer: Layer,
  configuration: Pick<Configuration, 'dataBits' | 'cell'>,
  integers: QuantizedLayer | undefined,
): number {
  return integers === undefined ? assumedPlanes(layer, configuration) : weightPlanes(integers, configuration);
}

/** Plans of layers whose sums stay. */
export function planLayers(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): LayerPlan[] {
  return layers.map((layer, index) =>
    planLayer(layer, configuration, layerPlanes(layer, configuration, integers?.[index])),
  );
}
