// SPDX-License-Identifier: Apache-2.0
// Float layers against the integers made of them: the clamp of the weights loses
// nothing, and codes are near the values they stand for.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatLayer } from '../../src/network/index.ts';
import { mapScale, pixelScale, scoreScale } from '../../src/quantize/scale.ts';
import { quantizeLayer, quantizeWeights } from '../../src/quantize/layer.ts';
import { computeLayer } from '../../src/reference/index.ts';
import { pixelCodes } from '../../src/quantize/index.ts';
import { createRandom } from '../../src/train/random.ts';
import { layerOf } from '../train/maps.ts';

describe('clamp of the weights', () => {
  it('should change no sum by more than the rounding of the codes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 16 }), fc.nat(40), (seed, bits, zero) => {
        const random = createRandom(seed, 0);
        const scale = { step: 5 / (2 ** bits - 1), zero: Math.min(zero, 2 ** bits - 1) };
        const weights = Float32Array.from({ length: 60 }, () => random.normal() * 8);
        const { codes, excess } = quantizeWeights(weights, 3, bits, scale);
        const x = Array.from({ length: 20 }, () => Math.floor(random.uniform() * 2 ** bits));
        for (let filter = 0; filter < 3; filter++) {
          let [exact, integer] = [0, 0];
          x.forEach((code, tap) => {
            exact += Math.abs((code - scale.zero) * scale.step - weights[filter * 20 + tap]!);
            integer += Math.abs(code - codes[filter * 20 + tap]!);
          });
          expect(Math.abs(integer * scale.step + excess[filter]! - exact)).toBeLessThanOrEqual(10 * scale.step + 1e-9);
        }
      }),
    );
  });
});

describe('quantized layer', () => {
  const layer = layerOf({
    input: { height: 3, width: 3, channels: 2 },
    kernelHeight: 2,
    kernelWidth: 2,
    filters: 4,
    padding: 1,
  });

  /** A layer whose four filters slope up, down, not at all, and down steeply. */
  function floatLayer(seed: number, relu: boolean): FloatLayer {
    const random = createRandom(seed, 0);
    return {
      layer: { ...layer, relu },
      weights: Float32Array.from({ length: 32 }, () => random.normal() * 6),
      gamma: Float32Array.of(1.2, -0.8, 0, -3),
      beta: Float32Array.of(0.4, 0.7, 1.25, 0.1),
      mean: Float32Array.of(-40, -38, -42, -41),
      variance: Float32Array.of(30, 40, 1e-12, 25),
    };
  }

  /** a = gamma (y - mean) / sqrt(variance + epsilon) + beta of one image, with zero padding. */
  function plain({ weights, gamma, beta, mean, variance }: FloatLayer, x: readonly number[]): number[] {
    const out: number[] = [];
    for (let row = -1; row < 3; row++)
      for (let column = -1; column < 3; column++)
        for (let f = 0; f < 4; f++) {
          let y = 0;
          for (let tap = 0; tap < 8; tap++) {
            const [r, c] = [row + (tap >> 2), column + ((tap >> 1) & 1)];
            const inside = r >= 0 && r < 3 && c >= 0 && c < 3;
            y -= Math.abs((inside ? x[(r * 3 + c) * 2 + (tap & 1)]! : 0) - weights[f * 8 + tap]!);
          }
          out.push((gamma[f]! * (y - mean[f]!)) / Math.sqrt(variance[f]! + 1e-5) + beta[f]!);
        }
    return out;
  }

  it.each([true, false])('should give codes near the float values, slopes of every kind (relu %s)', (relu) => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(8, 10, 12), (seed, bits) => {
        const float = floatLayer(seed, relu);
        const random = createRandom(seed, 1);
        const top = 2 ** bits - 1;
        const input = mapScale({ low: 0, high: 4 }, true, bits);
        const output = mapScale({ low: -6, high: 6 }, relu, bits);
        const codes = Array.from({ length: 18 }, () => Math.floor(random.uniform() * 2 ** bits));
        const quantized = quantizeLayer(float, bits, { input, output, padCode: 0 });
        expect(quantized.low).toBe(relu ? output.zero : 0);
        const got = computeLayer(quantized, bits > 8 ? Uint16Array.from(codes) : Uint8Array.from(codes));
        const expected = plain(
          float,
          codes.map((code) => code * input.step),
        );
        expected.forEach((value, i) => {
          const f = i % 4;
          // Eight taps may each be off by half an input code.
          const slope = Math.abs(float.gamma[f]!) / Math.sqrt(float.variance[f]! + 1e-5);
          const code = Math.min(Math.max(value / output.step + output.zero, relu ? output.zero : 0), top);
          expect(Math.abs(got[i]! - code)).toBeLessThanOrEqual(
            (4 * input.step * slope) / output.step + 0.51 + top / 1024,
          );
        });
        expect(quantized.mul[2]).toBe(0);
        expect([Math.sign(quantized.mul[0]!), Math.sign(quantized.mul[1]!)]).toEqual([-1, 1]);
      }),
    );
  });
});

describe('scales', () => {
  it('should give black the code 0 and white the largest', () => {
    const { step, zero } = pixelScale({ mean: [0.13], deviation: [0.3], padding: 'black' }, 8);
    expect((0 - zero) * step).toBeCloseTo(-0.13 / 0.3, 10);
    expect((255 - zero) * step).toBeCloseTo((1 - 0.13) / 0.3, 10);
  });

  it('should give zero a code of its own between layers', () => {
    expect(mapScale({ low: 0, high: 5.1 }, true, 8)).toEqual({ step: 5.1 / 255, zero: 0 });
    expect(mapScale({ low: -1, high: 2 }, false, 2)).toEqual({ step: 1, zero: 1 });
    expect(mapScale({ low: 1, high: 2 }, false, 2)).toEqual({ step: 2 / 3, zero: 0 });
    expect(mapScale({ low: 0, high: 0 }, true, 8)).toEqual({ step: 1, zero: 0 });
  });

  it('should spread the scores over all codes', () => {
    expect(scoreScale({ low: 1, high: 4 }, 2)).toEqual({ step: 1, zero: -1 });
    expect(scoreScale({ low: 1, high: 1 }, 2)).toEqual({ step: 1, zero: -1 });
  });
});

it('should round pixels to the nearest code, and leave eight bits as they are', () => {
  const pixels = Uint8Array.of(0, 42, 43, 127, 128, 255);
  expect(pixelCodes(pixels, 8)).toBe(pixels);
  expect([...pixelCodes(pixels, 2)]).toEqual([0, 0, 1, 1, 2, 3]);
  expect([...pixelCodes(pixels, 16)]).toEqual([0, 42, 43, 127, 128, 255].map((pixel) => pixel * 257));
});
