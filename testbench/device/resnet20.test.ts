// SPDX-License-Identifier: Apache-2.0
// The official adder ResNet-20 on the simulated array, whole: convolution of the pictures, residual blocks, average and
// scores; every code and the clock of every word. Where its weights are at hand, and the images (see
// testbench/quantize/resnet20.test.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { hasData, loadData } from '../../src/data/index.ts';
import { type CheckedRun, runChecked } from '../../src/device/index.ts';
import { importModel } from '../../src/import/index.ts';
import { loadKernel } from '../../src/kernel/index.ts';
import { countCorrect, networkByName, packageRoot } from '../../src/network/index.ts';
import { pixelCodes, quantizeNetwork } from '../../src/quantize/index.ts';

const COUNT = 20;
const shared = process.env['BERUS_SHARED'] ?? join(packageRoot(), '..', 'shared', 'data');
const path = join(shared, 'ResNet20-AdderNet.pth');
const missing = !existsSync(path)
  ? `no ${path}: name its folder by BERUS_SHARED`
  : hasData('cifar10')
    ? undefined
    : 'no CIFAR-10: see docs/data.md';

it(`should run ${COUNT} images of CIFAR-10 through ResNet-20, bit for bit`, { timeout: 600_000 }, async ({ skip }) => {
  skip(missing !== undefined, missing);
  const { model } = await importModel(path, networkByName('resnet20'));
  const network = await quantizeNetwork(model, loadData('cifar10', 'train'), { kernel: await loadKernel() });
  const { images, labels } = loadData('cifar10', 'test');
  const size = images.length / labels.length;
  const run = (await runChecked({
    network,
    configuration: loadConfiguration('cifar'),
    level: 'rtl',
    checker: 'reference',
    verify: 'cycle',
    images: pixelCodes(images.subarray(0, COUNT * size), network.imageBits),
    count: COUNT,
  })) as CheckedRun;
  expect(run).not.toHaveProperty('wrong');
  expect(run.layers).toEqual(network.layers.map(() => ({ mismatches: 0 })));
  expect(run.counters!.batches).toBe(2);
  expect(countCorrect(run.scores, labels.subarray(0, COUNT), COUNT)).toBeGreaterThanOrEqual(17);
});
