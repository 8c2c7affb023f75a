// SPDX-License-Identifier: Apache-2.0
// One network in floating point and in integers at both levels: the same answers, images in any number of parts.

import { beforeAll, describe, expect, it } from 'vitest';
import { type ImageSet, loadMnist, subset } from '../../src/data/index.ts';
import { evaluate, floatScores, integerScores } from '../../src/evaluate/index.ts';
import { createPass, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { lenet5, type QuantizedNetwork, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { quantizeNetwork } from '../../src/quantize/index.ts';
import { evaluateFloat, recalibrate } from '../../src/train/evaluate.ts';
import { randomModel } from '../kernel/models.ts';

let kernel: Kernel;
let net: QuantizedNetwork;
const few: ImageSet = subset(loadMnist('test'), 40);

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
  net = readQuantized(shippedWeights('lenet5'));
});

describe('evaluation', () => {
  it('should give the same integers at both levels', async () => {
    const load = (): Promise<Kernel> => Promise.resolve(kernel);
    const done: number[] = [];
    const scores = await integerScores('reference', load, net, few, (count) => void done.push(count));
    expect(scores).toEqual(await integerScores('kernel', load, net, few));
    expect(done).toEqual([16, 32, 40]);
    const { integers, float, layers } = await evaluate({ net }, few, { level: 'reference' });
    expect(integers!.images).toBe(40);
    expect(integers!.correct).toBeGreaterThanOrEqual(39);
    expect([float, layers]).toEqual([undefined, undefined]);
  });

  it('should measure a float model, its integers, and what is left of each layer', async () => {
    const model = randomModel(lenet5, 1);
    recalibrate(createPass(kernel, lenet5, 32), model, few);
    const told: string[] = [];
    const eight = await quantizeNetwork(model, few, { kernel });
    const found = await evaluate({ net: eight, model }, few, {
      kernel,
      signalImages: 20,
      onProgress: (what, done, images) => void told.push(`${what} ${done} of ${images}`),
    });
    expect(told).toEqual(['float 40 of 40', 'integers 40 of 40']);
    expect(found.float!.correct).toBe(evaluateFloat(createPass(kernel, lenet5, 16), model, few).correct);
    expect(found.layers!.map(({ name }) => name)).toEqual(lenet5.layers.map(({ name }) => name));
    const four = await quantizeNetwork(model, few, { kernel, bits: 4 });
    const less = (await evaluate({ net: four, model }, few, { kernel })).layers!;
    found.layers!.slice(0, -1).forEach(({ signalToNoise }, index) => {
      expect(signalToNoise).toBeGreaterThan(25);
      // Four bits fewer are about 24 dB.
      expect(signalToNoise! - less[index]!.signalToNoise!).toBeGreaterThan(12);
      expect(signalToNoise! - less[index]!.signalToNoise!).toBeLessThan(36);
    });
  });

  it('should read float scores in parts as at once', async () => {
    const model = randomModel(lenet5, 2);
    const all = await floatScores(kernel, model, few);
    const last = await floatScores(kernel, model, { ...few, count: 3, images: few.images.subarray(37 * 784) });
    expect(last).toEqual(all.slice(370));
  });
});
