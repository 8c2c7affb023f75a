// SPDX-License-Identifier: Apache-2.0
// LeNet-5 with batch normalisation as in the AdderNet paper (CVPR 2020, section 4.1),
// every layer an adder layer: 416,520 absolute differences an image.

import { buildNetwork } from './build-layer.ts';
import type { Network } from './layer.ts';

/** The network of `berus run lenet5`: 28x28x1 in, 10 classes out. */
export const lenet5: Network = buildNetwork({
  name: 'lenet5',
  input: { height: 28, width: 28, channels: 1 },
  layers: [
    { name: 'conv1', kernel: 5, filters: 6, padding: 2, pool: 2 },
    { name: 'conv2', kernel: 5, filters: 16, pool: 2 },
    { name: 'fc1', kernel: 'full', filters: 120 },
    { name: 'fc2', kernel: 1, filters: 84 },
    { name: 'fc3', kernel: 1, filters: 10, relu: false },
  ],
});
