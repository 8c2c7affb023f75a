// SPDX-License-Identifier: Apache-2.0
// The same bits from one thread, two and three, and from every instruction set
// that this processor has.

import { hash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bestSimd, createPass, type Kernel, loadKernel, type Pass, simdNames } from '../../src/kernel/index.ts';
import { buildNetwork, layerGeometry, mapSize, type Network } from '../../src/network/index.ts';
import { dimsAlone, lanes, normals, smallLayers, toLanes } from './maps.ts';
import { randomModel, randomPictures } from './models.ts';
import { reached } from './plain.ts';

const kernels: Kernel[] = [];

beforeAll(async () => {
  const sets = simdNames.slice(0, simdNames.indexOf(await bestSimd()) + 1);
  for (const threads of [1, 2, 3]) kernels.push(await loadKernel({ threads }));
  for (const simd of sets) kernels.push(await loadKernel({ simd, threads: 2 }));
});

/** Bits of arrays of floats, so that zeros of both signs and NaN count. */
const bits = (arrays: readonly Float32Array[]): string =>
  arrays.map((array) => hash('sha256', Buffer.from(array.buffer, array.byteOffset, array.byteLength))).join('\n');

describe('kernels', () => {
  it('should give the same bits everywhere for any layer', () => {
    fc.assert(
      fc.property(smallLayers(), fc.nat(), fc.constantFrom(1, 1.4), (layer, seed, norm) => {
        const chunks = 3;
        const batch = Array.from({ length: chunks * lanes }, (_, image) => image);
        const x = toLanes(
          batch.map((image) => normals(seed, image, mapSize(layer.input))),
          layer.input,
          layer.padding,
        );
        const dy = toLanes(
          batch.map((image) => normals(seed, 100 + image, mapSize(reached(layer)))),
          reached(layer),
        );
        const weights = normals(seed, 99, layer.filters * layerGeometry(layer).taps, 2);
        const power = layer.cell === 'multiply' ? 0 : norm;
        const dims = dimsAlone(layer, chunks);
        const run = (kernel: Kernel): string => {
          const y = new Float32Array(dims.convolvedLength);
          const dx = new Float32Array(chunks * mapSize(layer.input) * lanes);
          const dw = new Float32Array(weights.length);
          kernel.forward(dims, power, x, weights, y);
          kernel.inputGradient(dims, power, x, weights, dy, dx, false);
          kernel.filterGradient(dims, power, x, weights, dy, dw);
          return bits([y, dx, dw]);
        };
        const expected = run(kernels[0]!);
        for (const kernel of kernels.slice(1)) expect(run(kernel)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('should give the same bits everywhere for a step through a network with everything in it', () => {
    const network: Network = buildNetwork({
      name: 'everything',
      input: { height: 9, width: 8, channels: 3 },
      layers: [
        { name: 'a', cell: 'multiply', kernel: 3, padding: 1, filters: 20 },
        { name: 'b', kernel: 3, padding: 1, filters: 20, groups: 2 },
        { name: 'c', kernel: [1, 3], padding: 2, dilation: 2, filters: 9, source: 'a', pool: 3, poolStride: 2 },
        { name: 'd', kernel: 3, padding: 1, filters: 20, source: 'b', shortcut: 'a', groups: 20 },
        { name: 'e', kernel: 2, filters: 12, pool: 2, poolKind: 'average', stride: 2 },
        { name: 'f', kernel: 'full', filters: 10, relu: false },
      ],
    });
    const run = (kernel: Kernel): string => {
      const pass: Pass = createPass(kernel, network, 48);
      const model = randomModel(network, 3);
      pass.setGrid(1, { step: 0.25, low: 0, high: 15 });
      pass.setPower(1.5);
      for (let step = 0; step < 2; step++) {
        pass.load(
          randomPictures(network, 48, step),
          Uint32Array.from({ length: 48 }, (_, i) => i),
          model.input,
        );
        pass.train(model);
        pass.stages.at(-1)!.dout.set(normals(4, 0, pass.stages.at(-1)!.dout.length));
        pass.backward(model);
        pass.setPower(1);
      }
      return bits(pass.stages.flatMap(({ out, mean, gradients }) => [out, mean, ...Object.values(gradients)]));
    };
    const expected = run(kernels[0]!);
    for (const kernel of kernels.slice(1)) expect(run(kernel)).toEqual(expected);
  });
});
