// SPDX-License-Identifier: Apache-2.0
// Weights in codes: the clamp of those that add loses nothing, those that multiply keep their sums within 32 bits.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCodes } from '../../src/network/index.ts';
import { adderWeights, type LayerInput, multiplyWeights } from '../../src/quantize/weights.ts';
import { createRandom } from '../../src/train/random.ts';
import { layerOf } from '../support/layer-of.ts';

function repeated<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

function inputOf(
  bits: number,
  scales: LayerInput['scales'],
  pads: readonly number[] = scales.map(() => 0),
): LayerInput {
  const padCodes = newCodes(bits, scales.length);
  padCodes.set(pads);
  return { scales, bits, padCodes };
}

describe('weights that add', () => {
  it('should change no sum by more than the rounding of the codes, however far they are clamped', () => {
    const layer = layerOf({ input: { height: 1, width: 1, channels: 20 }, filters: 3 });
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 16 }), fc.nat(40), (seed, bits, zero) => {
        const random = createRandom(seed, 0);
        const scale = { step: 5 / (2 ** bits - 1), zero: Math.min(zero, 2 ** bits - 1) };
        const weights = Float32Array.from({ length: 60 }, () => random.normal() * 8);
        const made = adderWeights(layer, weights, inputOf(bits, repeated(20, scale)));
        const x = Array.from({ length: 20 }, () => Math.floor(random.uniform() * 2 ** bits));
        for (let filter = 0; filter < 3; filter++) {
          let [exact, sum] = [0, 0];
          x.forEach((code, tap) => {
            exact -= Math.abs((code - scale.zero) * scale.step - weights[filter * 20 + tap]!);
            sum += Math.abs(code - made.weights[filter * 20 + tap]!);
          });
          const value = made.unit[filter]! * sum + made.base[filter]!;
          // Half a code for each of twenty taps.
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(10 * scale.step + 1e-9);
        }
      }),
    );
  });

  it('should be clamped into the range of the map, with the constant of what was cut off', () => {
    const layer = layerOf({ input: { height: 1, width: 1, channels: 3 } });
    const scale = { step: 0.5, zero: 2 };
    const { weights, unit, base } = adderWeights(layer, Float32Array.of(-3, 0.5, 7), inputOf(2, [scale, scale, scale]));
    // Codes 0 to 3 are -1 to 0.5: 2 below, and 6.5 above.
    expect([...weights]).toEqual([0, 3, 3]);
    expect([...unit]).toEqual([-0.5]);
    expect([...base]).toEqual([-8.5]);
  });

  it('should have the zero of their own channel, in groups too', () => {
    const layer = layerOf({ input: { height: 1, width: 1, channels: 4 }, filters: 2, groups: 2 });
    const scales = [0, 1, 2, 3].map((zero) => ({ step: 1, zero }));
    expect([...adderWeights(layer, Float32Array.of(1, 1, 1, 1), inputOf(8, scales)).weights]).toEqual([1, 2, 3, 4]);
  });

  it('should refuse channels of different steps, which have no common unit', () => {
    const layer = layerOf({ name: 'first', input: { height: 1, width: 1, channels: 2 } });
    const scales = [
      { step: 0.5, zero: 0 },
      { step: 0.25, zero: 0 },
    ];
    expect(() => adderWeights(layer, Float32Array.of(1, 1), inputOf(8, scales))).toThrow(
      'Expected the channels that adder layer first reads to have one scale, but received steps of 0.5 and 0.25: ' +
        'an adder layer that reads pictures needs equal deviations.',
    );
  });
});

describe('weights that multiply', () => {
  const layer = layerOf({ cell: 'multiply', input: { height: 1, width: 1, channels: 5 }, filters: 2 });

  it('should give sums near the real ones, with a scale and a padding code of every channel', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 4, max: 16 }),
        fc.integer({ min: 6, max: 16 }),
        (seed, bits, edgeBits) => {
          const random = createRandom(seed, 0);
          const top = 2 ** bits - 1;
          const scales = Array.from({ length: 5 }, () => ({
            step: (0.5 + random.uniform()) / top,
            zero: random.uniform() * top,
          }));
          const pads = scales.map(({ zero }) => Math.round(zero));
          const weights = Float32Array.from({ length: 10 }, () => random.normal());
          const made = multiplyWeights(layer, weights, inputOf(bits, scales, pads), edgeBits);
          const x = Array.from({ length: 5 }, () => Math.floor(random.uniform() * (top + 1)));
          for (let filter = 0; filter < 2; filter++) {
            let [exact, sum, slack] = [0, 0, 0];
            x.forEach((code, tap) => {
              exact += (code - scales[tap]!.zero) * scales[tap]!.step * weights[filter * 5 + tap]!;
              sum += (code - pads[tap]!) * made.weights[filter * 5 + tap]!;
              slack += Math.abs(code - pads[tap]!) * 0.5 * made.unit[filter]!;
            });
            expect(Math.abs(made.unit[filter]! * sum + made.base[filter]! - exact)).toBeLessThanOrEqual(slack + 1e-9);
          }
        },
      ),
    );
  });

  it('should use the largest code of their width for the largest weight of every filter', () => {
    const scale = { step: 1, zero: 0 };
    const weights = Float32Array.of(1, -0.5, 0, 0, 0, 0.05, 0, -0.2, 0, 0);
    const made = multiplyWeights(layer, weights, inputOf(8, repeated(5, scale)), 8);
    expect([...made.weights]).toEqual([127, -63, 0, 0, 0, 32, 0, -127, 0, 0]);
  });

  it('should stay within sums of 31 bits and a sign where codes are wide', () => {
    const wide = layerOf({ cell: 'multiply', input: { height: 1, width: 1, channels: 4096 } });
    const scale = { step: 1, zero: 0 };
    const weights = new Float32Array(4096).fill(1);
    const made = multiplyWeights(wide, weights, inputOf(16, repeated(4096, scale)), 16);
    const sum = Array.from(made.weights, Math.abs).reduce((total, weight) => total + weight);
    expect(sum * 65535).toBeLessThan(2 ** 31);
    expect(Math.min(...made.weights)).toBeGreaterThan(0);
  });

  it('should take a unit that is asked for, and be zeros where all weights are', () => {
    const scale = { step: 1, zero: 0 };
    const weights = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const made = multiplyWeights(layer, weights, inputOf(8, repeated(5, scale)), 8, (_, unit) => 2 * unit);
    expect([...made.weights]).toEqual([64, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(made.unit[1]).toBe(1);
  });
});
