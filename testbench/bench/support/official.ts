// SPDX-License-Identifier: Apache-2.0
// The official ResNet-20, where its weights and CIFAR-10 are at hand.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasData, loadData } from '../../../src/data/index.ts';
import { importModel } from '../../../src/import/index.ts';
import { loadKernel } from '../../../src/kernel/index.ts';
import { type FloatModel, networkByName, packageRoot, type QuantizedNetwork } from '../../../src/network/index.ts';
import { quantizeNetwork } from '../../../src/quantize/index.ts';

/** Its float weights; undefined where they or the images are not at hand. */
export async function officialResnet20(): Promise<FloatModel | undefined> {
  const shared = process.env['BERUS_SHARED'] ?? join(packageRoot(), '..', 'shared', 'data');
  const path = join(shared, 'ResNet20-AdderNet.pth');
  if (!existsSync(path) || !hasData('cifar10')) return undefined;
  return (await importModel(path, networkByName('resnet20'))).model;
}

/** It in integers. */
export async function quantizedResnet20(model: FloatModel, bits = 8): Promise<QuantizedNetwork> {
  return quantizeNetwork(model, loadData('cifar10', 'train'), { kernel: await loadKernel(), bits });
}
