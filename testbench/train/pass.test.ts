// SPDX-License-Identifier: Apache-2.0
// Passes through small networks: normalisation, pooling and the loss against
// finite differences. The adder layers' own gradients are not derivatives, except
// where every weight is at least 1 from every input: there HardTanh is the sign.

import { beforeAll, describe, expect, it } from 'vitest';
import { createPass, type Kernel, loadKernel, type Pass } from '../../src/kernel/index.ts';
import type { Layer, FloatModel, Network } from '../../src/network/index.ts';
import { recalibrate } from '../../src/train/evaluate.ts';
import { crossEntropy } from '../../src/train/loss.ts';
import { initModel } from '../../src/train/model.ts';
import { createRandom } from '../../src/train/random.ts';
import { fromLanes, layerOf } from './maps.ts';
import { plainForward } from './plain.ts';

const batch = 32;
const classes = 3;
const label = (image: number): number => (image * 7) % classes;
let kernel: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

const twoLayers: Network = {
  name: 'two',
  layers: [
    layerOf({
      name: 'a',
      input: { height: 6, width: 5, channels: 2 },
      kernelHeight: 2,
      kernelWidth: 2,
      filters: 4,
      padding: 1,
      relu: true,
      pool: 2,
    }),
    layerOf({
      name: 'b',
      input: { height: 3, width: 3, channels: 4 },
      kernelHeight: 3,
      kernelWidth: 3,
      filters: classes,
      padding: 0,
    }),
  ] satisfies Layer[],
};

function pictures(seed: number, count = batch) {
  const random = createRandom(seed, 0);
  const images = Uint8Array.from({ length: count * 60 }, () => random.next() >>> 24);
  const labels = Uint8Array.from({ length: count }, (_, image) => label(image));
  return { images, labels, count, height: 6, width: 5, channels: 2, classes };
}

function loss(pass: Pass, model: FloatModel, gradient?: Float32Array): number {
  pass.train(model);
  return crossEntropy(pass.stages.at(-1)!.out, classes, label, batch, gradient).loss / batch;
}

function prepared(seed: number): { pass: Pass; model: FloatModel } {
  const model = initModel(twoLayers, { mean: [0.4], deviation: [0.3], padding: 'black' }, seed);
  const random = createRandom(seed, 9);
  for (const { gamma, beta } of model.layers) {
    gamma.forEach((_, i) => (gamma[i] = (i % 2 === 0 ? 1 : -1) * (0.5 + random.uniform())));
    beta.forEach((_, i) => (beta[i] = random.normal() / 2));
  }
  // Far from the inputs of the second layer, which stay below 10: below on the left, above on the right.
  model.layers[1]!.weights.forEach((_, i, weights) => (weights[i] = i % 3 === 0 ? -2 : 12));
  const pass = createPass(kernel, twoLayers, batch);
  pass.load(
    pictures(seed),
    Uint32Array.from({ length: batch }, (_, i) => i),
    model.input,
  );
  return { pass, model };
}

describe('passes', () => {
  it('should normalise, rectify and pool as plain code does', () => {
    const { pass, model } = prepared(1);
    pass.train(model);
    const [{ layer }, { gamma, beta, weights }] = [pass.stages[0]!, model.layers[0]!];
    const { images } = pictures(1);
    const sums = Array.from({ length: batch }, (_, image) => {
      const x = Array.from(images.subarray(image * 60, image * 60 + 60), (p) => (p / 255 - 0.4) / 0.3);
      return plainForward(layer, x, weights, -0.4 / 0.3);
    });
    for (let filter = 0; filter < layer.filters; filter++) {
      const values = sums.flatMap((y) => [...y.filter((_, i) => i % layer.filters === filter)]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      sums.forEach((y, image) => {
        const out = fromLanes(pass.stages[0]!.out, image, 3 * 3 * layer.filters);
        for (let row = 0; row < 3; row++)
          for (let column = 0; column < 3; column++) {
            let best = 0;
            for (let i = 0; i < 4; i++) {
              const at = ((2 * row + (i >> 1)) * 6 + 2 * column + (i & 1)) * layer.filters + filter;
              const a = (gamma[filter]! * (y[at]! - mean)) / Math.sqrt(variance + 1e-5) + beta[filter]!;
              best = Math.max(best, a);
            }
            expect(out[(row * 3 + column) * layer.filters + filter]).toBeCloseTo(best, 4);
          }
      });
    }
  });

  it('should have gradients of slopes and offsets that agree with finite differences', () => {
    const { pass, model } = prepared(2);
    loss(pass, model, pass.stages[1]!.dout);
    pass.backward(model);
    const step = 1 / 1024;
    for (const [index, { gradients }] of pass.stages.entries()) {
      for (const kind of ['gamma', 'beta'] as const) {
        const values = model.layers[index]![kind];
        const expected = values.map((value, i) => {
          const at = (moved: number): number => {
            values[i] = moved;
            return loss(pass, model);
          };
          const difference = (at(value + step) - at(value - step)) / (2 * step);
          values[i] = value;
          return difference;
        });
        const largest = Math.max(...expected.map(Math.abs));
        gradients[kind].forEach((value, i) => {
          expect(Math.abs(value - expected[i]!), `${kind} ${index}.${i}`).toBeLessThan(0.001 + 0.02 * largest);
        });
        expect(largest).toBeGreaterThan(0.02);
      }
    }
  });

  it('should have a gradient through normalisation that agrees with finite differences', () => {
    const network = {
      name: 'one',
      layers: [layerOf({ name: 'a', input: { height: 4, width: 4, channels: 1 }, filters: 2, relu: true, pool: 2 })],
    };
    const { dims } = createPass(kernel, network, batch).stages[0]!;
    const random = createRandom(3, 0);
    const normal = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
    const y = normal(batch * 32);
    const dout = normal(batch * 8);
    const [gamma, beta] = [Float32Array.of(1.5, -0.7), Float32Array.of(0.3, -0.2)];
    // sum of dout times output, with statistics of the batch, as plain code.
    const objective = (values: Float32Array): number => {
      let sum = 0;
      for (let filter = 0; filter < 2; filter++) {
        const own = values.filter((_, i) => Math.floor(i / 16) % 2 === filter);
        const mean = own.reduce((a, b) => a + b) / own.length;
        const scale = gamma[filter]! / Math.sqrt(own.reduce((a, b) => a + (b - mean) ** 2, 0) / own.length + 1e-5);
        for (let image = 0; image < batch; image++) {
          const map = fromLanes(values, image, 32);
          const gradient = fromLanes(dout, image, 8);
          for (let pixel = 0; pixel < 4; pixel++) {
            const at = [0, 1, 4, 5].map((i) => ((pixel >> 1) * 8 + (pixel & 1) * 2 + i) * 2 + filter);
            const best = Math.max(0, ...at.map((i) => (map[i]! - mean) * scale + beta[filter]!));
            sum += gradient[pixel * 2 + filter]! * best;
          }
        }
      }
      return sum;
    };
    const moments = new Float64Array(2 * 2 * 2);
    kernel.moments(dims, y, moments);
    const mean = Float32Array.of((moments[0]! + moments[4]!) / 2, (moments[2]! + moments[6]!) / 2);
    const variance = [0, 1].map((f) => {
      const own = y.filter((_, i) => Math.floor(i / 16) % 2 === f);
      return own.reduce((a, b) => a + (b - mean[f]!) ** 2, 0) / own.length;
    });
    const scale = gamma.map((slope, f) => slope / Math.sqrt(variance[f]! + 1e-5));
    const normalize = { mean, scale, beta, relu: true };
    const sums = new Float64Array(2 * 2 * 2);
    kernel.activateSums(dims, y, normalize, dout, sums);
    const values = batch * 16;
    const offset = Float32Array.of((sums[0]! + sums[4]!) / values, (sums[2]! + sums[6]!) / values);
    const slope = Float32Array.from([1, 3], (i, f) => (sums[i]! + sums[i + 4]!) / values / (variance[f]! + 1e-5));
    const dy = y.slice();
    kernel.activateGradient(dims, dy, normalize, dout, offset, slope);
    for (let i = 3; i < y.length; i += 37) {
      const [up, down] = [y.slice(), y.slice()];
      up[i]! += 1 / 1024;
      down[i]! -= 1 / 1024;
      expect(dy[i], `value ${i}`).toBeCloseTo((objective(up) - objective(down)) * 512, 2);
    }
  });

  it('should have statistics over all data after recalibration', () => {
    const { model } = prepared(4);
    const data = pictures(5, 5 * batch);
    const pass = createPass(kernel, twoLayers, batch);
    recalibrate(pass, model, data);
    const whole = createPass(kernel, twoLayers, 5 * batch);
    whole.load(
      data,
      Uint32Array.from({ length: 5 * batch }, (_, i) => i),
      model.input,
    );
    whole.train(model);
    whole.stages.forEach(({ mean, variance }, index) => {
      mean.forEach((value, f) => expect(model.layers[index]!.mean[f]).toBeCloseTo(value, 3));
      variance.forEach((value, f) => expect(model.layers[index]!.variance[f]! / value).toBeCloseTo(1, 3));
    });
  });

  it('should place pictures by whole-pixel maps exactly and between pixels bilinearly', () => {
    const data = { images: Uint8Array.of(10, 20, 30, 40, 50, 60), count: 1, height: 2, width: 3, channels: 1 };
    const shown = (warp?: readonly number[]): number[] => {
      const out = new Float32Array(6 * 16);
      const warps = warp && Int32Array.from({ length: 96 }, (_, i) => Math.round(warp[i % 6]! * 65536));
      kernel.loadImages({ chunks: 1, padding: 0, ...data }, data.images, new Uint32Array(16), warps, 1 / 65536, 0, out);
      return [...fromLanes(out, 7, 6)];
    };
    expect(shown()).toEqual([10, 20, 30, 40, 50, 60]);
    expect(shown([1, 0, 0, 0, 1, 0])).toEqual([10, 20, 30, 40, 50, 60]);
    expect(shown([1, 0, 1, 0, 1, 0])).toEqual([20, 30, 0, 50, 60, 0]);
    expect(shown([1, 0, 0, 0, 1, -1])).toEqual([0, 0, 0, 10, 20, 30]);
    expect(shown([1, 0, 0.5, 0, 1, 0.5])).toEqual([30, 40, 22.5, 22.5, 27.5, 15]);
  });

  it('should refuse pictures of another size, and a batch that is no multiple of 16', () => {
    const { model } = prepared(1);
    const pass = createPass(kernel, twoLayers, batch);
    const data = { ...pictures(1), height: 5, width: 6 };
    expect(() => pass.load(data, new Uint32Array(batch), model.input)).toThrow(
      'Expected images of 6x5x2 for network two',
    );
    expect(() => createPass(kernel, twoLayers, 24)).toThrow('Expected batch to be a multiple of 16, but received 24.');
  });
});
