// SPDX-License-Identifier: Apache-2.0
// `--data` and `--images`: which pictures a command measures, and one line for every set that does not do.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { firstImages } from '../../src/cli/data-option.ts';
import { loadMnist } from '../../src/data/index.ts';
import { idx } from '../data/files.ts';
import { berus } from './berus.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus data '));
  const { images, labels } = loadMnist('test');
  writeFileSync(join(folder, 'test-images'), idx([20, 28, 28], images.subarray(0, 20 * 784)));
  writeFileSync(join(folder, 'test-labels'), idx([20], labels.subarray(0, 20)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('--data', () => {
  it('should measure all images of a folder', async () => {
    const { code, out } = await berus('eval', 'lenet5', '--data', folder, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ images: 20 });
  });

  it('should run on the images that there are', async () => {
    const { code, out } = await berus('run', 'lenet5', '--device', 'reference', '--data', folder, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ images: 20, bitExact: true });
  });

  it.each([
    [['--data', 'nowhere'], 'Expected data set to be mnist, cifar10 or a folder, but received nowhere.'],
    [['--data', ''], "Expected data set to be mnist, cifar10 or a folder, but received ''."],
    [['--data'], 'Expected a value after --data <set>, but received nothing.'],
    [['--images', '0'], 'Expected --images to be an integer from 1 to 10000, but received 0.'],
  ])('should be refused in one line: %j', async (args, line) => {
    vi.stubEnv('BERUS_DATA', '');
    for (const command of ['eval', 'run']) {
      expect(await berus(command, 'lenet5', ...args)).toEqual({ code: 2, out: '', err: `berus: ${line}\n` });
    }
  });

  it('should be refused in one line by training too, before anything is built', async () => {
    vi.stubEnv('BERUS_DATA', '');
    expect(await berus('train', 'lenet5', '--data', 'nowhere', '--out', join(folder, 'out'))).toEqual({
      code: 2,
      out: '',
      err: 'berus: Expected data set to be mnist, cifar10 or a folder, but received nowhere.\n',
    });
    expect((await berus('train', 'lenet5', '--data', folder, '--out', join(folder, 'out'))).err).toBe(
      `berus: Expected ${folder} to hold one file train-images*, but received none.\n`,
    );
  });

  it('should not take more images than the set has', async () => {
    const { code, err } = await berus('eval', 'lenet5', '--data', folder, '--images', '21');
    expect([code, err]).toEqual([2, 'berus: Expected --images to be an integer from 1 to 20, but received 21.\n']);
  });
});

describe('firstImages', () => {
  const set = loadMnist('test');

  it('should give what was asked for, or the standard, or all', () => {
    expect(firstImages(set, '7').count).toBe(7);
    expect(firstImages(set, 7).count).toBe(7);
    expect(firstImages(set, undefined, 100).count).toBe(100);
    expect(firstImages(set, undefined, 20_000).count).toBe(10_000);
    expect(firstImages(set, undefined).count).toBe(10_000);
  });
});
