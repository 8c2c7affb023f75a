// SPDX-License-Identifier: Apache-2.0
// What training starts from: random weights, normalisation that changes
// nothing, and the scale of the pictures' pixels.

import { type FloatModel, type InputScaling, layerGeometry, type Network } from '../network/index.ts';
import { createRandom } from './random.ts';

/** A model before training: weights from N(0, 1) (AdderNet, section 3.3), slopes 1, offsets 0. */
export function initModel(network: Network, input: InputScaling, seed: number): FloatModel {
  const random = createRandom(seed, 1);
  const layers = network.layers.map((layer) => ({
    layer,
    weights: Float32Array.from({ length: layer.filters * layerGeometry(layer).taps }, () => random.normal()),
    gamma: new Float32Array(layer.filters).fill(1),
    beta: new Float32Array(layer.filters),
    mean: new Float32Array(layer.filters),
    variance: new Float32Array(layer.filters).fill(1),
  }));
  return { network, input, layers };
}

/** Mean and deviation of the pixels, scaled to 0..1. */
export function inputScaling(images: Uint8Array): InputScaling {
  const counts = new Float64Array(256);
  for (let i = 0; i < images.length; i++) counts[images[i]!]!++;
  let sum = 0;
  let squares = 0;
  counts.forEach((count, pixel) => {
    sum += count * pixel;
    squares += count * pixel * pixel;
  });
  const mean = sum / images.length;
  const deviation = Math.sqrt(squares / images.length - mean * mean);
  // One colour all over has no deviation; any scale will do.
  return { mean: [mean / 255], deviation: [deviation === 0 ? 1 : deviation / 255], padding: 'black' };
}
