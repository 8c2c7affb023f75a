// SPDX-License-Identifier: Apache-2.0
// The parts of training that are plain TypeScript: random numbers, maps of
// pictures, loss and descent.

import { describe, expect, it } from 'vitest';
import { writeWarp } from '../../src/train/augment.ts';
import { lenet5, twinOf } from '../../src/network/index.ts';
import { addTeaching, crossEntropy } from '../../src/train/loss.ts';
import { initModel, inputScaling } from '../../src/train/model.ts';
import { adaptiveScale, descend, restingVelocities } from '../../src/train/optimizer.ts';
import { createRandom, shuffle } from '../../src/train/random.ts';
import { cosineRate, powerAt } from '../../src/train/schedule.ts';
import { completeRecipe, usualRecipe } from '../../src/train/settings.ts';
import { layerOf } from '../support/layer-of.ts';

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

  it('should cut from a margin of four pixels, and mirror half the time', () => {
    const random = createRandom(6, 0);
    const seen = new Set<string>();
    let mirrored = 0;
    const warp = new Int32Array(6);
    for (let i = 0; i < 4000; i++) {
      writeWarp('crop-flip', random, { height: 32, width: 32 }, warp, 0);
      const [xx, xy, x, yx, yy, y] = [...warp].map((value) => value / 65536);
      expect([Math.abs(xx!), xy, yx, yy]).toEqual([1, 0, 0, 1]);
      if (xx === -1) mirrored++;
      // The left-most pixel of a mirrored picture is the right-most one.
      seen.add(`${xx === -1 ? x! - 31 : x} ${y}`);
    }
    expect(seen.size).toBe(81);
    expect(mirrored / 4000).toBeCloseTo(0.5, 1);
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

  it("should mix a teacher's softened answers in, with a gradient that agrees with finite differences", () => {
    const random = createRandom(8, 0);
    const [logits, wanted] = [0, 1].map(() => Float32Array.from({ length: 5 * 16 }, () => random.normal() * 3));
    const [share, temperature] = [0.6, 3];
    const soft = (values: Float32Array, image: number): number[] => {
      const powers = Array.from({ length: 5 }, (_, c) => Math.exp(values[c * 16 + image]! / temperature));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map((power) => power / sum);
    };
    // Mean over images of (1 - share) CE + share temperature^2 CE(softened).
    const mean = (values: Float32Array): number => {
      let sum = (1 - share) * crossEntropy(values, 5, (image) => image % 5, 16).loss;
      for (let image = 0; image < 16; image++) {
        const own = soft(values, image);
        soft(wanted!, image).forEach((q, c) => (sum -= share * temperature ** 2 * q * Math.log(own[c]!)));
      }
      return sum / 16;
    };
    const gradient = new Float32Array(logits!.length);
    crossEntropy(logits!, 5, (image) => image % 5, 16, gradient);
    addTeaching(logits!, 5, 16, { logits: wanted!, share, temperature }, gradient);
    for (let i = 0; i < gradient.length; i += 3) {
      const [up, down] = [logits!.slice(), logits!.slice()];
      up[i]! += 1 / 256;
      down[i]! -= 1 / 256;
      expect(gradient[i]).toBeCloseTo((mean(up) - mean(down)) * 128, 4);
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

  const layers = (cell: 'adder' | 'multiply') => [layerOf({ cell })];

  it('should step with momentum and weight decay', () => {
    const model = initModel(
      { name: 'one', layers: layers('adder') },
      { mean: [0], deviation: [1], padding: 'black' },
      1,
    );
    model.layers[0]!.weights[0] = 1;
    const velocities = restingVelocities(model);
    const gradients = [{ weights: Float32Array.of(-7), gamma: Float32Array.of(2), beta: Float32Array.of(1) }];
    const options = { eta: 0.2, momentum: 0.5, weightDecay: 0.1 };
    descend(model, velocities, gradients, 0.5, options);
    // One weight: its gradient always has length 0.2. Velocities -0.2 + 0.1, 2 + 0.1 and 1.
    const { weights, gamma, beta } = model.layers[0]!;
    const now = () => [weights[0], gamma[0], beta[0]].map((value) => value!.toFixed(6));
    expect(now()).toEqual(['1.050000', '-0.050000', '-0.500000']);
    descend(model, velocities, gradients, 0.5, options);
    // Velocities -0.05 - 0.2 + 0.105, 1.05 + 2 - 0.005 and 0.5 + 1 - 0.05.
    expect(now()).toEqual(['1.122500', '-1.572500', '-1.225000']);
  });

  it('should take the gradients of layers that multiply as they are', () => {
    const model = initModel(
      { name: 'one', layers: layers('multiply') },
      { mean: [0], deviation: [1], padding: 'black' },
      1,
    );
    model.layers[0]!.weights[0] = 1;
    const gradients = [{ weights: Float32Array.of(-7), gamma: Float32Array.of(0), beta: Float32Array.of(0) }];
    descend(model, restingVelocities(model), gradients, 0.5, { eta: 0.2, momentum: 0.5, weightDecay: 0 });
    expect(model.layers[0]!.weights[0]).toBe(4.5);
  });
});

describe('what training starts from', () => {
  const deviationOf = (values: Float32Array): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

  it('should be N(0, 1) where a layer adds, and N(0, 2 / taps) where it multiplies', () => {
    const input = { mean: [0], deviation: [1], padding: 'black' } as const;
    const [adder, twin] = [lenet5, twinOf(lenet5)].map((network) => initModel(network, input, 1).layers[2]!.weights);
    expect(deviationOf(adder!)).toBeCloseTo(1, 1);
    expect(deviationOf(twin!) / Math.sqrt(2 / 400)).toBeCloseTo(1, 1);
  });

  const images = Uint8Array.of(0, 10, 255, 30, 255, 10, 0, 30);
  const scaling = (channels: number, cell: 'adder' | 'multiply') =>
    inputScaling({ images, channels }, [layerOf({ cell })]);

  it('should scale every channel to mean 0 and deviation 1 where products read it', () => {
    const { mean, deviation, padding } = scaling(4, 'multiply');
    expect([mean.map((value) => value * 255), deviation.map((value) => value * 255), padding]).toEqual([
      [127.5, 10, 127.5, 30],
      [127.5, 255, 127.5, 255],
      'zero',
    ]);
  });

  it('should give all channels one deviation where distances read them', () => {
    const { mean, deviation } = scaling(4, 'adder');
    expect(mean.map((value) => value * 255)).toEqual([127.5, 10, 127.5, 30]);
    expect(new Set(deviation).size).toBe(1);
    expect(deviation[0]! * 255).toBeCloseTo(127.5 / Math.SQRT2, 9);
  });

  it('should have black around pictures of one channel, and any scale for pictures of one colour', () => {
    const one = inputScaling({ images: Uint8Array.of(255, 255), channels: 1 }, [layerOf({})]);
    expect(one).toEqual({ mean: [1], deviation: [1], padding: 'black' });
  });
});

describe('schedules', () => {
  it('should let the rate fall to 0 along a cosine', () => {
    expect([0, 0.5, 1].map((done) => cosineRate(0.2, done))).toEqual([0.2, 0.1, 0]);
  });

  it('should let the power fall to 1 in equal steps, and stay there', () => {
    expect([0, 1, 2, 3, 4, 9].map((epoch) => powerAt(epoch, 2, 4))).toEqual([2, 1.75, 1.5, 1.25, 1, 1]);
    expect(powerAt(0, 1, 0)).toBe(1);
    expect(powerAt(0, 2, 0)).toBe(1);
  });
});

describe('recipes', () => {
  it('should be filled up', () => {
    const recipe = completeRecipe(usualRecipe(lenet5), { rate: 0.5, powerFrom: 2, epochs: 7, seed: undefined });
    expect(recipe).toMatchObject({
      seed: 1,
      epochs: 7,
      rate: 0.5,
      powerFrom: 2,
      powerEpochs: 3,
      augmentation: 'affine',
    });
  });

  it.each([
    [{ epochs: 0 }, 'Expected epochs to be an integer from 1 to 1000, but received 0.'],
    [{ seed: -1 }, 'Expected seed to be an integer from 0 to 4294967295, but received -1.'],
    [{ rate: 0 }, 'Expected rate to be a number above 0, but received 0.'],
    [{ rate: Infinity }, 'Expected rate to be a number above 0, but received Infinity.'],
    [{ eta: NaN }, 'Expected eta to be a number above 0, but received NaN.'],
    [{ momentum: 1 }, 'Expected momentum to be a number from 0 to below 1, but received 1.'],
    [{ weightDecay: -1 }, 'Expected weightDecay to be a number of at least 0, but received -1.'],
    [{ powerFrom: 3 }, 'Expected powerFrom to be a number from 1 to 2, but received 3.'],
    [{ powerEpochs: 20 }, 'Expected powerEpochs to be an integer from 0 to 19, but received 20.'],
    [{ augmentation: 'blur' as never }, 'one of none, shift, affine, crop-flip, but received blur.'],
  ])('should refuse %o', (options, message) => {
    expect(() => completeRecipe(usualRecipe(lenet5), options)).toThrow(message);
  });
});
