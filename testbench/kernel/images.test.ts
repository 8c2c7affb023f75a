// SPDX-License-Identifier: Apache-2.0
// Pictures into their map: scaled by channel, padded, turned and shifted.

import { beforeAll, describe, expect, it } from 'vitest';
import { createPass, type Kernel, loadKernel, readMap } from '../../src/kernel/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fromLanes } from './maps.ts';

let kernel: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

const network = buildNetwork({
  name: 'reads',
  input: { height: 2, width: 3, channels: 2 },
  layers: [
    { name: 'a', kernel: 3, padding: 1, filters: 1 },
    { name: 'b', kernel: 5, padding: 2, filters: 1, source: 'image' },
  ],
});

/** Pixel p of channel 0 beside p + 100 of channel 1. */
const images = Uint8Array.of(10, 110, 20, 120, 30, 130, 40, 140, 50, 150, 60, 160);
const pictures = { images, count: 1, height: 2, width: 3, channels: 2 };

/** Channel 0 of a picture in lane 7, read through a map in pixels. */
function shown(warp?: readonly number[]): number[] {
  const pass = createPass(kernel, network, 16);
  const warps = warp && Int32Array.from({ length: 96 }, (_, i) => Math.round(warp[i % 6]! * 65536));
  pass.load(pictures, new Uint32Array(16), { mean: [0, 0], deviation: [1 / 255, 1 / 255], padding: 'black' }, warps);
  const map = [...readMap(pass, -1, 7)].map((x) => Math.round(x * 1024) / 1024);
  expect(map.filter((_, i) => i % 2 === 1)).toHaveLength(6);
  return map.filter((_, i) => i % 2 === 0);
}

describe('loading pictures', () => {
  it('should place them by whole-pixel maps exactly and between pixels bilinearly', () => {
    expect(shown()).toEqual([10, 20, 30, 40, 50, 60]);
    expect(shown([1, 0, 0, 0, 1, 0])).toEqual([10, 20, 30, 40, 50, 60]);
    expect(shown([1, 0, 1, 0, 1, 0])).toEqual([20, 30, 0, 50, 60, 0]);
    expect(shown([1, 0, 0, 0, 1, -1])).toEqual([0, 0, 0, 10, 20, 30]);
    expect(shown([1, 0, 0.5, 0, 1, 0.5])).toEqual([30, 40, 22.5, 22.5, 27.5, 15]);
    expect(shown([-1, 0, 2, 0, 1, 0])).toEqual([30, 20, 10, 60, 50, 40]);
    expect(shown([1, 0, 1e4, 0, 1, -1e4])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['black', [-2, -1.5]],
    ['zero', [0, 0]],
  ] as const)('should scale each channel by itself and surround them by %s', (padding, around) => {
    const pass = createPass(kernel, network, 16);
    pass.load(pictures, new Uint32Array(16), { mean: [0.5, 0.3], deviation: [0.25, 0.2], padding });
    expect(pass.picture.border).toBe(2);
    const whole = fromLanes(pass.picture.values, 3, { height: 6, width: 7, channels: 2 });
    for (let row = 0; row < 6; row++)
      for (let column = 0; column < 7; column++)
        for (let channel = 0; channel < 2; channel++) {
          const inside = row >= 2 && row < 4 && column >= 2 && column < 5;
          const pixel = images[((row - 2) * 3 + column - 2) * 2 + channel]! / 255;
          const expected = inside ? (pixel - [0.5, 0.3][channel]!) / [0.25, 0.2][channel]! : around[channel]!;
          expect(whole[(row * 7 + column) * 2 + channel], `${row} ${column} ${channel}`).toBeCloseTo(expected, 5);
        }
  });
});
