// SPDX-License-Identifier: Apache-2.0
// Statistics taken batch by batch are those of all data at once.

import { expect, it } from 'vitest';
import { createPass, loadKernel } from '../../src/kernel/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { recalibrate } from '../../src/train/evaluate.ts';
import { randomModel, randomPictures } from '../kernel/models.ts';

const network = buildNetwork({
  name: 'two',
  input: { height: 6, width: 5, channels: 2 },
  layers: [
    { name: 'a', kernel: 2, filters: 4, padding: 1, pool: 2 },
    { name: 'b', kernel: 3, filters: 3, relu: false },
  ],
});

it('should have statistics over all data after recalibration', async () => {
  const kernel = await loadKernel({ threads: 2 });
  const [batch, count] = [32, 160];
  const model = randomModel(network, 4);
  const pictures = randomPictures(network, count, 5);
  recalibrate(createPass(kernel, network, batch), model, { ...pictures, labels: new Uint8Array(count), classes: 3 });
  const whole = createPass(kernel, network, count);
  whole.load(
    pictures,
    Uint32Array.from({ length: count }, (_, i) => i),
    model.input,
  );
  whole.train(model);
  whole.stages.forEach(({ mean, variance }, index) => {
    mean.forEach((value, f) => expect(model.layers[index]!.mean[f]).toBeCloseTo(value, 3));
    variance.forEach((value, f) => expect(model.layers[index]!.variance[f]! / value).toBeCloseTo(1, 3));
  });
});

it('should give channels that never change no variance, and never one below 0', async () => {
  const kernel = await loadKernel({ threads: 2 });
  const model = randomModel(network, 4);
  const count = 96;
  const black = { ...randomPictures(network, count, 5), images: new Uint8Array(count * 60) };
  recalibrate(createPass(kernel, network, 32), model, { ...black, labels: new Uint8Array(count), classes: 3 });
  for (const { mean, variance } of model.layers) {
    expect(mean.every(Number.isFinite)).toBe(true);
    expect(variance.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  }
  // The second layer has one window, which is the same in every picture.
  expect(model.layers[1]!.variance.every((value) => value < 1e-6)).toBe(true);
});

it('should refuse less than a batch', async () => {
  const pass = createPass(await loadKernel({ threads: 2 }), network, 32);
  const few = { ...randomPictures(network, 16, 5), labels: new Uint8Array(16), classes: 3 };
  expect(() => recalibrate(pass, randomModel(network, 4), few)).toThrow(
    'Expected at least 32 images to take statistics of, but received 16.',
  );
});
