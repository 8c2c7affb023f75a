// SPDX-License-Identifier: Apache-2.0
// The program words of one layer: its loop nest as counts and steps, and where
// its weights and folds are. rtl/layer_fields.v holds the same list.

import { type Layer, layerGeometry } from '../network/index.ts';
import type { Configuration } from './configuration.ts';

/** 32-bit program words of a layer. */
export const PROGRAM_WORDS = 33;

/** Layers that a program may have. */
export const PROGRAM_LAYERS = 64;

/** One loop of the nest: what each of its iterations adds to the address and the coordinates. */
export interface Loop {
  readonly name: string;
  readonly count: number;
  readonly address: number;
  readonly y: number;
  readonly x: number;
}

/** Where a layer's words begin in the weight and fold buffers, and its integers that the core needs. */
export interface LayerPlacement {
  readonly weightBase: number;
  readonly foldBase: number;
  readonly low: number;
  readonly padCode: number;
}

/** Tiles of filters a layer needs on an array of so many columns. */
export function filterTiles(filters: number, columns: number): number {
  return Math.ceil(filters / columns);
}

/**
 * The loops of a layer, innermost first. Values of a map are at (row * width + column) * channels + channel.
 */
export function layerLoops(layer: Layer, columns: number): Loop[] {
  const { input, kernelHeight, kernelWidth, stride, dilation, pool, filters } = layer;
  const { output } = layerGeometry(layer);
  const right = input.channels;
  const down = input.width * input.channels;
  const loop = (name: string, count: number, y: number, x: number): Loop => ({
    name,
    count,
    address: y * down + x * right,
    y,
    x,
  });
  return [
    { name: 'channel', count: input.channels, address: 1, y: 0, x: 0 },
    loop('kernel column', kernelWidth, 0, dilation),
    loop('kernel row', kernelHeight, dilation, 0),
    loop('column in window', pool, 0, stride),
    loop('row in window', pool, stride, 0),
    loop('window column', output.width, 0, pool * stride),
    loop('window row', output.height, pool * stride, 0),
    loop('tile of filters', filterTiles(filters, columns), 0, 0),
  ];
}

/** Encodes a layer as PROGRAM_WORDS words. */
export function encodeLayer(layer: Layer, { columns }: Configuration, placement: LayerPlacement): Uint32Array {
  const { input, filters, padding, pool } = layer;
  const { output } = layerGeometry(layer);
  const pair = (high: number, low: number): number => ((high & 0xffff) << 16) | (low & 0xffff);
  const loops = layerLoops(layer, columns);
  const lastColumns = filters - (filterTiles(filters, columns) - 1) * columns;
  return Uint32Array.from([
    ...loops.flatMap(({ count, address, y, x }) => [address, pair(y, x), count - 1]),
    -(padding * input.width + padding) * input.channels,
    pair(-padding, -padding),
    pair(input.height, input.width),
    placement.weightBase,
    placement.foldBase,
    pair(placement.low, placement.padCode),
    filters,
    pair(lastColumns, pool * pool - 1),
    output.height * output.width - 1,
  ]);
}
