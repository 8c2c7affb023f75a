// SPDX-License-Identifier: Apache-2.0
// Short trainings on real images: accuracy, and the same bits from the same seed.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { createPass, loadKernel } from '../../src/kernel/index.ts';
import { lenet5, type Network, readFloat, readQuantized, twinOf } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { evaluateFloat, makeNetwork, trainNetwork, type TrainProgress } from '../../src/train/index.ts';
import { layerOf } from '../support/layer-of.ts';
import { residual } from './residual.ts';

const [train, test] = [subset(loadMnist('train'), 6400), subset(loadMnist('test'), 1000)];
const folder = mkdtempSync(join(tmpdir(), 'berus-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function accuracyOf(network: Network, options: Parameters<typeof trainNetwork>[2]): Promise<number> {
  const kernel = await loadKernel();
  const model = await trainNetwork(network, train, { kernel, ...options });
  return evaluateFloat(createPass(kernel, network, 128), model, test).accuracy;
}

describe('training', () => {
  it('should reach 98 % in one epoch over all images', async () => {
    const kernel = await loadKernel();
    const model = await trainNetwork(lenet5, loadMnist('train'), { epochs: 1, augmentation: 'none', kernel });
    expect(evaluateFloat(createPass(kernel, lenet5, 128), model, loadMnist('test')).accuracy).toBeGreaterThan(0.98);
  });

  it('should give the same bits with one thread and with two, and tell how far it is', async () => {
    const told: TrainProgress[] = [];
    const run = (threads: number, onProgress: (progress: TrainProgress) => void = () => undefined) =>
      trainNetwork(residual, train, { seed: 3, epochs: 2, threads, onProgress });
    const model = await run(2, (progress) => told.push(progress));
    expect(await run(1)).toEqual(model);
    const ends = told.filter(({ batch, batches }) => batch === batches);
    expect(ends.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(ends[1]!.loss).toBeLessThan(ends[0]!.loss);
    expect(ends[1]!.accuracy).toBeGreaterThan(ends[0]!.accuracy);
    expect(ends[1]).toMatchObject({ epochs: 2, batches: 50, secondsLeft: 0 });
  });

  it.each([
    ['a network with shortcuts', residual, {}, 0.8],
    ['the twin that multiplies', twinOf(lenet5), {}, 0.9],
    ['a network from l2 to l1', residual, { powerFrom: 2, powerEpochs: 2 }, 0.8],
    ['a network with pictures shifted and mirrored', lenet5, { augmentation: 'crop-flip' }, 0.7],
  ] as const)('should teach %s', async (_, network, options, least) => {
    expect(await accuracyOf(network, { epochs: 3, augmentation: 'none', ...options })).toBeGreaterThan(least);
  });

  it('should go on from a trained model', async () => {
    const kernel = await loadKernel();
    const first = await trainNetwork(lenet5, train, { epochs: 1, kernel });
    const losses: number[] = [];
    const onEpoch = ({ history }: { history: readonly { loss: number }[] }): void => void losses.push(history[0]!.loss);
    await trainNetwork(lenet5, train, { epochs: 1, kernel, onEpoch });
    const second = await trainNetwork(lenet5, train, { from: first, epochs: 1, rate: 0.05, kernel, onEpoch });
    expect(losses[1]).toBeLessThan(losses[0]! / 2);
    expect(second.input).toEqual(first.input);
  });

  it('should write files that follow from the seed and hold what was measured', async () => {
    const make = (seed: number, name: string) =>
      makeNetwork(
        lenet5,
        { train, test },
        { seed, epochs: 1, out: join(folder, name), float: join(folder, `f${name}`) },
      );
    const made = await make(5, 'a');
    await make(5, 'b');
    await make(6, 'c');
    for (const kind of ['', 'f']) {
      const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, kind + name)));
      expect(a!.equals(b!)).toBe(true);
      expect(a!.equals(c!)).toBe(false);
    }
    const net = readQuantized(join(folder, 'a'));
    const { floatAccuracy, accuracy } = made;
    expect(net.provenance).toEqual({ seed: 5, epochs: 1, floatAccuracy, accuracy, testImages: 1000 });
    expect(readFloat(join(folder, 'fa')).layers).toEqual(made.model.layers);
    const scores = inferReference(net, test.images, test.count).maps.at(-1)!;
    let correct = 0;
    for (let image = 0; image < test.count; image++) {
      const own = scores.subarray(image * 10, image * 10 + 10);
      if (own.indexOf(Math.max(...own)) === test.labels[image]) correct++;
    }
    expect(correct / test.count).toBe(accuracy);
    expect(Math.abs(accuracy! - floatAccuracy)).toBeLessThan(0.01);
  });

  it.each([
    ['no epochs', { epochs: 0 }, 'Expected epochs to be an integer from 1 to 1000, but received 0.'],
    ['a negative seed', { seed: -1 }, 'Expected seed to be an integer from 0 to 4294967295, but received -1.'],
    ['an odd batch', { batch: 100 }, 'Expected batch to be a multiple of 16, but received 100.'],
    ['too large a batch', { batch: 6416 }, 'Expected at least one batch of 6416 images, but received 6400.'],
  ])('should refuse %s', async (_, options, message) => {
    await expect(trainNetwork(lenet5, train, options)).rejects.toThrow(message);
  });

  it('should end, and say so, when it runs away', async () => {
    await expect(trainNetwork(twinOf(lenet5), train, { epochs: 1, rate: 1e30 })).rejects.toThrow(
      'after epoch 1, but received others: a lower rate may help.',
    );
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
    await expect(makeNetwork(lenet5, data, { epochs: 1, out })).rejects.toThrow(
      'to be a file that can be written, but received ENOENT.',
    );
    expect(existsSync(out)).toBe(false);
  });
});
