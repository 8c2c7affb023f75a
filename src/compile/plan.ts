// SPDX-License-Identifier: Apache-2.0
// How a layer is cut for the array: what the columns hold, and what one pass over the taps is.
//
// A tile is `packed` output pixels side by side times `tileFilters` filters of one group: pixel p of filter f is on
// column p * tileFilters + f. Its taps are the union of the pixels' windows along x, in steps of `columnStep` input
// pixels; a column skips taps of the union that are not its own. Weights that multiply take one pass for each bit.

import { type Layer, layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';

/** A layer as tiles of the array. */
export interface LayerPlan {
  readonly layer: Layer;
  /** Output pixels side by side in a tile; divides the output's width. */
  readonly packed: number;
  /** Filters in a tile, but for a group's last tile. */
  readonly tileFilters: number;
  /** Filters in a group's last tile. */
  readonly lastFilters: number;
  /** Tiles of filters in a group. */
  readonly filterTiles: number;
  /** Passes over the taps: bits of the weights without their sign where cells multiply, 1 where they add. */
  readonly planes: number;
  /** Columns of the union window, `columnStep` input pixels apart. */
  readonly kernelColumns: number;
  readonly columnStep: number;
  /** Taps of one pass: kernel rows x columns of the union window x channels of a group. */
  readonly taps: number;
  /** Tiles along a row of the output. */
  readonly windowColumns: number;
}

/** Weight words of a layer. */
export function weightWords({ layer, filterTiles, planes, taps }: LayerPlan): number {
  return layer.groups * filterTiles * planes * taps;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The fewest clocks between the ends of two tiles: in each, one column's sums leave the array. */
export function tileInterval({ columns }: Pick<Configuration, 'columns'>): number {
  return Math.max(columns, 2);
}

/** Passes that a layer takes when its weights are not known: where cells multiply, weights and their sign have the bits of codes. */
export function assumedPlanes({ cell }: Layer, { dataBits }: Pick<Configuration, 'dataBits'>): number {
  return cell === 'multiply' ? dataBits - 1 : 1;
}

/** Passes that a layer takes: where cells multiply, the bits of its largest weight without the sign. */
export function weightPlanes({ layer, weights }: Pick<QuantizedLayer, 'layer' | 'weights'>): number {
  if (layer.cell !== 'multiply') return 1;
  let bits = 1;
  for (const weight of weights) bits |= Math.abs(weight);
  return 32 - Math.clz32(bits);
}

/**
 * Cuts a layer into tiles, with as many pixels in each as take the fewest clocks.
 * @param planes see {@link weightPlanes}
 */
export function planLayer(layer: Layer, configuration: Pick<Configuration, 'columns'>, planes: number): LayerPlan {
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

  const most = poolPadding === 0 ? Math.min(Math.floor(columns / groupFilters), width) : 1;
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
    tileFilters,
    lastFilters: groupFilters - (filterTiles - 1) * tileFilters,
    filterTiles,
    planes,
    kernelColumns: kernelColumnsOf(packed),
    columnStep: columnStepOf(packed),
    taps: rowTaps * kernelColumnsOf(packed),
    windowColumns: width / packed,
  };
}
