// SPDX-License-Identifier: Apache-2.0
// Sizes that follow from a layer's description. The golden reference does not
// use this file: it derives its own, so that a mistake here cannot hide.

import type { AdderLayer, MapShape } from './layer.ts';

/** What a layer's description implies. */
export interface LayerGeometry {
  /** Map of the convolution itself, before pooling. */
  readonly convolved: MapShape;
  /** Map the layer writes, after pooling. */
  readonly output: MapShape;
  /** Absolute differences in one output value: kernel height x width x input channels. */
  readonly taps: number;
  /** Absolute differences for one image, over the convolved pixels that pooling keeps. */
  readonly sads: number;
}

/**
 * Computes a layer's sizes.
 * @throws {RangeError} when the kernel, dilated, does not fit the padded input, or pooling leaves nothing.
 */
export function layerGeometry(layer: AdderLayer): LayerGeometry {
  const { input, kernelHeight, kernelWidth, filters, stride, padding, dilation, pool } = layer;
  const spanHeight = (kernelHeight - 1) * dilation + 1;
  const spanWidth = (kernelWidth - 1) * dilation + 1;
  const height = Math.floor((input.height + 2 * padding - spanHeight) / stride) + 1;
  const width = Math.floor((input.width + 2 * padding - spanWidth) / stride) + 1;
  if (height < pool || width < pool) {
    throw new RangeError(
      `Expected layer ${layer.name} to leave at least ${pool}x${pool} pixels, but received ` +
        `${Math.max(height, 0)}x${Math.max(width, 0)} from a ${kernelHeight}x${kernelWidth} kernel ` +
        `(stride ${stride}, padding ${padding}, dilation ${dilation}) on ${input.height}x${input.width}.`,
    );
  }
  const output = { height: Math.floor(height / pool), width: Math.floor(width / pool), channels: filters };
  const taps = kernelHeight * kernelWidth * input.channels;
  return {
    convolved: { height, width, channels: filters },
    output,
    taps,
    sads: output.height * output.width * pool * pool * filters * taps,
  };
}

/** Number of values in a map. */
export function mapSize(shape: MapShape): number {
  return shape.height * shape.width * shape.channels;
}
