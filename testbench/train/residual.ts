// SPDX-License-Identifier: Apache-2.0
// A residual network for MNIST's pictures, small enough to learn in seconds.

import { buildNetwork, type Network } from '../../src/network/index.ts';

/** Layers that add and multiply, a map with two readers, a shortcut over a 1x1 convolution without ReLU, an average. */
export const residual: Network = buildNetwork({
  name: 'residual',
  input: { height: 28, width: 28, channels: 1 },
  layers: [
    { name: 'conv1', cell: 'multiply', kernel: 5, filters: 8, stride: 2, padding: 2 },
    { name: 'a1', kernel: 3, filters: 12, stride: 2, padding: 1 },
    { name: 'down', kernel: 1, filters: 12, stride: 2, relu: false, source: 'conv1' },
    { name: 'a2', kernel: 3, filters: 12, padding: 1, source: 'a1', shortcut: 'down', pool: 7, poolKind: 'average' },
    { name: 'fc', cell: 'multiply', kernel: 1, filters: 10, relu: false },
  ],
});
