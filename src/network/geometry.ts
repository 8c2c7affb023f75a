// SPDX-License-Identifier: Apache-2.0
// Sizes that follow from a layer's description. The golden reference does not
// use this file: it derives its own, so that a mistake here cannot hide.

import type { Layer, MapShape } from './layer.ts';

/** What a layer's description implies. */
export interface LayerGeometry {
  /** Map of the convolution itself, before pooling. */
  readonly convolved: MapShape;
  /** Rows and columns of it that some pooling window reaches, from the first one on. */
  readonly pooled: { readonly height: number; readonly width: number };
  /** Map the layer writes, after pooling. */
  readonly output: MapShape;
  /** Taps of one output value: kernel height x width x channels of a group. */
  readonly taps: number;
  /** Taps for one image, over the convolved pixels that pooling reaches. */
  readonly sads: number;
}

/**
 * Computes a layer's sizes.
 * @throws {RangeError} when the kernel, dilated, does not fit the padded input, or pooling leaves nothing.
 */
export function layerGeometry(layer: Layer): LayerGeometry {
  const { input, kernelHeight, kernelWidth, filters, stride, padding, dilation, groups } = layer;
  const { pool, poolStride, poolPadding } = layer;
  const spanHeight = (kernelHeight - 1) * dilation + 1;
  const spanWidth = (kernelWidth - 1) * dilation + 1;
  const height = Math.floor((input.height + 2 * padding - spanHeight) / stride) + 1;
  const width = Math.floor((input.width + 2 * padding - spanWidth) / stride) + 1;
  const windows = (length: number): number => Math.floor((length + 2 * poolPadding - pool) / poolStride) + 1;
  const output = { height: windows(height), width: windows(width), channels: filters };
  if (height < 1 || width < 1 || output.height < 1 || output.width < 1) {
    throw new RangeError(
      `Expected layer ${layer.name} to leave at least ${pool}x${pool} pixels, but received ` +
        `${Math.max(height, 0)}x${Math.max(width, 0)} from a ${kernelHeight}x${kernelWidth} kernel ` +
        `(stride ${stride}, padding ${padding}, dilation ${dilation}) on ${input.height}x${input.width}.`,
    );
  }
  const reached = (count: number, length: number): number =>
    Math.min((count - 1) * poolStride + pool - poolPadding, length);
  const pooled = { height: reached(output.height, height), width: reached(output.width, width) };
  const taps = (kernelHeight * kernelWidth * input.channels) / groups;
  return {
    convolved: { height, width, channels: filters },
    pooled,
    output,
    taps,
    sads: pooled.height * pooled.width * filters * taps,
  };
}

/** Number of values in a map. */
export function mapSize(shape: MapShape): number {
  return shape.height * shape.width * shape.channels;
}

/** A map's shape as text, `28x28x1`. */
export function shapeText({ height, width, channels }: MapShape): string {
  return `${height}x${width}x${channels}`;
}
