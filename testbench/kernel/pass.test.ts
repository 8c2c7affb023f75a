// SPDX-License-Identifier: Apache-2.0
// Passes through whole networks: maps that several layers read, shortcuts,
// groups and pooling, against finite differences where gradients are derivatives.

import { beforeAll, describe, expect, it } from 'vitest';
import {
  createPass,
  forEachBatch,
  type Kernel,
  loadKernel,
  type Pass,
  readLogits,
  readMap,
} from '../../src/kernel/index.ts';
import {
  buildNetwork,
  type FloatModel,
  layerGeometry,
  mapSize,
  type Network,
  sourceOf,
} from '../../src/network/index.ts';
import { fromLanes, normals } from './maps.ts';
import { randomModel, randomPictures } from './models.ts';
import { plainForward } from './plain.ts';

const batch = 32;
let kernel: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

const everyPicture = Uint32Array.from({ length: batch }, (_, i) => i);

/** A network whose map `a` has four readers; smooth but for `relu`. */
function branched(cell: 'adder' | 'multiply', relu: boolean): Network {
  return buildNetwork({
    name: `branched-${cell}`,
    input: { height: 6, width: 5, channels: 2 },
    layers: [
      { name: 'a', cell, kernel: 3, padding: 1, filters: 4, relu },
      { name: 'b', cell, kernel: 1, filters: 4, relu, groups: 2, shortcut: 'a' },
      { name: 'c', cell, kernel: 3, padding: 2, dilation: 2, filters: 4, relu, source: 'a', groups: 4 },
      { name: 'd', cell, kernel: 3, padding: 1, filters: 4, relu, source: 'b', shortcut: 'c' },
      {
        ...{ name: 'e', cell, kernel: [2, 1], filters: 6, relu, source: 'a' },
        ...{ pool: 2, poolStride: 1, poolKind: 'average' },
      },
      { name: 'f', cell, kernel: 3, stride: 2, filters: 5, relu, source: 'd' },
      { name: 'g', cell, kernel: 'full', filters: 3, relu: false, source: 'e' },
      { name: 'h', cell, kernel: 'full', filters: 3, relu: false, source: 'f', shortcut: 'g' },
    ],
  });
}

function prepared(network: Network, seed: number): { pass: Pass; model: FloatModel; target: Float32Array } {
  const model = randomModel(network, seed);
  const pass = createPass(kernel, network, batch);
  pass.load(randomPictures(network, batch, seed), everyPicture, model.input);
  return { pass, model, target: normals(seed, 7, pass.stages.at(-1)!.out.length) };
}

/** Products of the logits and a fixed target, summed: any gradient of the logits will do. */
function objective(pass: Pass, model: FloatModel, target: Float32Array): number {
  pass.train(model);
  return pass.stages.at(-1)!.out.reduce((sum, value, i) => sum + value * target[i]!, 0);
}

function expectDerivatives({ pass, model, target }: ReturnType<typeof prepared>, step: number): void {
  objective(pass, model, target);
  pass.stages.at(-1)!.dout.set(target);
  pass.backward(model);
  for (const [index, { gradients, layer }] of pass.stages.entries()) {
    for (const kind of ['weights', 'gamma', 'beta'] as const) {
      const values = model.layers[index]![kind];
      const chosen = [...values.keys()].filter((i) => i % Math.ceil(values.length / 12) === 0);
      const expected = chosen.map((i) => {
        const value = values[i]!;
        const [up, down] = [step, -step].map((move) => {
          values[i] = value + move;
          return objective(pass, model, target);
        });
        values[i] = value;
        return (up! - down!) / (2 * step);
      });
      const largest = Math.max(...expected.map(Math.abs));
      chosen.forEach((i, n) => {
        const difference = Math.abs(gradients[kind][i]! - expected[n]!);
        expect(difference, `${layer.name}.${kind}[${i}]`).toBeLessThan(0.05 + 0.01 * largest);
      });
    }
  }
}

describe('passes', () => {
  it('should have gradients through a graph of products that agree with finite differences', () => {
    expectDerivatives(prepared(branched('multiply', false), 2), 1 / 512);
  });

  it('should have gradients through a graph of norms that agree with finite differences', () => {
    const given = prepared(branched('adder', false), 5);
    given.pass.setPower(1.75);
    expectDerivatives(given, 1 / 512);
  });

  it('should give the maps that plain loops give', () => {
    for (const cell of ['adder', 'multiply'] as const) {
      const network = branched(cell, true);
      const { pass, model } = prepared(network, 3);
      pass.train(model);
      pass.stages.forEach(({ layer, y }, index) => {
        for (const image of [0, 17, 31]) {
          const source = sourceOf(network, index);
          const x = readMap(pass, source, image);
          // Outside the pictures all channels differ; only the first layer reads beyond them.
          if (source === -1 && layer.padding > 0) continue;
          const expected = plainForward(layer, 1, x, model.layers[index]!.weights, 0);
          const { pooled } = layerGeometry(layer);
          const got = fromLanes(y, image, { ...pooled, channels: layer.filters });
          got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
        }
      });
    }
  });

  it("should infer what it trains when the model's statistics are the batch's", () => {
    const { pass, model } = prepared(branched('adder', true), 4);
    pass.train(model);
    const trained = pass.stages.map(({ out }) => out.slice());
    pass.stages.forEach(({ mean, variance }, index) => {
      model.layers[index]!.mean.set(mean);
      model.layers[index]!.variance.set(variance);
    });
    pass.infer(model);
    pass.stages.forEach(({ out }, index) =>
      out.forEach((value, i) => expect(value).toBeCloseTo(trained[index]![i]!, 4)),
    );
    expect([...readLogits(pass, 5)]).toEqual([
      ...fromLanes(pass.stages.at(-1)!.out, 5, { height: 1, width: 1, channels: 3 }),
    ]);
  });

  it('should round outputs to a grid until it is taken away', () => {
    const { pass, model } = prepared(branched('adder', true), 6);
    pass.setGrid(1, { step: 0.5, low: 0, high: 3 });
    pass.train(model);
    const values = new Set(pass.stages[1]!.out);
    expect([...values].toSorted((a, b) => a - b)).toEqual([0, 0.5, 1, 1.5]);
    pass.setGrid(1, undefined);
    pass.train(model);
    expect(new Set(pass.stages[1]!.out).size).toBeGreaterThan(100);
  });

  it('should leave every border at zero', () => {
    const { pass, model, target } = prepared(branched('adder', true), 7);
    pass.train(model);
    pass.stages.at(-1)!.dout.set(target);
    pass.backward(model);
    pass.train(model);
    const { out, outPadding, layer } = pass.stages[0]!;
    expect(outPadding).toBe(2);
    const inside = everyPicture.reduce(
      (sum, image) => sum + readMap(pass, 0, image).reduce((a, b) => a + Math.abs(b)),
      0,
    );
    expect(out.reduce((a, b) => a + Math.abs(b), 0) / inside).toBeCloseTo(1, 5);
    expect(out.length).toBe(mapSize({ height: 10, width: 9, channels: layer.filters }) * batch);
  });

  it('should visit pictures in order, and fill up the last batch', () => {
    const network = branched('multiply', true);
    const pass = createPass(kernel, network, 16);
    const pictures = randomPictures(network, 20, 1);
    const seen: number[][] = [];
    const last: number[][] = [];
    forEachBatch(pass, { mean: [0, 0], deviation: [1, 1], padding: 'zero' }, pictures, (start, count) => {
      seen.push([start, count]);
      last.push([...readMap(pass, -1, count === 16 ? 15 : 4)].map((x) => Math.round(x * 255)));
    });
    expect(seen).toEqual([
      [0, 16],
      [16, 4],
    ]);
    expect(last).toEqual([[...pictures.images.subarray(15 * 60, 16 * 60)], [...pictures.images.subarray(0, 60)]]);
  });

  it('should refuse what does not fit', () => {
    const network = branched('multiply', true);
    const { pass, model } = prepared(network, 1);
    const data = { ...randomPictures(network, batch, 1), height: 5, width: 6 };
    expect(() => pass.load(data, everyPicture, model.input)).toThrow(
      'Expected images of 6x5x2 for network branched-multiply, but received 5x6x2.',
    );
    expect(() => createPass(kernel, network, 24)).toThrow('Expected batch to be a multiple of 16, but received 24.');
    expect(() => pass.setPower(0.9)).toThrow('Expected power to be from 1 to 2, but received 0.9.');
    expect(() => pass.setPower(NaN)).toThrow('Expected power to be from 1 to 2, but received NaN.');
    expect(() => pass.setGrid(8, undefined)).toThrow('Expected index to be from 0 to 7, but received 8.');
    for (const [step, low, high] of [
      [0, 0, 1],
      [1, 1, 2],
      [1, 0, 1.5],
      [Infinity, 0, 1],
      [1, -1, 1e6],
    ] as const) {
      expect(() => pass.setGrid(0, { step, low, high })).toThrow('Expected a grid of a step above 0');
    }
  });
});
