// SPDX-License-Identifier: Apache-2.0
// Plain networks for CIFAR-10's 32x32 pictures.

import { buildNetwork } from './build-layer.ts';
import type { MapShape, Network } from './layer.ts';

const input: MapShape = { height: 32, width: 32, channels: 3 };

/**
 * VGG-small (Zhang et al., LQ-Nets, ECCV 2018, as used by the AdderNet paper's section 4.2): six 3x3 convolutions and
 * one fully connected layer; the first and the last multiply.
 */
export const vggSmall: Network = buildNetwork({
  name: 'vgg-small',
  input,
  layers: [
    { name: 'conv1', cell: 'multiply', kernel: 3, filters: 128, padding: 1 },
    { name: 'conv2', kernel: 3, filters: 128, padding: 1, pool: 2 },
    { name: 'conv3', kernel: 3, filters: 256, padding: 1 },
    { name: 'conv4', kernel: 3, filters: 256, padding: 1, pool: 2 },
    { name: 'conv5', kernel: 3, filters: 512, padding: 1 },
    { name: 'conv6', kernel: 3, filters: 512, padding: 1, pool: 2 },
    { name: 'fc', cell: 'multiply', kernel: 'full', filters: 10, relu: false },
  ],
});

/** A network of adder layers alone that a laptop trains on CIFAR-10 in minutes. */
export const cifarSmall: Network = buildNetwork({
  name: 'cifar-small',
  input,
  layers: [
    { name: 'conv1', kernel: 3, filters: 16, padding: 1 },
    { name: 'conv2', kernel: 3, filters: 16, padding: 1, pool: 2 },
    { name: 'conv3', kernel: 3, filters: 32, padding: 1 },
    { name: 'conv4', kernel: 3, filters: 32, padding: 1, pool: 2 },
    { name: 'conv5', kernel: 3, filters: 64, padding: 1 },
    { name: 'conv6', kernel: 3, filters: 64, padding: 1, pool: 8, poolKind: 'average' },
    { name: 'fc', kernel: 1, filters: 10, relu: false },
  ],
});
