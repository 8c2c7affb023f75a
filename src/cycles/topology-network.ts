// SPDX-License-Identifier: Apache-2.0
// A topology's layers as adder convolutions of ours, so that both count the same work.

import { checkLayer, type Layer, picture } from '../network/index.ts';
import { outputSide } from './scale-sim-layer.ts';
import type { TopologyLayer } from './scale-sim-topology.ts';

/** A layer, or why there is none. */
export type Converted = { readonly layer: Layer } | { readonly reason: string };

/** Rows or columns of a map that all of SCALE-Sim's windows fit, less the padding on both sides. */
function fitting(length: number, filter: number, stride: number, padding: number): number {
  return (outputSide(length, filter, stride) - 1) * stride + filter - 2 * padding;
}

/**
 * An adder convolution without ReLU and pooling that does what SCALE-Sim counts: where it counts a window that reaches
 * past the map, the map is that much larger. A product is a 1x1 convolution of M rows and K channels.
 */
export function topologyLayer(row: TopologyLayer, form: 'convolution' | 'product'): Converted {
  const { name, height, width, filterHeight, filterWidth, channels, filters, padding, copies } = row;
  if (row.strideHeight !== row.strideWidth) return { reason: 'two different strides' };
  const stride = row.strideHeight;
  const product = form === 'product';
  const layer: Layer = {
    name,
    cell: 'adder',
    source: picture,
    shortcut: null,
    input: product
      ? { height, width: 1, channels: filterWidth }
      : {
          height: fitting(height, filterHeight, stride, padding),
          width: fitting(width, filterWidth, stride, padding),
          channels: channels * copies,
        },
    kernelHeight: filterHeight,
    kernelWidth: product ? 1 : filterWidth,
    filters: filters * copies,
    stride,
    padding,
    dilation: 1,
    groups: copies,
    relu: false,
    poolKind: 'max',
    pool: 1,
    poolStride: 1,
    poolPadding: 0,
  };
  try {
    checkLayer(layer);
    return { layer };
  } catch (error) {
    // "Expected conv.filters to be an integer from 1 to 65535, but received 70000."
    const beyond = /\.(\w+(?:\.\w+)?) to be an integer from \d+ to (\d+)/.exec((error as Error).message);
    return { reason: beyond ? `${beyond[1]!.replace('.', ' ')} beyond ${beyond[2]}` : (error as Error).message };
  }
}
