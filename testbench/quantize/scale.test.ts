// SPDX-License-Identifier: Apache-2.0
// What codes mean, and how much of a map's range they cover.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseScale, scoreRange, spreadError, spreadOf } from '../../src/quantize/range.ts';
import { averagedScale, pixelScales, reachableStep, scoreScale, withStep } from '../../src/quantize/scale.ts';
import { pixelCodes } from '../../src/quantize/index.ts';

describe('scales', () => {
  it('should give black the code 0 and white the largest, for every channel', () => {
    const scales = pixelScales({ mean: [0.13, 0.5], deviation: [0.3, 0.2], padding: 'black' }, 8);
    expect((0 - scales[0]!.zero) * scales[0]!.step).toBeCloseTo(-0.13 / 0.3, 10);
    expect((255 - scales[1]!.zero) * scales[1]!.step).toBeCloseTo((1 - 0.5) / 0.2, 10);
  });

  it('should give zero a code of its own between layers', () => {
    expect(withStep({ low: 0, high: 5.1 }, 0.02, 8)).toEqual({ step: 0.02, zero: 0 });
    expect(withStep({ low: -1, high: 2 }, 1, 2)).toEqual({ step: 1, zero: 1 });
    expect(withStep({ low: 0, high: 0 }, 1, 8)).toEqual({ step: 1, zero: 0 });
    // Both ends are cut in proportion: a third of the range is below zero.
    expect(withStep({ low: -10, high: 20 }, 1, 4)).toEqual({ step: 1, zero: 5 });
    expect(withStep({ low: -4, high: 0 }, 1, 2)).toEqual({ step: 1, zero: 3 });
  });

  it('should spread the scores over all codes', () => {
    expect(scoreScale({ low: 1, high: 4 }, 2)).toEqual({ step: 1, zero: -1 });
    expect(scoreScale({ low: 1, high: 1 }, 2)).toEqual({ step: 1, zero: -1 });
    expect(scoreScale({ low: 0, high: 4 }, 2, 'power-of-two')).toEqual({ step: 2, zero: 0 });
  });

  it('should reach the step of a shortcut by few powers of two', () => {
    expect(reachableStep(0.7, 1, Infinity)).toBeCloseTo(0.7, 12);
    expect(reachableStep(0.7, 1, 1)).toBe(1);
    expect(reachableStep(0.7, 1, 2)).toBeCloseTo(1 / 1.5, 12);
  });

  it('should know what sums of codes mean that are shifted and not divided', () => {
    // 7x7 codes of 0.1, shifted by 5: the mean of 10 codes, 1, is floor(490 / 32) = 15 codes.
    const { step, zero } = averagedScale({ step: 0.1, zero: 0 }, 7, 5);
    expect(Math.abs(15 * step - 1)).toBeLessThan(step);
    expect(zero).toBe(0);
  });
});

describe('choice of a range', () => {
  const map = (values: readonly number[]): Float32Array => Float32Array.from(values);
  const any = { scales: 'any', search: true } as const;

  it('should count values above zero alone after a ReLU', () => {
    const { low, high, bins } = spreadOf(map([-3, 0, 1, 2]), true);
    expect([low, high, bins.reduce((sum, count) => sum + count, 0)]).toEqual([0, 2, 2]);
    const both = spreadOf(map([-3, 0, 1, 2]), false);
    expect([both.low, both.high, both.bins.reduce((sum, count) => sum + count, 0)]).toEqual([-3, 2, 4]);
  });

  it('should cover the whole range where it is told not to search', () => {
    const spread = spreadOf(map([-3, 12]), false);
    expect(chooseScale(spread, 4, { scales: 'any', search: false })).toEqual({ step: 1, zero: 3 });
    expect(chooseScale(spread, 4, { scales: 'power-of-two', search: false })).toEqual({ step: 1, zero: 3 });
    expect(chooseScale(spread, 3, { scales: 'power-of-two', search: false }).step).toBe(4);
  });

  it('should cut off one large value among many, the more so the fewer bits there are', () => {
    const values = [...Array.from({ length: 10_000 }, (_, i) => (i % 100) / 100), 4];
    const spread = spreadOf(map(values), true);
    const covered = [2, 4, 8].map((bits) => chooseScale(spread, bits, any).step * (2 ** bits - 1));
    expect(covered[0]).toBeLessThan(covered[1]!);
    expect(covered[1]).toBeLessThan(2);
    expect(covered[2]).toBeGreaterThan(3);
  });

  it('should take the least error of the scales tried, and a step that it is given for', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 100, noNaN: true }), { minLength: 1 }), (values) => {
        const spread = spreadOf(map(values), true);
        const chosen = chooseScale(spread, 4, any);
        const whole = chooseScale(spread, 4, { ...any, search: false });
        expect(spreadError(spread, chosen, 4)).toBeLessThanOrEqual(spreadError(spread, whole, 4) * 1.05 + 1e-9);
        const snapped = chooseScale(spread, 4, any, (step) => 2 ** Math.round(Math.log2(step)));
        expect(Number.isInteger(Math.log2(snapped.step))).toBe(true);
      }),
    );
  });

  it('should take any step for a map of zeros', () => {
    expect(chooseScale(spreadOf(map([0, 0]), true), 8, any).step).toBeGreaterThan(0);
    expect(chooseScale(spreadOf(map([-1, 0]), true), 8, any).zero).toBe(0);
  });

  it('should hold the scores of all that won or came second', () => {
    expect(
      scoreRange([
        [5, 3, -9],
        [-20, 1, 2],
      ]),
    ).toEqual({ low: 1, high: 5 });
    expect(scoreRange([[4], [2]])).toEqual({ low: 2, high: 4 });
  });
});

it('should round pixels to the nearest code, and leave eight bits as they are', () => {
  const pixels = Uint8Array.of(0, 42, 43, 127, 128, 255);
  expect(pixelCodes(pixels, 8)).toBe(pixels);
  expect([...pixelCodes(pixels, 2)]).toEqual([0, 0, 1, 1, 2, 3]);
  expect([...pixelCodes(pixels, 16)]).toEqual([0, 42, 43, 127, 128, 255].map((pixel) => pixel * 257));
});
