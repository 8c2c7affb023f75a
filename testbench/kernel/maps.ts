// SPDX-License-Identifier: Apache-2.0
// Between maps of one image and the kernels' layout, and small layers to try.

import fc from 'fast-check';
import { type Dims, dimsOf } from '../../src/kernel/dims.ts';
import { type Layer, layerGeometry, type MapShape } from '../../src/network/index.ts';
import { createRandom } from '../../src/train/random.ts';
import { layerOf } from '../support/layer-of.ts';

/** Images in a chunk. */
export const lanes = 16;

/** Random layers of a few thousand taps, every field varied. */
export function smallLayers(): fc.Arbitrary<Layer> {
  const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  return fc
    .record({
      size: fc.record({ height: upTo(7), width: upTo(7) }),
      depth: upTo(9),
      perGroup: upTo(19),
      groups: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: upTo(4) }),
      cell: fc.constantFrom('adder' as const, 'multiply' as const),
      kernelHeight: upTo(3),
      kernelWidth: upTo(3),
      stride: upTo(3),
      padding: fc.nat(2),
      dilation: upTo(2),
      relu: fc.boolean(),
      poolKind: fc.constantFrom('max' as const, 'average' as const),
      pool: upTo(3),
      poolStride: upTo(3),
      poolPadding: fc.nat(1),
    })
    .map(({ size, depth, perGroup, ...fields }) => {
      const poolStride = Math.min(fields.poolStride, fields.pool);
      const poolPadding = fields.poolKind === 'average' || fields.pool === 1 ? 0 : fields.poolPadding;
      const input = { ...size, channels: depth * fields.groups };
      return layerOf({ ...fields, poolStride, poolPadding, input, filters: perGroup * fields.groups });
    })
    .filter((layer) => {
      try {
        return layerGeometry(layer).sads <= 20_000;
      } catch {
        return false;
      }
    });
}

/** Sizes of a layer alone, whose input has `wider` more rows and columns around it than it pads. */
export function dimsAlone(layer: Layer, chunks: number, wider = 0, output = 0, added = 0): Dims {
  return dimsOf(layer, chunks, { input: layer.padding + wider, output, added });
}

/** Normal deviates times `scale`. */
export function normals(seed: number, stream: number, length: number, scale = 1): Float32Array {
  const random = createRandom(seed, stream);
  return Float32Array.from({ length }, () => random.normal() * scale);
}

/** Images [image][row][column][channel] -> [chunk][row][column][channel][lane], inside a border of `pad`. */
export function toLanes(images: readonly ArrayLike<number>[], size: MapShape, border = 0, pad = 0): Float32Array {
  const { height, width, channels } = size;
  const padded = width + 2 * border;
  const length = (height + 2 * border) * padded * channels;
  const out = new Float32Array((images.length / lanes) * length * lanes).fill(pad);
  images.forEach((image, index) => {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          const value = ((row + border) * padded + column + border) * channels + channel;
          out[(Math.floor(index / lanes) * length + value) * lanes + (index % lanes)] =
            image[(row * width + column) * channels + channel]!;
        }
  });
  return out;
}

/** The image in one lane of a map, without its border. */
export function fromLanes(map: Float32Array, image: number, size: MapShape, border = 0): Float32Array {
  const { height, width, channels } = size;
  const row = (width + 2 * border) * channels;
  const base = Math.floor(image / lanes) * (height + 2 * border) * row * lanes + (image % lanes);
  return Float32Array.from({ length: height * width * channels }, (_, i) => {
    const [y, rest] = [Math.floor(i / (width * channels)), i % (width * channels)];
    return map[base + ((y + border) * row + border * channels + rest) * lanes]!;
  });
}
