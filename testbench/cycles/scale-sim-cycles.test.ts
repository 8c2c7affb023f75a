// SPDX-License-Identifier: Apache-2.0
// SCALE-Sim's counts as it prints them itself: golden reports of its repository (test/general), its validation
// topologies, and sums over its topologies of ResNet-18 and AlexNet. Its printed totals are the formula less one.

import { describe, expect, it } from 'vitest';
import {
  type Dataflow,
  dataflows,
  gemmOf,
  type ScaleSimLayer,
  scaleSimCycles,
  scaleSimLayer,
} from '../../src/cycles/index.ts';
import { layerOf } from '../support/layer-of.ts';

/** A layer from the columns of a topology file. */
function conv([h, w, r, s, c, k, stride]: readonly number[]): ScaleSimLayer {
  return {
    name: 'layer',
    height: h!,
    width: w!,
    filterHeight: r!,
    filterWidth: s!,
    channels: c!,
    filters: k!,
    strideHeight: stride!,
    strideWidth: stride!,
    copies: 1,
  };
}

const square = (size: number): { rows: number; columns: number } => ({ rows: size, columns: size });

/** What SCALE-Sim prints as total cycles. */
function printed(layer: ScaleSimLayer, size: number, dataflow: Dataflow): number {
  return scaleSimCycles(gemmOf(layer), square(size), dataflow).code - 1;
}

describe('the code formula', () => {
  // Worked by hand: a 4x4 array, K = 4: 4 + 4 + 4 - 2 = 10 a fold; 5 x 5 outputs take 4 folds.
  it.each([
    [{ pixels: 4, filters: 4, taps: 4 }, 'os', 10, 14],
    [{ pixels: 5, filters: 5, taps: 4 }, 'os', 40, 56],
    [{ pixels: 5, filters: 5, taps: 4 }, 'ws', 30, 30],
    [{ pixels: 5, filters: 3, taps: 9 }, 'is', 78, 78],
    [{ pixels: 1, filters: 1, taps: 1 }, 'os', 7, 11],
  ] as const)('should give the hand-worked counts of %j %s', (gemm, dataflow, code, paper) => {
    expect(scaleSimCycles(gemm, square(4), dataflow)).toEqual({ code, paper });
  });

  const sizes = [4, 8, 16, 20, 32, 40, 50, 64, 70, 80, 90];
  it.each([
    ['os', [9, 21, 45, 57, 93, 117, 147, 189, 207, 237, 267]],
    ['ws', [13, 29, 61, 77, 125, 157, 197, 253, 277, 317, 357]],
    ['is', [13, 29, 61, 77, 125, 157, 197, 253, 277, 317, 357]],
  ] as const)('should be one more than is printed for the validation topologies, %s', (dataflow, expected) => {
    expect(sizes.map((n) => printed(conv([1, n, 1, 1, n, n, 1]), n, dataflow))).toEqual(expected);
  });

  it('should be one more than the golden reports of a matrix product', () => {
    const layer = conv([256, 256, 1, 256, 1, 128, 1]);
    expect(gemmOf(layer)).toEqual({ pixels: 256, filters: 128, taps: 256 });
    expect(dataflows.map((dataflow) => printed(layer, 32, dataflow))).toEqual([10_175, 11_199, 14_207]);
  });

  it('should be one more than the golden report of a convolution', () => {
    expect(printed(conv([224, 224, 11, 11, 3, 96, 4]), 32, 'ws')).toBe(112_283);
  });
});

/** Rows of SCALE-Sim's topologies/ispass25_models, and how often each stands there. */
const resnet18: readonly (readonly [times: number, row: readonly number[]])[] = [
  [1, [224, 224, 7, 7, 3, 64, 2]],
  [4, [56, 56, 3, 3, 64, 64, 1]],
  [1, [56, 56, 3, 3, 64, 128, 2]],
  [3, [28, 28, 3, 3, 128, 128, 1]],
  [1, [56, 56, 1, 1, 64, 128, 2]],
  [1, [28, 28, 3, 3, 128, 256, 2]],
  [3, [14, 14, 3, 3, 256, 256, 1]],
  [1, [28, 28, 1, 1, 128, 256, 2]],
  [1, [14, 14, 3, 3, 256, 512, 2]],
  [3, [7, 7, 3, 3, 512, 512, 1]],
  [1, [14, 14, 1, 1, 256, 512, 2]],
  [1, [1, 1, 1, 1, 512, 1000, 1]],
];

const alexnet = [
  [224, 224, 11, 11, 3, 96, 4],
  [27, 27, 5, 5, 96, 256, 1],
  [13, 13, 3, 3, 256, 384, 1],
  [13, 13, 3, 3, 384, 384, 1],
  [13, 13, 3, 3, 384, 256, 1],
];

describe('SCALE-Sim of ResNet-18', () => {
  it('should count a window more where the last does not fit', () => {
    expect(gemmOf(conv(resnet18[0]![1]))).toEqual({ pixels: 110 * 110, filters: 64, taps: 147 });
    expect(gemmOf(conv(resnet18[4]![1])).pixels).toBe(29 * 29);
  });

  it.each([
    [8, 24_516_862, 27_062_448, 28_629_074, 24_808_358],
    [16, 6_359_622, 7_885_584, 8_539_260, 6_506_742],
    [32, 1_718_374, 2_519_836, 2_839_018, 1_793_574],
    [64, 547_270, 910_136, 1_165_370, 586_822],
    [128, 262_391, 417_649, 595_564, 296_567],
  ])('should take these cycles on %dx%d', (size, ...expected) => {
    const sum = (dataflow: Dataflow, which: 'code' | 'paper'): number =>
      resnet18.reduce(
        (total, [times, row]) => total + times * scaleSimCycles(gemmOf(conv(row)), square(size), dataflow)[which],
        0,
      );
    expect([sum('os', 'code'), sum('ws', 'code'), sum('is', 'code'), sum('os', 'paper')]).toEqual(expected);
  });

  it('should be 1,471,181,568 products', () => {
    const products = resnet18.reduce((total, [times, row]) => {
      const { pixels, filters, taps } = gemmOf(conv(row));
      return total + times * pixels * filters * taps;
    }, 0);
    expect(products).toBe(1_471_181_568);
  });
});

describe('SCALE-Sim of AlexNet', () => {
  it.each([
    [16, 'os', 3_333_588],
    [16, 'ws', 3_823_830],
    [16, 'is', 3_920_996],
    [32, 'os', 850_965],
    [32, 'ws', 1_136_244],
    [32, 'is', 1_158_210],
  ] as const)('should take these cycles on %dx%d %s', (size, dataflow, expected) => {
    const cycles = alexnet.map((row) => scaleSimCycles(gemmOf(conv(row)), square(size), dataflow).code);
    expect(cycles.reduce((sum, count) => sum + count)).toBe(expected);
    if (size === 32 && dataflow === 'os') expect(cycles).toEqual([121_125, 334_832, 113_568, 168_864, 112_576]);
  });
});

describe('a layer of a network', () => {
  it('should become the row that has its padding in the map and its groups as copies', () => {
    const layer = layerOf({
      input: { height: 9, width: 7, channels: 6 },
      kernelHeight: 3,
      kernelWidth: 2,
      filters: 12,
      stride: 2,
      padding: 1,
      dilation: 2,
      groups: 3,
    });
    // Rows (9 + 2 - 5) / 2 + 1 = 4, columns (7 + 2 - 3) / 2 + 1 = 4.
    expect(scaleSimLayer(layer)).toEqual({ ...conv([9, 8, 3, 2, 2, 4, 2]), copies: 3 });
    expect(gemmOf(scaleSimLayer(layer))).toEqual({ pixels: 16, filters: 4, taps: 12 });
  });
});
