// SPDX-License-Identifier: Apache-2.0
// The sums of a layer and their gradients against plain loops, on random small
// layers: adders by the paper's rule, norms, and layers that multiply.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { type Layer, layerGeometry, mapSize } from '../../src/network/index.ts';
import { layerOf } from '../support/layer-of.ts';
import { dimsAlone, fromLanes, lanes, normals, smallLayers, toLanes } from './maps.ts';
import { plainFilterGradient, plainForward, plainInputGradient, reached } from './plain.ts';

const chunks = 2;
const pad = -0.5;
let kernel: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

/** Random inputs, weights wider than them, and gradients for two chunks; `wider` is how much the border exceeds the padding. */
function randomTensors(layer: Layer, seed: number, wider: number) {
  const batch = Array.from({ length: chunks * lanes }, (_, image) => image);
  const images = batch.map((image) => normals(seed, image, mapSize(layer.input)));
  const gradients = batch.map((image) => normals(seed, 100 + image, mapSize(reached(layer))));
  const weights = normals(seed, 99, layer.filters * layerGeometry(layer).taps, 2);
  const x = toLanes(images, layer.input, layer.padding + wider, pad);
  return { images, gradients, weights, x, dy: toLanes(gradients, reached(layer)) };
}

/** A layer with its power: 0 where it multiplies, 1 for the paper's rule, or that of a norm. */
const powered = (): fc.Arbitrary<readonly [Layer, number]> =>
  fc
    .tuple(smallLayers(), fc.constantFrom(1, 1, 1.25, 2))
    .map(([layer, power]) => [layer, layer.cell === 'multiply' ? 0 : power]);

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, scale: number): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) {
    if (!(Math.abs(got[i]! - expected[i]!) <= 2e-6 * scale)) expect([i, got[i]]).toEqual([i, expected[i]]);
  }
}

describe('sums of a layer', () => {
  it('should be those of plain loops', () => {
    fc.assert(
      fc.property(powered(), fc.nat(), fc.nat(2), ([layer, power], seed, wider) => {
        const { images, weights, x } = randomTensors(layer, seed, wider);
        const dims = dimsAlone(layer, chunks, wider);
        const y = new Float32Array(dims.convolvedLength);
        kernel.forward(dims, power, x, weights, y);
        images.forEach((image, index) => {
          const expected = plainForward(layer, power, image, weights, pad);
          expectClose(fromLanes(y, index, reached(layer)), expected, 10 * layerGeometry(layer).taps);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('should carry gradients to the input as plain loops do, over what is there or added to it', () => {
    fc.assert(
      fc.property(powered(), fc.nat(), fc.nat(2), fc.boolean(), ([layer, power], seed, wider, add) => {
        const { images, gradients, weights, x, dy } = randomTensors(layer, seed, wider);
        const dims = dimsAlone(layer, chunks, wider);
        const dx = new Float32Array(chunks * mapSize(layer.input) * lanes).fill(7);
        kernel.inputGradient(dims, power, x, weights, dy, dx, add);
        images.forEach((image, index) => {
          const expected = plainInputGradient(layer, power, image, weights, gradients[index]!);
          const got = fromLanes(dx, index, layer.input).map((value) => (add ? value - 7 : value));
          expectClose(got, expected, 10 * layerGeometry(layer).taps * layer.filters);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('should have gradients of the filters as plain loops have', () => {
    fc.assert(
      fc.property(powered(), fc.nat(), fc.nat(2), ([layer, power], seed, wider) => {
        const { images, gradients, weights, x, dy } = randomTensors(layer, seed, wider);
        const dims = dimsAlone(layer, chunks, wider);
        const dw = new Float32Array(weights.length);
        kernel.filterGradient(dims, power, x, weights, dy, dw);
        const expected = new Float64Array(weights.length);
        images.forEach((image, index) => {
          plainFilterGradient(layer, power, image, weights, gradients[index]!, pad).forEach(
            (value, i) => (expected[i]! += value),
          );
        });
        expectClose(dw, expected, 20 * chunks * lanes * mapSize(reached(layer)));
      }),
      { numRuns: 100 },
    );
  });

  it('should have the gradients of norms and products that agree with finite differences', () => {
    const layer = layerOf({ input: { height: 3, width: 4, channels: 2 }, kernelHeight: 2, kernelWidth: 2, filters: 3 });
    for (const power of [0, 1.3, 1.7, 2]) {
      const cell = power === 0 ? ('multiply' as const) : ('adder' as const);
      const { images, gradients, weights } = randomTensors({ ...layer, cell }, 8, 0);
      const [image, dy] = [Float64Array.from(images[0]!), gradients[0]!];
      const w = Float64Array.from(weights);
      const objective = (): number =>
        plainForward({ ...layer, cell }, power, image, w, 0).reduce((sum, value, i) => sum + value * dy[i]!, 0);
      const difference = (values: Float64Array, i: number): number => {
        const value = values[i]!;
        const [up, down] = [1e-5, -1e-5].map((step) => ((values[i] = value + step), objective()));
        values[i] = value;
        return (up! - down!) / 2e-5;
      };
      plainInputGradient({ ...layer, cell }, power, image, w, dy).forEach((value, i) =>
        expect(value, `dx ${i} of power ${power}`).toBeCloseTo(difference(image, i), 2),
      );
      plainFilterGradient({ ...layer, cell }, power, image, w, dy, 0).forEach((value, i) =>
        expect(value, `dw ${i} of power ${power}`).toBeCloseTo(difference(w, i), 2),
      );
    }
  });
});

describe('arguments of the kernels', () => {
  const one = new Float32Array(1);
  const sixteen = (): Float32Array => new Float32Array(16);
  const dims = dimsAlone(layerOf({}), 1);
  const wrong = { ...dims, packed: dims.packed.map((value, field) => (field === 12 ? 2 : value)) };
  const zero = { ...dims, packed: dims.packed.map((value, field) => (field === 5 ? 0 : value)) };
  const target = { chunks: 1, height: 1, width: 1, channels: 1, border: 0, scale: one, offset: one, around: one };

  it.each([
    ['a short array', () => kernel.forward(dims, 1, new Float32Array(15), one, sixteen()), 'hold 16'],
    ['a wrong type', () => kernel.forward(dims, 1, one.map(Number) as never, one, sixteen()), 'hold'],
    [
      'an array of doubles',
      () => kernel.forward(dims, 1, new Float64Array(16) as never, one, sixteen()),
      'of its type',
    ],
    ['sizes that do not fit', () => kernel.forward(wrong, 1, sixteen(), one, new Float32Array(32)), 'fit each other'],
    ['a size of zero', () => kernel.forward(zero, 1, sixteen(), one, sixteen()), 'sizes from 1'],
    ['a power below 1', () => kernel.forward(dims, 0.5, sixteen(), one, sixteen()), 'Expected a power'],
    [
      'no pictures',
      () => kernel.loadImages(target, new Uint8Array(0), new Uint32Array(16), undefined, sixteen()),
      'data',
    ],
  ])('should refuse %s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  it('should refuse a number of threads that is not from 1 to 64', async () => {
    await expect(loadKernel({ threads: 0 })).rejects.toThrow('Expected threads to be an integer from 1 to 64');
  });

  it('should refuse an instruction set that there is not', async () => {
    await expect(loadKernel({ simd: 'avx1024' as never })).rejects.toThrow(
      /^Expected simd to be one of baseline.* on this processor, but received avx1024\.$/,
    );
  });
});
