// SPDX-License-Identifier: Apache-2.0
// Hand-worked cases that pin the golden integers; each expectation was worked
// out on paper from docs/numerics.md.

import { describe, expect, it } from 'vitest';
import type { Layer, QuantizedLayer } from '../../src/network/index.ts';
import { computeLayer, fold, inferReference, layerSums } from '../../src/reference/index.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

function quantized(fields: Partial<Layer>, rest: Partial<QuantizedLayer>): QuantizedLayer {
  return quantizedOf({ name: 'worked', ...fields }, rest);
}

describe('layerSums', () => {
  it('should sum |x - w| over a window: 2x2 kernel on 3x2', () => {
    // x = 1 2   w = 5 0   |1-5|+|2-0|+|3-1|+|4-9| = 4+2+2+5 = 13
    //     3 4       1 9   |3-5|+|4-0|+|5-1|+|6-9| = 2+4+4+3 = 13
    //     5 6
    const q = quantized(
      { input: { height: 3, width: 2, channels: 1 }, kernelHeight: 2, kernelWidth: 2 },
      { weights: Uint8Array.from([5, 0, 1, 9]) },
    );
    expect([...layerSums(q, Uint8Array.from([1, 2, 3, 4, 5, 6]))]).toEqual([13, 13]);
  });

  it('should read the pad code, not zero, outside the map, and not skip it', () => {
    // 1x3 kernel, padding 1 on a 1x1 map of code 10, z = 7, w = 1 2 3 in the middle row, 0 elsewhere (3x3).
    const q = quantized(
      { kernelHeight: 3, kernelWidth: 3, padding: 1 },
      { weights: Uint8Array.from([0, 0, 0, 1, 2, 3, 0, 0, 0]), padCodes: Uint8Array.of(7) },
    );
    // Six taps |7-0| = 42, |7-1| = 6, |10-2| = 8, |7-3| = 4.
    expect([...layerSums(q, Uint8Array.from([10]))]).toEqual([60]);
  });

  it('should step by the stride and spread taps by the dilation', () => {
    // 1x7 map 0..6, kernel 1x2 dilated by 2, stride 3: windows {0,2} and {3,5}; w = 0 0.
    const q = quantized(
      { input: { height: 1, width: 7, channels: 1 }, kernelWidth: 2, dilation: 2, stride: 3 },
      { weights: Uint8Array.from([0, 0]) },
    );
    expect([...layerSums(q, Uint8Array.from([0, 1, 2, 3, 4, 5, 6]))]).toEqual([2, 8]);
  });

  it('should order filters and channels [filter][row][column][channel]', () => {
    const q = quantized(
      { input: { height: 1, width: 1, channels: 2 }, filters: 2 },
      { weights: Uint8Array.from([1, 2, 30, 40]) },
    );
    // |10-1|+|20-2| = 27, |10-30|+|20-40| = 40.
    expect([...layerSums(q, Uint8Array.from([10, 20]))]).toEqual([27, 40]);
  });

  it('should give zero when x = w, and the largest sum when they are furthest apart', () => {
    const shape = { input: { height: 1, width: 400, channels: 1 }, kernelWidth: 400 };
    const zero = quantized(shape, { weights: new Uint8Array(400).fill(9) });
    expect([...layerSums(zero, new Uint8Array(400).fill(9))]).toEqual([0]);
    const far = quantized(shape, { weights: new Uint8Array(400) });
    expect([...layerSums(far, new Uint8Array(400).fill(255))]).toEqual([102_000]);
  });
});

describe('fold', () => {
  const with_ = (mul: number, add: number, shift: number, low = 0): QuantizedLayer =>
    quantized({}, { mul: Int16Array.of(mul), add: Float64Array.of(add), shift: Uint8Array.of(shift), low });

  it.each([
    // sum, mul, add, shift, low, code
    [100, 1, 0, 0, 0, 100],
    [100, 3, 8, 4, 0, 19], // 308 / 16 = 19.25
    [100, -3, 1000, 2, 0, 175], // 700 / 4
    [100, -3, 1001, 2, 0, 175], // 175.25 rounds down
    [1, -1, 0, 1, 0, 0], // -0.5 rounds to -1, clamps to 0
    [10, -3, 29, 3, 5, 5], // -1/8 rounds to -1, clamps to low
    [1000, 1, 0, 0, 0, 255],
    [0, 32767, 2 ** 39 - 1, 31, 0, 255], // 255.99... rounds down
    [262_143, -32768, 2 ** 33 + 2 ** 27, 20, 0, 128], // -8191.97 + 8192 + 128 = 128.03
    [12_345, 0, 77 * 2 ** 10, 10, 0, 77], // dead channel: a constant
  ])('should fold sum=%i mul=%i add=%i shift=%i low=%i to %i', (sum, mul, add, shift, low, code) => {
    expect(fold(with_(mul, add, shift, low), 0, sum, 0)).toBe(code);
  });
});

describe('computeLayer', () => {
  it('should max-pool codes after the fold, dropping a remainder', () => {
    // 1x1 kernel with w = 0 copies a 3x3 map; 2x2 pooling keeps one window.
    const q = quantized({ input: { height: 3, width: 3, channels: 1 }, pool: 2 }, { weights: Uint8Array.of(0) });
    expect([...computeLayer(q, Uint8Array.from([1, 2, 90, 4, 3, 90, 90, 90, 90]))]).toEqual([4]);
  });

  it('should pool after a negative slope has reversed the order', () => {
    const q = quantized(
      { input: { height: 2, width: 2, channels: 1 }, pool: 2 },
      { weights: Uint8Array.of(0), mul: Int16Array.of(-1), add: Float64Array.of(100) },
    );
    expect([...computeLayer(q, Uint8Array.from([1, 2, 3, 4]))]).toEqual([99]);
  });
});

describe('multiplying cells', () => {
  it('should sum (x - zero) w over a group, and take nothing from outside the map', () => {
    // Two groups of one channel, 1x2 kernels, padding 1: zero codes 10 and 20, weights 2 -3 and 5 7.
    const q = quantized(
      {
        cell: 'multiply',
        groups: 2,
        filters: 2,
        input: { height: 1, width: 1, channels: 2 },
        kernelWidth: 2,
        padding: 1,
      },
      { weights: Int16Array.of(2, -3, 5, 7), padCodes: Uint8Array.of(10, 20) },
    );
    // x = 13 and 16, so 3 and -4: the middle row's first window ends on x, its second begins with it.
    const empty = [0, 0, 0, 0];
    expect([...layerSums(q, Uint8Array.of(13, 16))]).toEqual([...empty, 3 * -3, -4 * 7, 3 * 2, -4 * 5, ...empty]);
  });
});

describe('adder groups', () => {
  it('should give each half of the filters its half of the channels', () => {
    const q = quantized(
      { groups: 2, filters: 4, input: { height: 1, width: 1, channels: 4 } },
      { weights: Uint8Array.of(0, 0, 1, 1, 0, 0, 9, 9) },
    );
    // x = 1 2 | 5 6
    expect([...layerSums(q, Uint8Array.of(1, 2, 5, 6))]).toEqual([3, 1, 11, 4 + 3]);
  });
});

describe('shortcuts', () => {
  it('should add the map of a layer before, scaled in the same fold and rounded once', () => {
    const one = quantized({ name: 'one' }, { weights: Uint8Array.of(3) });
    const two = quantized({ name: 'two', source: 'one' }, { weights: Uint8Array.of(10) });
    const three = quantized(
      { name: 'three', source: 'two', shortcut: 'one' },
      {
        weights: Uint8Array.of(0),
        mul: Int16Array.of(-3),
        shortcutMul: Int32Array.of(7),
        add: Float64Array.of(30),
        shift: Uint8Array.of(2),
      },
    );
    // Image 1: one |1-3| = 2, two |2-10| = 8, three (8 * -3 + 2 * 7 + 30) / 4 = 5. Image 8: 5, 5, (-15 + 35 + 30) / 4 = 12.5.
    const { maps } = inferReference(networkOf('n', [one, two, three]), Uint8Array.from([1, 8]), 2);
    expect([...maps[2]!]).toEqual([5, 12]);
  });
});

describe('pooling', () => {
  it('should round the shifted sum of a window to nearest, ties upwards', () => {
    const window = { input: { height: 2, width: 2, channels: 1 }, pool: 2, poolKind: 'average' } as const;
    const average = (codes: number[], poolShift: number): number[] => [
      ...computeLayer(quantized(window, { weights: Uint8Array.of(0), poolShift }), Uint8Array.from(codes)),
    ];
    // Sums 10 and 9: a quarter is 2.5 and 2.25, a half 5 and 4.5.
    expect([average([1, 2, 3, 4], 2), average([1, 2, 3, 3], 2)]).toEqual([[3], [2]]);
    expect([average([1, 2, 3, 4], 1), average([1, 2, 3, 3], 1)]).toEqual([[5], [5]]);
    expect(average([255, 255, 255, 254], 0)).toEqual([1019]);
  });

  it('should let windows overlap and reach outside, where nothing is', () => {
    const q = quantized(
      { input: { height: 1, width: 5, channels: 1 }, pool: 3, poolStride: 2, poolPadding: 1 },
      { weights: Uint8Array.of(0) },
    );
    // Windows -1..1, 1..3, 3..5 of 9 1 4 2 3.
    expect([...computeLayer(q, Uint8Array.of(9, 1, 4, 2, 3))]).toEqual([9, 4, 3]);
  });
});

describe('inferReference', () => {
  it('should feed each layer the map of the one before, image by image', () => {
    const one = quantized({ name: 'one' }, { weights: Uint8Array.of(3) });
    const two = quantized({ name: 'two', source: 'one' }, { weights: Uint8Array.of(10) });
    const net = networkOf('n', [one, two]);
    const { maps } = inferReference(net, Uint8Array.from([1, 8]), 2);
    expect(maps.map((map) => [...map])).toEqual([
      [2, 5],
      [8, 5],
    ]);
  });

  it('should name the layer and both sizes when images do not fit', () => {
    const one = quantized({}, {});
    const net = networkOf('n', [one]);
    expect(() => inferReference(net, new Uint8Array(3), 2)).toThrow(
      'Expected 2 maps of 1x1x1 codes for layer worked, but received 3 codes.',
    );
  });
});
