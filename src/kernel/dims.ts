// SPDX-License-Identifier: Apache-2.0
// Sizes of one layer for a batch, in the order of dims.h. Images lie sixteen
// side by side: a map is [chunk][row][column][channel][lane].

import { type Layer, layerGeometry } from '../network/index.ts';

/** Images side by side in one chunk of a map. */
export const lanes = 16;

/** What the kernels are told about a layer. */
export interface Dims {
  readonly chunks: number;
  /** Rows and columns of the input, padding included. */
  readonly inHeight: number;
  readonly inWidth: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly filters: number;
  readonly stride: number;
  readonly dilation: number;
  /** Rows and columns of the convolved map that pooling keeps. */
  readonly outHeight: number;
  readonly outWidth: number;
  readonly pool: number;
  /** Rows and columns that the next layer wants on every side of the output. */
  readonly outPadding: number;
}

/**
 * Sizes of a layer for `chunks` times sixteen images.
 * @param outPadding padding of the layer that reads the output
 */
export function dimsOf(layer: Layer, chunks: number, outPadding: number): Dims {
  const { output } = layerGeometry(layer);
  return {
    chunks,
    inHeight: layer.input.height + 2 * layer.padding,
    inWidth: layer.input.width + 2 * layer.padding,
    channels: layer.input.channels,
    kernelHeight: layer.kernelHeight,
    kernelWidth: layer.kernelWidth,
    filters: layer.filters,
    stride: layer.stride,
    dilation: layer.dilation,
    outHeight: output.height * layer.pool,
    outWidth: output.width * layer.pool,
    pool: layer.pool,
    outPadding,
  };
}

/** The numbers of {@link Dims} in the order of dims.h. */
export function packDims(dims: Dims): Int32Array {
  const { chunks, inHeight, inWidth, channels, kernelHeight, kernelWidth, filters } = dims;
  const { stride, dilation, outHeight, outWidth, pool, outPadding } = dims;
  const window = [kernelHeight, kernelWidth, filters, stride, dilation];
  return Int32Array.of(chunks, inHeight, inWidth, channels, ...window, outHeight, outWidth, pool, outPadding);
}

/** Values in the padded input of a batch. */
export function inputLength({ chunks, inHeight, inWidth, channels }: Dims): number {
  return chunks * inHeight * inWidth * channels * lanes;
}

/** Values in the convolved map of a batch, without what pooling drops. */
export function convolvedLength({ chunks, outHeight, outWidth, filters }: Dims): number {
  return chunks * outHeight * outWidth * filters * lanes;
}

/** Values in the pooled and padded output of a batch. */
export function outputLength({ chunks, outHeight, outWidth, pool, outPadding, filters }: Dims): number {
  return chunks * (outHeight / pool + 2 * outPadding) * (outWidth / pool + 2 * outPadding) * filters * lanes;
}
