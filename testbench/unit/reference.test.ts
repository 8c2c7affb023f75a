// SPDX-License-Identifier: Apache-2.0
// Hand-worked cases that pin the golden integers; each expectation was worked
// out on paper from docs/numerics.md.

import { describe, expect, it } from 'vitest';
import type { AdderLayer, QuantizedLayer } from '../../src/network/index.ts';
import { adderLayer, adderSums, fold, inferReference } from '../../src/reference/index.ts';

function layer(fields: Partial<AdderLayer>): AdderLayer {
  return {
    name: 'worked',
    input: { height: 1, width: 1, channels: 1 },
    kernelHeight: 1,
    kernelWidth: 1,
    filters: 1,
    stride: 1,
    padding: 0,
    dilation: 1,
    relu: false,
    pool: 1,
    ...fields,
  };
}

function quantized(fields: Partial<AdderLayer>, rest: Partial<QuantizedLayer>): QuantizedLayer {
  const filters = fields.filters ?? 1;
  return {
    layer: layer(fields),
    weights: new Uint8Array(1),
    mul: new Int16Array(filters).fill(1),
    add: new Float64Array(filters),
    shift: new Uint8Array(filters),
    padCode: 0,
    low: 0,
    ...rest,
  };
}

describe('adderSums', () => {
  it('should sum |x - w| over a window: 2x2 kernel on 3x2', () => {
    // x = 1 2   w = 5 0   |1-5|+|2-0|+|3-1|+|4-9| = 4+2+2+5 = 13
    //     3 4       1 9   |3-5|+|4-0|+|5-1|+|6-9| = 2+4+4+3 = 13
    //     5 6
    const q = quantized(
      { input: { height: 3, width: 2, channels: 1 }, kernelHeight: 2, kernelWidth: 2 },
      { weights: Uint8Array.from([5, 0, 1, 9]) },
    );
    expect([...adderSums(q, Uint8Array.from([1, 2, 3, 4, 5, 6]))]).toEqual([13, 13]);
  });

  it('should read padCode, not zero, outside the map, and not skip it', () => {
    // 1x3 kernel, padding 1 on a 1x1 map of code 10, z = 7, w = 1 2 3 in the middle row, 0 elsewhere (3x3).
    const q = quantized(
      { kernelHeight: 3, kernelWidth: 3, padding: 1 },
      { weights: Uint8Array.from([0, 0, 0, 1, 2, 3, 0, 0, 0]), padCode: 7 },
    );
    // Six taps |7-0| = 42, |7-1| = 6, |10-2| = 8, |7-3| = 4.
    expect([...adderSums(q, Uint8Array.from([10]))]).toEqual([60]);
  });

  it('should step by the stride and spread taps by the dilation', () => {
    // 1x7 map 0..6, kernel 1x2 dilated by 2, stride 3: windows {0,2} and {3,5}; w = 0 0.
    const q = quantized(
      { input: { height: 1, width: 7, channels: 1 }, kernelWidth: 2, dilation: 2, stride: 3 },
      { weights: Uint8Array.from([0, 0]) },
    );
    expect([...adderSums(q, Uint8Array.from([0, 1, 2, 3, 4, 5, 6]))]).toEqual([2, 8]);
  });

  it('should order filters and channels [filter][row][column][channel]', () => {
    const q = quantized(
      { input: { height: 1, width: 1, channels: 2 }, filters: 2 },
      { weights: Uint8Array.from([1, 2, 30, 40]) },
    );
    // |10-1|+|20-2| = 27, |10-30|+|20-40| = 40.
    expect([...adderSums(q, Uint8Array.from([10, 20]))]).toEqual([27, 40]);
  });

  it('should give zero when x = w, and the largest sum when they are furthest apart', () => {
    const shape = { input: { height: 1, width: 400, channels: 1 }, kernelWidth: 400 };
    const zero = quantized(shape, { weights: new Uint8Array(400).fill(9) });
    expect([...adderSums(zero, new Uint8Array(400).fill(9))]).toEqual([0]);
    const far = quantized(shape, { weights: new Uint8Array(400) });
    expect([...adderSums(far, new Uint8Array(400).fill(255))]).toEqual([102_000]);
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
    expect(fold(with_(mul, add, shift, low), 8, 0, sum)).toBe(code);
  });
});

describe('adderLayer', () => {
  it('should max-pool codes after the fold, dropping a remainder', () => {
    // 1x1 kernel with w = 0 copies a 3x3 map; 2x2 pooling keeps one window.
    const q = quantized({ input: { height: 3, width: 3, channels: 1 }, pool: 2 }, { weights: Uint8Array.of(0) });
    expect([...adderLayer(q, 8, Uint8Array.from([1, 2, 90, 4, 3, 90, 90, 90, 90]))]).toEqual([4]);
  });

  it('should pool after a negative slope has reversed the order', () => {
    const q = quantized(
      { input: { height: 2, width: 2, channels: 1 }, pool: 2 },
      { weights: Uint8Array.of(0), mul: Int16Array.of(-1), add: Float64Array.of(100) },
    );
    expect([...adderLayer(q, 8, Uint8Array.from([1, 2, 3, 4]))]).toEqual([99]);
  });
});

describe('inferReference', () => {
  it('should feed each layer the map of the one before, image by image', () => {
    const one = quantized({}, { weights: Uint8Array.of(3) });
    const two = quantized({}, { weights: Uint8Array.of(10) });
    const net = { network: { name: 'n', layers: [one.layer, two.layer] }, bits: 8, layers: [one, two], provenance: {} };
    const { maps } = inferReference(net, Uint8Array.from([1, 8]), 2);
    expect(maps.map((map) => [...map])).toEqual([
      [2, 5],
      [8, 5],
    ]);
  });

  it('should name the layer and both sizes when images do not fit', () => {
    const one = quantized({}, {});
    const net = { network: { name: 'n', layers: [one.layer] }, bits: 8, layers: [one], provenance: {} };
    expect(() => inferReference(net, new Uint8Array(3), 2)).toThrow(
      'Expected 2 maps of 1x1x1 codes for layer worked, but received 3 codes.',
    );
  });
});
