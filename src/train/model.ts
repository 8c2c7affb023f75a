// SPDX-License-Identifier: Apache-2.0
// What training starts from: random weights, normalisation that changes
// nothing, and the scale of the pictures' pixels.

import type { ImageSet } from '../data/index.ts';
import {
  type FloatModel,
  type InputScaling,
  type Layer,
  layerGeometry,
  type Network,
  picture,
} from '../network/index.ts';
import { createRandom } from './random.ts';

/**
 * A model before training: weights from N(0, 1) where a layer adds (AdderNet, section 3.3) and from N(0, 2 / taps)
 * where it multiplies (He et al., 2015), slopes 1, offsets 0.
 */
export function initModel(network: Network, input: InputScaling, seed: number): FloatModel {
  const random = createRandom(seed, 1);
  const layers = network.layers.map((layer) => {
    const { taps } = layerGeometry(layer);
    const deviation = layer.cell === 'adder' ? 1 : Math.sqrt(2 / taps);
    return {
      layer,
      weights: Float32Array.from({ length: layer.filters * taps }, () => random.normal() * deviation),
      gamma: new Float32Array(layer.filters).fill(1),
      beta: new Float32Array(layer.filters),
      mean: new Float32Array(layer.filters),
      variance: new Float32Array(layer.filters).fill(1),
    };
  });
  return { network, input, layers };
}

/**
 * Mean and deviation of every channel's pixels, scaled to 0..1.
 *
 * Where a layer that adds reads the pictures, all channels get one deviation: integers of such a layer share one scale.
 * Around pictures of one channel is black, around others a pixel of the mean.
 */
export function inputScaling(
  { images, channels }: Pick<ImageSet, 'images' | 'channels'>,
  layers: readonly Layer[],
): InputScaling {
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < images.length; i++) counts[i % channels]![images[i]!]!++;
  const moments = counts.map((own) => {
    const total = own.reduce((sum, count) => sum + count);
    const mean = own.reduce((sum, count, pixel) => sum + count * pixel, 0) / total;
    const variance = own.reduce((sum, count, pixel) => sum + count * pixel * pixel, 0) / total - mean * mean;
    return { mean: mean / 255, variance: variance / 255 ** 2 };
  });
  const shared = layers.some(({ source, cell }) => source === picture && cell === 'adder');
  const common = moments.reduce((sum, { variance }) => sum + variance, 0) / channels;
  return {
    mean: moments.map(({ mean }) => mean),
    deviation: moments.map(({ variance }) => {
      const chosen = shared ? common : variance;
      // One colour all over has no deviation; any scale will do.
      return chosen > 0 ? Math.sqrt(chosen) : 1;
    }),
    padding: channels === 1 ? 'black' : 'zero',
  };
}
