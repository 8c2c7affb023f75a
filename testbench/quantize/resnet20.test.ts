// SPDX-License-Identifier: Apache-2.0
// The official adder ResNet-20 in integers, conv1, folds, residuals and scores included, on all 10,000 test images of
// CIFAR-10: where its weights are at hand (see testbench/import/official.test.ts), and the images.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasData, type ImageSet, loadData } from '../../src/data/index.ts';
import { evaluate } from '../../src/evaluate/index.ts';
import { importModel } from '../../src/import/index.ts';
import { type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { type FloatModel, networkByName, packageRoot } from '../../src/network/index.ts';
import { quantizeNetwork, type QuantizeOptions } from '../../src/quantize/index.ts';

const shared = process.env['BERUS_SHARED'] ?? join(packageRoot(), '..', 'shared', 'data');
const path = join(shared, 'ResNet20-AdderNet.pth');
const missing = !existsSync(path)
  ? `no ${path}: name its folder by BERUS_SHARED`
  : hasData('cifar10')
    ? undefined
    : 'no CIFAR-10: see docs/data.md';

let kernel: Kernel;
let model: FloatModel;
let train: ImageSet;
let test: ImageSet;

beforeAll(async () => {
  if (missing !== undefined) return;
  kernel = await loadKernel();
  ({ model } = await importModel(path, networkByName('resnet20')));
  train = loadData('cifar10', 'train');
  test = loadData('cifar10', 'test');
});

describe('official ResNet-20 in integers', () => {
  it.for<[number, QuantizeOptions]>([
    [0.916, { bits: 8 }],
    [0.913, { bits: 6 }],
    [0.909, { bits: 5 }],
    [0.903, { bits: 4 }],
    [0.91, { bits: 8, scales: 'power-of-two', fold: 'shift-add' }],
  ])(
    'should be right for at least %f of the test images with %j',
    { timeout: 600_000 },
    async ([least, options], { skip }) => {
      skip(missing !== undefined, missing);
      const net = await quantizeNetwork(model, train, { kernel, ...options });
      const { integers } = await evaluate({ net }, test, { kernel });
      expect(integers!.accuracy).toBeGreaterThanOrEqual(least);
    },
  );
});
