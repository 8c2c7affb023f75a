// SPDX-License-Identifier: Apache-2.0
// The parts of training that are plain TypeScript: random numbers, maps of
// pictures, loss and descent.

import { describe, expect, it } from 'vitest';
import { writeWarp } from '../../src/train/augment.ts';
import { crossEntropy } from '../../src/train/loss.ts';
import { initModel, inputScaling } from '../../src/train/model.ts';
import { adaptiveScale, createDescent } from '../../src/train/optimizer.ts';
import { createRandom, shuffle } from '../../src/train/random.ts';
import { layerOf } from './maps.ts';

describe('random numbers', () => {
  it('should follow from seed and stream', () => {
    const take = (seed: number, stream: number) => {
      const random = createRandom(seed, stream);
      return Array.from({ length: 4 }, () => random.next());
    };
    expect(take(1, 1)).toEqual(take(1, 1));
    expect(new Set([take(1, 1), take(2, 1), take(1, 2), take(0, 1)].map(String)).size).toBe(4);
  });

  it('should be uniform, and normal with mean 0 and deviation 1', () => {
    const random = createRandom(7, 0);
    const normals = Array.from({ length: 100_000 }, () => random.normal());
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(normals.map((value) => Number(Math.abs(value) < 1.96)))).toBeCloseTo(0.95, 2);
    expect(mean(normals.map(() => random.uniform()))).toBeCloseTo(0.5, 2);
    expect(normals.every((value) => Number.isInteger(value * 65536))).toBe(true);
  });

  it('should shuffle to a permutation', () => {
    const values = Uint32Array.from({ length: 1000 }, (_, i) => i);
    shuffle(values, createRandom(3, 0));
    expect([...values].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(values.filter((value, i) => value === i).length).toBeLessThan(10);
  });

  it.each([-1, 1.5, 2 ** 32, NaN])('should refuse the seed %s', (seed) => {
    expect(() => createRandom(seed, 0)).toThrow(
      `Expected seed to be an integer from 0 to 4294967295, but received ${seed}.`,
    );
  });
});

describe('maps of pictures', () => {
  it('should move the middle by at most two pixels, and keep areas within the zoom', () => {
    const random = createRandom(5, 0);
    const warp = new Int32Array(6);
    for (let i = 0; i < 1000; i++) {
      writeWarp('affine', random, { height: 28, width: 28 }, warp, 0);
      const [xx, xy, x, yx, yy, y] = [...warp].map((value) => value / 65536) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      expect(Math.abs(xx * 13.5 + xy * 13.5 + x - 13.5)).toBeLessThan(2.001);
      expect(Math.abs(yx * 13.5 + yy * 13.5 + y - 13.5)).toBeLessThan(2.001);
      expect(Math.abs(1 / Math.sqrt(xx * yy - xy * yx) - 1)).toBeLessThan(0.101);
    }
  });

  it('should shift by whole pixels', () => {
    const random = createRandom(6, 0);
    const seen = new Set<string>();
    const warp = new Int32Array(6);
    for (let i = 0; i < 1000; i++) {
      writeWarp('shift', random, { height: 28, width: 28 }, warp, 0);
      expect([warp[0], warp[1], warp[3], warp[4]]).toEqual([65536, 0, 0, 65536]);
      seen.add(`${warp[2]! / 65536} ${warp[5]! / 65536}`);
    }
    expect(seen.size).toBe(25);
  });
});

describe('loss', () => {
  it('should have a gradient that agrees with finite differences', () => {
    const random = createRandom(4, 0);
    const logits = Float32Array.from({ length: 2 * 5 * 16 }, () => random.normal() * 3);
    const label = (image: number): number => image % 5;
    const gradient = new Float32Array(logits.length);
    const mean = (values: Float32Array): number => crossEntropy(values, 5, label, 32).loss / 32;
    crossEntropy(logits, 5, label, 32, gradient);
    for (let i = 0; i < logits.length; i += 7) {
      const [up, down] = [logits.slice(), logits.slice()];
      up[i]! += 1 / 256;
      down[i]! -= 1 / 256;
      expect(gradient[i]).toBeCloseTo((mean(up) - mean(down)) * 128, 5);
    }
  });

  it('should count right answers, the first of equal ones, and leave out what fills up a batch', () => {
    const logits = new Float32Array(2 * 16);
    logits[16 + 2] = 1;
    expect(crossEntropy(logits, 2, () => 0, 16).correct).toBe(15);
    expect(crossEntropy(logits, 2, () => 1, 4).correct).toBe(1);
    expect(crossEntropy(logits, 2, () => 1, 2).loss).toBeCloseTo(2 * Math.LN2, 6);
  });
});

describe('descent', () => {
  it('should scale the gradient of a layer to eta times the root of its weights', () => {
    const gradient = Float32Array.of(3, 0, 4, 0);
    expect(adaptiveScale(gradient, 0.2) * 5).toBeCloseTo(0.2 * 2, 10);
    expect(Number.isFinite(adaptiveScale(new Float32Array(4), 0.2))).toBe(true);
  });

  it('should step with momentum and weight decay', () => {
    const network = { name: 'one', layers: [layerOf({})] };
    const model = initModel(network, { mean: [0], deviation: [1], padding: 'black' }, 1);
    model.layers[0]!.weights[0] = 1;
    const descend = createDescent(model, { eta: 0.2, momentum: 0.5, weightDecay: 0.1 });
    const gradients = [{ weights: Float32Array.of(-7), gamma: Float32Array.of(2), beta: Float32Array.of(1) }];
    descend(gradients, 0.5);
    // One weight: its gradient always has length 0.2. Velocities -0.2 + 0.1, 2 + 0.1 and 1.
    const { weights, gamma, beta } = model.layers[0]!;
    expect([weights[0], gamma[0], beta[0]].map((value) => value!.toFixed(6))).toEqual([
      '1.050000',
      '-0.050000',
      '-0.500000',
    ]);
    descend(gradients, 0.5);
    // Velocities -0.05 - 0.2 + 0.105, 1.05 + 2 - 0.005 and 0.5 + 1 - 0.05.
    expect([weights[0], gamma[0], beta[0]].map((value) => value!.toFixed(6))).toEqual([
      '1.122500',
      '-1.572500',
      '-1.225000',
    ]);
  });
});

it('should scale pixels to mean 0 and deviation 1', () => {
  const { mean, deviation } = inputScaling(Uint8Array.of(0, 255, 255, 0));
  expect([mean, deviation]).toEqual([0.5, 0.5]);
  expect(inputScaling(Uint8Array.of(255, 255))).toEqual({ mean: 1, deviation: 1 });
});
