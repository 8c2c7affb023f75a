// SPDX-License-Identifier: Apache-2.0
// The float kernels of an adder layer against plain loops, on random small layers.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { convolvedLength, dimsOf, inputLength, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { type Layer, layerGeometry, mapSize } from '../../src/network/index.ts';
import { createRandom } from '../../src/train/random.ts';
import { fromLanes, lanes, layerOf, smallLayers, toLanes } from './maps.ts';
import { keptLength, plainFilterGradient, plainForward, plainInputGradient } from './plain.ts';

const chunks = 2;
const pad = -0.5;
let kernel: Kernel;
let alone: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
  alone = await loadKernel({ threads: 1 });
});

/** Random inputs, weights wider than them, and gradients for two chunks. */
function randomTensors(layer: Layer, seed: number) {
  const random = createRandom(seed, 0);
  const array = (length: number, scale: number) => Float32Array.from({ length }, () => random.normal() * scale);
  const batch = Array.from({ length: chunks * lanes });
  const images = batch.map(() => array(mapSize(layer.input), 1));
  const gradients = batch.map(() => array(keptLength(layer), 1));
  const weights = array(layer.filters * layerGeometry(layer).taps, 2);
  const { output } = layerGeometry(layer);
  const kept = { height: output.height * layer.pool, width: output.width * layer.pool, channels: layer.filters };
  const x = toLanes(images, { ...layer.input, padding: layer.padding }, pad);
  return { images, gradients, weights, x, dy: toLanes(gradients, { ...kept, padding: 0 }) };
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, scale: number): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    if (!(Math.abs(got[i]! - expected[i]!) <= 2e-6 * scale)) expect([i, got[i]]).toEqual([i, expected[i]]);
  }
}

describe('adder kernels', () => {
  it('should sum as plain loops do', () => {
    fc.assert(
      fc.property(smallLayers(), fc.nat(), (layer, seed) => {
        const { images, weights, x } = randomTensors(layer, seed);
        const dims = dimsOf(layer, chunks, 0);
        const y = new Float32Array(convolvedLength(dims));
        kernel.forward(dims, x, weights, y);
        images.forEach((image, index) => {
          const expected = plainForward(layer, image, weights, pad);
          expectClose(fromLanes(y, index, expected.length), expected, 4 * layerGeometry(layer).taps);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('should carry gradients to the input as plain loops do', () => {
    fc.assert(
      fc.property(smallLayers(), fc.nat(), (layer, seed) => {
        const { images, gradients, weights, x, dy } = randomTensors(layer, seed);
        const { height, width, channels } = layer.input;
        const dims = dimsOf(layer, chunks, 0);
        const dx = new Float32Array(inputLength(dims));
        kernel.inputGradient(dims, x, weights, dy, dx);
        const padded = (height + 2 * layer.padding) * (width + 2 * layer.padding) * channels;
        images.forEach((image, index) => {
          const all = fromLanes(dx, index, padded);
          const expected = plainInputGradient(layer, image, weights, gradients[index]!);
          const inner = expected.map((_, i) => {
            const [row, rest] = [Math.floor(i / (width * channels)), i % (width * channels)];
            return all[((row + layer.padding) * (width + 2 * layer.padding) + layer.padding) * channels + rest]!;
          });
          expectClose(inner, expected, 4 * layerGeometry(layer).taps * layer.filters);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("should give the paper's filter gradient when the gradients of a filter add up to zero", () => {
    fc.assert(
      fc.property(smallLayers(), fc.nat(), (layer, seed) => {
        const { images, gradients, weights, x } = randomTensors(layer, seed);
        const { filters } = layer;
        const perFilter = (gradients.length * keptLength(layer)) / filters;
        const means = new Float64Array(filters);
        for (const image of gradients) image.forEach((value, i) => (means[i % filters]! += value / perFilter));
        for (const image of gradients) image.forEach((value, i) => (image[i] = value - means[i % filters]!));
        const { output } = layerGeometry(layer);
        const kept = { height: output.height * layer.pool, width: output.width * layer.pool, channels: filters };
        const dims = dimsOf(layer, chunks, 0);
        const dw = new Float32Array(weights.length);
        kernel.filterGradient(dims, x, toLanes(gradients, { ...kept, padding: 0 }), dw);
        const expected = new Float64Array(weights.length);
        images.forEach((image, index) => {
          plainFilterGradient(layer, image, weights, gradients[index]!, pad).forEach((v, i) => (expected[i]! += v));
        });
        expectClose(dw, expected, 10 * perFilter);
      }),
      { numRuns: 60 },
    );
  });

  it('should give the same bits with one thread and with two', () => {
    const layer = layerOf({
      input: { height: 9, width: 8, channels: 7 },
      kernelHeight: 3,
      kernelWidth: 2,
      filters: 13,
    });
    const { weights, x, dy } = randomTensors(layer, 5);
    const dims = dimsOf(layer, chunks, 0);
    const run = (by: Kernel) => {
      const y = new Float32Array(convolvedLength(dims));
      const dx = new Float32Array(x.length);
      const dw = new Float32Array(weights.length);
      by.forward(dims, x, weights, y);
      by.inputGradient(dims, x, weights, dy, dx);
      by.filterGradient(dims, x, dy, dw);
      return { y, dx, dw };
    };
    expect(run(kernel)).toEqual(run(alone));
  });

  it.each([
    ['a short array', () => kernel.forward(dimsOf(layerOf({}), 1, 0), new Float32Array(15), one, sixteen()), 'hold 16'],
    ['a wrong type', () => kernel.forward(dimsOf(layerOf({}), 1, 0), one.map(Number) as never, one, sixteen()), 'hold'],
    [
      'an array of doubles',
      () => kernel.forward(dimsOf(layerOf({}), 1, 0), new Float64Array(16) as never, one, sixteen()),
      'of its type',
    ],
    [
      'sizes that do not fit',
      () => kernel.forward({ ...dimsOf(layerOf({}), 1, 0), outHeight: 2 }, sixteen(), one, new Float32Array(32)),
      'fit each other',
    ],
    [
      'no pictures',
      () => kernel.loadImages(size, new Uint8Array(0), new Uint32Array(16), undefined, 1, 0, sixteen()),
      'in the data',
    ],
  ])('should refuse %s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  it('should refuse a number of threads that is not from 1 to 64', async () => {
    await expect(loadKernel({ threads: 0 })).rejects.toThrow('Expected threads to be an integer from 1 to 64');
  });
});

const one = new Float32Array(1);
const sixteen = () => new Float32Array(16);
const size = { chunks: 1, height: 1, width: 1, channels: 1, padding: 0 };
