// SPDX-License-Identifier: Apache-2.0
// Short trainings on real images: accuracy, and the same bits from the same seed.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { createPass, loadKernel } from '../../src/kernel/index.ts';
import { lenet5, readQuantized } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { evaluateFloat, trainAndQuantize, trainNetwork, type TrainProgress } from '../../src/train/index.ts';
import { layerOf } from './maps.ts';

const [train, test] = [subset(loadMnist('train'), 6400), subset(loadMnist('test'), 1000)];
const folder = mkdtempSync(join(tmpdir(), 'berus-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('training', () => {
  it('should reach 98 % in one epoch over all images', async () => {
    const kernel = await loadKernel();
    const model = await trainNetwork(lenet5, loadMnist('train'), { epochs: 1, augmentation: 'none', kernel });
    expect(evaluateFloat(createPass(kernel, lenet5, 128), model, loadMnist('test')).accuracy).toBeGreaterThan(0.98);
  });

  it('should give the same bits with one thread and with two, and tell how far it is', async () => {
    const told: TrainProgress[] = [];
    const run = (threads: number, onProgress: (progress: TrainProgress) => void = () => undefined) =>
      trainNetwork(lenet5, train, { seed: 3, epochs: 2, threads, onProgress });
    const model = await run(2, (progress) => told.push(progress));
    expect(await run(1)).toEqual(model);
    const ends = told.filter(({ batch, batches }) => batch === batches);
    expect(ends.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(ends[1]!.loss).toBeLessThan(ends[0]!.loss);
    expect(ends[1]!.accuracy).toBeGreaterThan(ends[0]!.accuracy);
    expect(ends[1]).toMatchObject({ epochs: 2, batches: 50, secondsLeft: 0 });
  });

  it('should write a file that follows from the seed and holds what was measured', async () => {
    const make = (seed: number, name: string) =>
      trainAndQuantize(lenet5, { seed, epochs: 1, data: { train, test }, out: join(folder, name) });
    const made = await make(5, 'a');
    await make(5, 'b');
    await make(6, 'c');
    const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, name)));
    expect(a!.equals(b!)).toBe(true);
    expect(a!.equals(c!)).toBe(false);
    const net = readQuantized(join(folder, 'a'));
    expect(net.provenance).toEqual({
      seed: 5,
      epochs: 1,
      floatAccuracy: made.floatAccuracy,
      accuracy: made.accuracy,
      testImages: 1000,
    });
    const scores = inferReference(net, test.images, test.count).maps.at(-1)!;
    let correct = 0;
    for (let image = 0; image < test.count; image++) {
      const own = scores.subarray(image * 10, image * 10 + 10);
      if (own.indexOf(Math.max(...own)) === test.labels[image]) correct++;
    }
    expect(correct / test.count).toBe(made.accuracy);
    expect(Math.abs(made.accuracy - made.floatAccuracy)).toBeLessThan(0.01);
  });

  it.each([
    ['no epochs', { epochs: 0 }, 'Expected epochs to be an integer of at least 1, but received 0.'],
    ['a negative seed', { seed: -1 }, 'Expected seed to be an integer from 0 to 4294967295, but received -1.'],
    ['an odd batch', { batch: 100 }, 'Expected batch to be a multiple of 16, but received 100.'],
    ['too large a batch', { batch: 6416 }, 'Expected at least one batch of 6416 images, but received 6400.'],
  ])('should refuse %s', async (_, options, message) => {
    await expect(trainNetwork(lenet5, train, options)).rejects.toThrow(message);
  });

  it('should refuse data of other classes than the network has', async () => {
    const network = {
      name: 'five',
      layers: [
        layerOf({ input: { height: 28, width: 28, channels: 1 }, kernelHeight: 28, kernelWidth: 28, filters: 5 }),
      ],
    };
    await expect(trainNetwork(network, train)).rejects.toThrow(
      'Expected data of 5 classes for network five, but received 10.',
    );
  });

  it('should leave no file behind when the folder does not exist', async () => {
    const out = join(folder, 'none', 'file');
    const data = { train: subset(train, 128), test: subset(test, 16) };
    await expect(trainAndQuantize(lenet5, { epochs: 1, data, out })).rejects.toThrow(
      'to be a file that can be written, but received ENOENT.',
    );
    expect(existsSync(out)).toBe(false);
  });
});
