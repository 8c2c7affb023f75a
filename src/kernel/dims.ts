// SPDX-License-Identifier: Apache-2.0
// Sizes of one layer for a batch, in the order of dims.h. Images lie sixteen
// side by side: a map is [chunk][row][column][channel][lane], inside a border
// as wide as the widest padding of the layers that read it.

import { type Layer, layerGeometry, mapSize, type MapShape } from '../network/index.ts';

/** Images side by side in one chunk of a map. */
export const lanes = 16;

/** Rows and columns around the maps that a layer reads, writes and adds. */
export interface Borders {
  readonly input: number;
  readonly output: number;
  /** 0 without a shortcut. */
  readonly added: number;
}

/** What the kernels are told about a layer, and how long its arrays are. */
export interface Dims {
  /** The fields of dims.h. */
  readonly packed: Int32Array;
  readonly chunks: number;
  readonly filters: number;
  /** Taps of one output value. */
  readonly taps: number;
  /** Pixels of the convolved map that pooling reaches. */
  readonly pixels: number;
  /** Values of the convolved map of a batch. */
  readonly convolvedLength: number;
  /** Values of the map that is written, border included. */
  readonly outputLength: number;
  /** Values of its gradient, which has no border. */
  readonly gradientLength: number;
}

/** Values of a map of `chunks` times sixteen images inside a border. */
export function mapLength({ height, width, channels }: MapShape, chunks: number, border: number): number {
  return chunks * mapSize({ height: height + 2 * border, width: width + 2 * border, channels }) * lanes;
}

/** Sizes of a layer for `chunks` times sixteen images. */
export function dimsOf(layer: Layer, chunks: number, borders: Borders): Dims {
  const { input, kernelHeight, kernelWidth, filters, stride, padding, dilation, groups } = layer;
  const { pool, poolStride, poolPadding, poolKind } = layer;
  const { convolved, pooled, output, taps } = layerGeometry(layer);
  const packed = [
    ...[chunks, input.height, input.width, input.channels, borders.input],
    ...[kernelHeight, kernelWidth, filters, stride, padding, dilation, groups],
    ...[pooled.height, pooled.width, pool, poolStride, poolPadding, poolKind === 'average' ? 1 : 0],
    ...[output.height, output.width, borders.output],
    ...[convolved.height, convolved.width, borders.added],
  ];
  return {
    packed: Int32Array.from(packed),
    chunks,
    filters,
    taps,
    pixels: pooled.height * pooled.width,
    convolvedLength: mapLength({ ...pooled, channels: filters }, chunks, 0),
    outputLength: mapLength(output, chunks, borders.output),
    gradientLength: mapLength(output, chunks, 0),
  };
}
