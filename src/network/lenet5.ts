// SPDX-License-Identifier: Apache-2.0
// LeNet-5 with batch normalisation as in the AdderNet paper (CVPR 2020, section 4.1),
// every layer an adder layer: 416,520 absolute differences an image.

import type { AdderLayer, MapShape, Network } from './layer.ts';

function layer(name: string, input: MapShape, kernel: number, filters: number, rest: Partial<AdderLayer>): AdderLayer {
  return {
    name,
    input,
    kernelHeight: kernel,
    kernelWidth: kernel,
    filters,
    stride: 1,
    padding: 0,
    dilation: 1,
    relu: true,
    pool: 1,
    ...rest,
  };
}

/** The network of `berus run lenet5`: 28x28x1 in, 10 classes out. */
export const lenet5: Network = {
  name: 'lenet5',
  layers: [
    layer('conv1', { height: 28, width: 28, channels: 1 }, 5, 6, { padding: 2, pool: 2 }),
    layer('conv2', { height: 14, width: 14, channels: 6 }, 5, 16, { pool: 2 }),
    layer('fc1', { height: 5, width: 5, channels: 16 }, 5, 120, {}),
    layer('fc2', { height: 1, width: 1, channels: 120 }, 1, 84, {}),
    layer('fc3', { height: 1, width: 1, channels: 84 }, 1, 10, { relu: false }),
  ],
};
