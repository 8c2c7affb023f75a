// SPDX-License-Identifier: Apache-2.0
// Maps of many images as the kernels lay them out, [chunk of 16 images][row][column][channel][image of the chunk],
// and what is done to them between two layers' sums.

import { layerGeometry, type Layer, type MapShape, mapSize } from '../network/index.ts';

/** Images side by side. */
export const lanes = 16;

/** Values of many images' maps; real numbers, or codes and sums as whole numbers. */
export type LaneMap = Float32Array;

/** Lays pictures out, each pixel by its channel's line; `chosen` are their numbers, a multiple of sixteen. */
export function layPictures(
  images: Uint8Array,
  chosen: readonly number[],
  shape: MapShape,
  value: (pixel: number, channel: number) => number,
): LaneMap {
  const size = mapSize(shape);
  const { channels } = shape;
  const table = Float32Array.from({ length: 256 * channels }, (_, i) => value(Math.floor(i / channels), i % channels));
  const map = new Float32Array(chosen.length * size);
  chosen.forEach((image, at) => {
    const base = Math.floor(at / lanes) * size * lanes + (at % lanes);
    for (let i = 0; i < size; i++) {
      map[base + i * lanes] = table[images[image * size + i]! * channels + (i % channels)]!;
    }
  });
  return map;
}

/** Calls visit(first value, filter) for every sixteen values of a map of `channels`. */
export function forEachLanes(length: number, channels: number, visit: (base: number, channel: number) => void): void {
  for (let base = 0, channel = 0; base < length; base += lanes) {
    visit(base, channel);
    if (++channel === channels) channel = 0;
  }
}

/** Mean of every channel. */
export function channelMeans(map: LaneMap, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  forEachLanes(map.length, channels, (base, channel) => {
    let sum = 0;
    for (let i = 0; i < lanes; i++) sum += map[base + i]!;
    sums[channel]! += sum;
  });
  return sums.map((sum) => sum / (map.length / channels));
}

/** Pools a layer's convolved map; `average` gets the sum of a window and gives what stands for it. */
export function poolMap(layer: Layer, map: LaneMap, average: (sum: number) => number): LaneMap {
  const { pool, poolStride, poolPadding, poolKind, filters } = layer;
  if (pool === 1 && poolStride === 1) return map;
  const { convolved, output } = layerGeometry(layer);
  const chunks = map.length / (mapSize(convolved) * lanes);
  const out = new Float32Array(chunks * mapSize(output) * lanes);
  const row = filters * lanes;
  let to = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = chunk * mapSize(convolved) * lanes;
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++, to += row) {
        const [top, left] = [y * poolStride - poolPadding, x * poolStride - poolPadding];
        let first = true;
        for (let wy = Math.max(top, 0); wy < Math.min(top + pool, convolved.height); wy++) {
          for (let wx = Math.max(left, 0); wx < Math.min(left + pool, convolved.width); wx++) {
            const at = from + (wy * convolved.width + wx) * row;
            for (let i = 0; i < row; i++) {
              const value = map[at + i]!;
              if (first) out[to + i] = value;
              else if (poolKind === 'average') out[to + i]! += value;
              else if (value > out[to + i]!) out[to + i] = value;
            }
            first = false;
          }
        }
        if (poolKind === 'average') for (let i = 0; i < row; i++) out[to + i] = average(out[to + i]!);
      }
    }
  }
  return out;
}

/** The values of one image after another, of maps that hold `images`. */
export function* imageValues(map: LaneMap, images: number): Generator<Float32Array> {
  const size = map.length / images;
  for (let image = 0; image < images; image++) {
    const base = Math.floor(image / lanes) * size * lanes + (image % lanes);
    yield Float32Array.from({ length: size }, (_, i) => map[base + i * lanes]!);
  }
}
