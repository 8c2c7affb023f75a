// SPDX-License-Identifier: Apache-2.0
// The sums of one layer for many images, by the float kernels. They are exact for codes, too, as long as sums stay
// below 2^24, which they do up to about 12 bits; above, calibration does not need the last bits.

import { dimsOf, type Kernel } from '../kernel/index.ts';
import { type Layer, mapSize } from '../network/index.ts';
import { type LaneMap, lanes } from './lane-maps.ts';

/**
 * Sums of a layer, before pooling: |x - w| where taps add, x w where they multiply.
 * @param weights [filter][row][column][channel of its group]
 * @param pads value outside the map, one for each channel
 * @param offsets subtracted from every x, one for each channel
 */
export type Sums = (
  input: LaneMap,
  weights: ArrayLike<number>,
  pads: ArrayLike<number>,
  offsets?: ArrayLike<number>,
) => LaneMap;

/** Prepares the sums of a layer. */
export function createSums(kernel: Kernel, layer: Layer): Sums {
  const { padding, cell } = layer;
  const whole: Layer = { ...layer, pool: 1, poolStride: 1, poolPadding: 0 };
  return (input, weights, pads, offsets) => {
    const chunks = input.length / (mapSize(layer.input) * lanes);
    const dims = dimsOf(whole, chunks, { input: padding, output: 0, added: 0 });
    const x = padMap(kernel, layer, input, pads, offsets);
    const sums = kernel.allocate(dims.convolvedLength);
    kernel.forward(dims, cell === 'adder' ? 1 : 0, x, Float32Array.from(weights), sums);
    // The kernels give what the float model wants, -|x - w|.
    if (cell === 'adder') for (let i = 0; i < sums.length; i++) sums[i] = -sums[i]!;
    return sums;
  };
}

/** The map with its padding around it. */
function padMap(
  kernel: Kernel,
  { input: { height, width, channels }, padding }: Layer,
  map: LaneMap,
  pads: ArrayLike<number>,
  offsets: ArrayLike<number> | undefined,
): LaneMap {
  const row = width * channels * lanes;
  const chunks = map.length / (height * row);
  const [tall, wide] = [height + 2 * padding, width + 2 * padding];
  const out = kernel.allocate(chunks * tall * wide * channels * lanes);
  const around = new Float32Array(wide * channels * lanes);
  const minus = new Float32Array(row);
  for (let i = 0; i < around.length; i++) {
    const channel = Math.floor(i / lanes) % channels;
    around[i] = pads[channel]! - (offsets?.[channel] ?? 0);
    if (i < row) minus[i] = offsets?.[channel] ?? 0;
  }
  for (let to = 0, line = 0; to < out.length; to += around.length, line++) {
    out.set(around, to);
    const at = (line % tall) - padding;
    if (at < 0 || at >= height) continue;
    const from = (Math.floor(line / tall) * height + at) * row;
    const start = to + padding * channels * lanes;
    for (let i = 0; i < row; i++) out[start + i] = map[from + i]! - minus[i]!;
  }
  return out;
}
