// SPDX-License-Identifier: Apache-2.0
// Random models and pictures for tests of passes.

import type { Pictures } from '../../src/kernel/index.ts';
import { type FloatModel, layerGeometry, mapSize, type Network, pictureShape } from '../../src/network/index.ts';
import { createRandom } from '../../src/train/random.ts';

/** A model whose slopes have both signs; channels of pictures differ in scale. */
export function randomModel(network: Network, seed: number): FloatModel {
  const random = createRandom(seed, 1);
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const { channels } = pictureShape(network);
  return {
    network,
    input: {
      mean: Array.from({ length: channels }, (_, channel) => 0.4 + channel / 16),
      deviation: Array.from({ length: channels }, (_, channel) => 0.3 - channel / 16),
      padding: 'black',
    },
    layers: network.layers.map((layer) => ({
      layer,
      weights: normals(layer.filters * layerGeometry(layer).taps),
      gamma: Float32Array.from(
        { length: layer.filters },
        (_, filter) => (filter % 3 === 2 ? -1 : 1) * (0.5 + random.uniform()),
      ),
      beta: normals(layer.filters).map((value) => value / 2),
      mean: new Float32Array(layer.filters),
      variance: new Float32Array(layer.filters).fill(1),
    })),
  };
}

/** Pictures of random pixels. */
export function randomPictures(network: Network, count: number, seed: number): Pictures {
  const random = createRandom(seed, 2);
  const shape = pictureShape(network);
  const images = Uint8Array.from({ length: count * mapSize(shape) }, () => random.next() >>> 24);
  return { images, count, ...shape };
}
