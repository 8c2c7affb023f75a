// SPDX-License-Identifier: Apache-2.0
// Fine-tuning: weights on the integers' grid, better integers, the same bits again, and what it refuses.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { createPass, inferMaps, type Kernel, loadKernel, prepareNetwork, readMap } from '../../src/kernel/index.ts';
import { type FloatModel, lenet5 } from '../../src/network/index.ts';
import { pixelCodes, quantizeDetailed, quantizeNetwork } from '../../src/quantize/index.ts';
import { fineTune, measureIntegers, trainNetwork } from '../../src/train/index.ts';
import { prepareRounding, roundingPass } from '../../src/train/rounded-pass.ts';
import { residual } from './residual.ts';

const [train, test] = [subset(loadMnist('train'), 3200), subset(loadMnist('test'), 1000)];
const folder = mkdtempSync(join(tmpdir(), 'berus-tune-'));
afterAll(() => rmSync(folder, { recursive: true }));

let kernel: Kernel;
let floats: Readonly<Record<string, FloatModel>>;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
  const make = (network: typeof lenet5) => trainNetwork(network, train, { epochs: 4, augmentation: 'none', kernel });
  floats = { lenet5: await make(lenet5), residual: await make(residual) };
}, 600_000);

describe('fine-tuning', () => {
  it.each([
    ['lenet5', 2, 8],
    ['residual', 2, 8],
    ['residual', 3, 4],
  ] as const)(
    'should make better integers of %s at %i bits, pictures of %i',
    async (name, bits, imageBits) => {
      const from = floats[name]!;
      const before = await quantizeNetwork(from, train, { bits, imageBits, kernel });
      const { model, net } = await fineTune(from, train, { bits, imageBits, epochs: 2, rate: 0.03, kernel });
      expect([net.bits, net.imageBits]).toEqual([bits, imageBits]);
      const accuracies = [before, net].map((one) => measureIntegers(kernel, one, test));
      expect(accuracies[1]).toBeGreaterThan(accuracies[0]!);
      model.layers.forEach(({ layer, weights }, index) => {
        // Weights between maps of few bits have few values, and keep their codes in the quantizer.
        if (layer.cell !== 'adder') return;
        const codes = net.layers[index]!.weights;
        const pairs = new Set(Array.from(weights, (value, i) => `${value} ${codes[i]}`));
        expect(pairs.size).toBe(new Set(codes).size);
      });
    },
    600_000,
  );

  it('should learn with the very values that the integers have, in every map', async () => {
    const from = floats['residual']!;
    const start = await quantizeDetailed(from, train, { bits: 2, imageBits: 5, kernel });
    const rounding = prepareRounding(from, start);
    const { model, net } = await fineTune(from, train, { bits: 2, imageBits: 5, epochs: 1, kernel });
    const pass = roundingPass(createPass(kernel, residual, 64), rounding);
    pass.load(
      test,
      Uint32Array.from({ length: 64 }, (_, image) => image),
      model.input,
    );
    pass.infer(model);
    const pixels = test.images.subarray(0, 64 * 784);
    const maps = inferMaps(kernel, prepareNetwork(kernel, net), pixelCodes(pixels, 5), 64);
    // All but the scores, which have no grid while learning.
    net.layers.slice(0, -1).forEach(({ layer, poolShift }, index) => {
      const { step, zero } = start.scales[index]!;
      const finer = layer.poolKind === 'average' ? layer.pool ** 2 / 2 ** poolShift : 1;
      const size = maps[index]!.length / 64;
      let different = 0;
      for (let image = 0; image < 64; image++) {
        readMap(pass, index, image).forEach((value, i) => {
          if (Math.round(value / (step / finer) + zero * finer) !== maps[index]![image * size + i]) different++;
        });
      }
      // A value halfway between two codes may fall either way.
      expect(different / maps[index]!.length, layer.name).toBeLessThan(0.001);
    });
  }, 600_000);

  it('should leave the model that it starts from as it is', async () => {
    const from = floats['lenet5']!;
    const copy = structuredClone(from);
    await fineTune(from, subset(train, 256), { bits: 4, epochs: 1, kernel });
    expect(from).toEqual(copy);
  });

  it('should give the same bits with one thread and with two, and after an interruption', async () => {
    const from = floats['residual']!;
    const data = subset(train, 640);
    const options = { bits: 2, imageBits: 3, epochs: 3, seed: 4 };
    const whole = await fineTune(from, data, { ...options, kernel });
    expect(await fineTune(from, data, { ...options, threads: 1 })).toEqual(whole);
    const checkpoint = join(folder, 'a');
    const onEpoch = ({ history }: { history: readonly unknown[] }): void => {
      if (history.length === 2) throw new Error('interrupted');
    };
    await expect(fineTune(from, data, { ...options, checkpoint, onEpoch, kernel })).rejects.toThrow('interrupted');
    // What is left out is as it was.
    expect(await fineTune(from, data, { checkpoint, resume: true, kernel })).toEqual(whole);
    const resume = (rest: object, model = from) => fineTune(model, data, { checkpoint, resume: true, kernel, ...rest });
    await expect(resume({ bits: 3 })).rejects.toThrow('Expected bits to be 2 as in');
    await expect(resume({ temperature: 3 })).rejects.toThrow('Expected temperature to be 2 as in');
    const other = structuredClone(from);
    other.layers[0]!.weights[0]! += 1;
    await expect(resume({}, other)).rejects.toThrow('Expected from to be ');
    await expect(trainNetwork(residual, data, { checkpoint, resume: true, kernel })).rejects.toThrow(
      'Expected bits to be 2 as in',
    );
  }, 600_000);

  it.each([
    [{ bits: 1 }, 'Expected bits to be an integer from 2 to 16, but received 1.'],
    [{ bits: 2.5 }, 'Expected bits to be an integer from 2 to 16, but received 2.5.'],
    [{ imageBits: 17 }, 'Expected imageBits to be an integer from 2 to 16, but received 17.'],
    [{ teacherShare: 2 }, 'Expected teacherShare to be a number from 0 to 1, but received 2.'],
    [{ teacherShare: NaN }, 'Expected teacherShare to be a number from 0 to 1, but received NaN.'],
    [{ temperature: 0 }, 'Expected temperature to be a number above 0, but received 0.'],
    [{ epochs: 0 }, 'Expected epochs to be an integer from 1 to 1000, but received 0.'],
  ])('should refuse %o', async (options, message) => {
    await expect(fineTune(floats['lenet5']!, train, { kernel, ...options })).rejects.toThrow(message);
  });
});
