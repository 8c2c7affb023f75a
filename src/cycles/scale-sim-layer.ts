// SPDX-License-Identifier: Apache-2.0
// A layer as SCALE-Sim's topology files describe it, and the matrix product that it is after im2col.
//
// SCALE-Sim knows no padding, dilation, groups or batch: padding is part of the map, and a depthwise layer is a copy
// for each channel. Where windows do not fit the map it counts one more, which reaches past the edge.

import { type Layer, layerGeometry } from '../network/index.ts';

/** One layer, in the columns of a topology file. */
export interface ScaleSimLayer {
  readonly name: string;
  /** Height and width of the map, padding included. */
  readonly height: number;
  readonly width: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly channels: number;
  readonly filters: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** How often it runs, one after the other: the channels of a depthwise layer, else 1. */
  readonly copies: number;
}

/** The product of an M x K and a K x N matrix. */
export interface Gemm {
  /** M: output pixels. */
  readonly pixels: number;
  /** N: filters. */
  readonly filters: number;
  /** K: taps of one output. */
  readonly taps: number;
}

/** Output rows and columns: ceil((H - r + s) / s), as `topo_calc_hyperparams` of SCALE-Sim's topology_utils.py has it. */
export function outputSide(length: number, filter: number, stride: number): number {
  return Math.ceil((length - filter) / stride) + 1;
}

/** The matrix product of one copy of a layer: `calc_spatio_temporal_params` of SCALE-Sim's topology_utils.py. */
export function gemmOf(layer: ScaleSimLayer): Gemm {
  const { height, width, filterHeight, filterWidth, channels, filters, strideHeight, strideWidth } = layer;
  return {
    pixels: outputSide(height, filterHeight, strideHeight) * outputSide(width, filterWidth, strideWidth),
    filters,
    taps: filterHeight * filterWidth * channels,
  };
}

/**
 * A network's layer as one would write it into a topology file: padding in the map, a copy for each group, and without
 * dilation the same windows. Every convolved pixel counts, also those that no pooling window reaches.
 */
export function scaleSimLayer(layer: Layer): ScaleSimLayer {
  const { name, kernelHeight, kernelWidth, stride, input, filters, groups } = layer;
  const { convolved } = layerGeometry(layer);
  return {
    name,
    height: (convolved.height - 1) * stride + kernelHeight,
    width: (convolved.width - 1) * stride + kernelWidth,
    filterHeight: kernelHeight,
    filterWidth: kernelWidth,
    channels: input.channels / groups,
    filters: filters / groups,
    strideHeight: stride,
    strideWidth: stride,
    copies: groups,
  };
}
