// SPDX-License-Identifier: Apache-2.0
// Between maps of one image and the kernels' layout, and random small layers.

import fc from 'fast-check';
import { type Layer, layerGeometry } from '../../src/network/index.ts';
import { layerOf } from '../support/layer-of.ts';

export { layerOf } from '../support/layer-of.ts';

/** Images in a chunk. */
export const lanes = 16;

/** Random layers of a few hundred absolute differences, every field varied. */
export function smallLayers(): fc.Arbitrary<Layer> {
  const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  return fc
    .record({
      input: fc.record({ height: upTo(7), width: upTo(7), channels: upTo(11) }),
      kernelHeight: upTo(3),
      kernelWidth: upTo(3),
      filters: upTo(19),
      stride: upTo(2),
      padding: fc.nat(2),
      dilation: upTo(2),
      relu: fc.boolean(),
      pool: upTo(2),
    })
    .map(layerOf)
    .filter((layer) => {
      try {
        return layerGeometry(layer).sads <= 20_000;
      } catch {
        return false;
      }
    });
}

/** Images [image][row][column][channel] -> [chunk][row][column][channel][lane], inside `padding` of `pad`. */
export function toLanes(
  images: readonly ArrayLike<number>[],
  size: { height: number; width: number; channels: number; padding: number },
  pad = 0,
): Float32Array {
  const { height, width, channels, padding } = size;
  const padded = width + 2 * padding;
  const length = (height + 2 * padding) * padded * channels;
  const out = new Float32Array((images.length / lanes) * length * lanes).fill(pad);
  images.forEach((image, index) => {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          const value = ((row + padding) * padded + column + padding) * channels + channel;
          out[(Math.floor(index / lanes) * length + value) * lanes + (index % lanes)] =
            image[(row * width + column) * channels + channel]!;
        }
  });
  return out;
}

/** The image in one lane of a map without padding. */
export function fromLanes(map: Float32Array, image: number, length: number): Float32Array {
  const base = Math.floor(image / lanes) * length * lanes + (image % lanes);
  return Float32Array.from({ length }, (_, value) => map[base + value * lanes]!);
}
