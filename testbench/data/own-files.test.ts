// SPDX-License-Identifier: Apache-2.0
// Folders of a user's own, in IDX and NPY, packed and not, right and wrong.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadData } from '../../src/data/index.ts';
import { npyBytes } from '../import/npy-bytes.ts';
import { idx, temporaryFolders } from './files.ts';

const make = temporaryFolders();

function npy(descr: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  return npyBytes(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`, data);
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at);
const wide = (...labels: readonly number[]): Uint8Array => new Uint8Array(BigInt64Array.from(labels, BigInt).buffer);

describe('a folder of IDX or NPY files', () => {
  it.each([
    ['IDX', idx([2, 2, 3], bytes(12)), idx([2], [4, 1]), 1],
    ['IDX with channels', idx([2, 1, 2, 3], bytes(12)), idx([2], [4, 1]), 3],
    ['packed IDX', gzipSync(idx([2, 2, 3], bytes(12))), gzipSync(idx([2], [4, 1])), 1],
    ['NPY', npy('|u1', [2, 2, 3], bytes(12)), npy('<i8', [2], wide(4, 1)), 1],
    ['NPY with channels', npy('|u1', [2, 1, 2, 3], bytes(12)), npy('|u1', [2, 1], Uint8Array.of(4, 1)), 3],
    ['NPY and packed IDX', npy('|u1', [2, 2, 3], bytes(12)), gzipSync(idx([2], [4, 1])), 1],
    ['NPY and big-endian labels', npy('|u1', [2, 2, 3], bytes(12)), npy('>u2', [2], Uint8Array.of(0, 4, 0, 1)), 1],
  ])('should be read: %s', (_, images, labels, channels) => {
    const set = loadData(make({ 'train-images.any': images, 'train-labels.any': labels }), 'train');
    expect({ ...set, images: [...set.images], labels: [...set.labels] }).toEqual({
      images: [...bytes(12)],
      labels: [4, 1],
      count: 2,
      height: channels === 1 ? 2 : 1,
      width: channels === 1 ? 3 : 2,
      channels,
      classes: 5,
    });
  });

  it("should have the classes of both halves' labels", () => {
    const folder = make({
      'train-images-idx3-ubyte': idx([1, 1, 1], [0]),
      'train-labels-idx1-ubyte': idx([1], [2]),
      't10k-images-idx3-ubyte': idx([1, 1, 1], [0]),
      't10k-labels-idx1-ubyte': idx([1], [7]),
    });
    expect(loadData(folder, 'train').classes).toBe(8);
    expect(loadData(folder, 'test').classes).toBe(8);
  });

  const images = idx([2, 1, 1], [0, 1]);
  const labels = idx([2], [0, 1]);

  it.each([
    ['is empty', {}, 'to hold train-images* or test-images* in IDX or NPY'],
    ['has no labels', { 'test-images': images }, 'to hold one file test-labels*, but received none.'],
    ['has no images of this half', { 'train-images': images }, 'to hold one file test-images*, but received none.'],
    [
      'has images twice',
      { 'test-images.gz': gzipSync(images), 'test_images.idx': images, 'test-labels': labels },
      'to hold one file test-images*, but received test-images.gz and test_images.idx.',
    ],
    ['has another number of labels', { 'test-images': images, 'test-labels': idx([1], [0]) }, 'each of 2 images'],
    ['has images of text', { 'test-images': 'text', 'test-labels': labels }, 'or 4 axes), but received 0x74657874.'],
    [
      'has images of other numbers',
      { 'test-images': npy('<f4', [2, 1, 1], bytes(8)), 'test-labels': labels },
      'or U8 [count, height, width, channels], but received F32 [2, 1, 1].',
    ],
    [
      'has images of two axes',
      { 'test-images': npy('|u1', [2, 1], bytes(2)), 'test-labels': labels },
      'but received U8 [2, 1].',
    ],
    [
      'has fractions for labels',
      { 'test-images': images, 'test-labels': npy('<f4', [2], bytes(8)) },
      'to hold integers of shape [count], but received F32 [2].',
    ],
    [
      'has lists for labels',
      { 'test-images': images, 'test-labels': npy('|u1', [2, 2], bytes(4)) },
      'to hold integers of shape [count], but received U8 [2, 2].',
    ],
    [
      'has a negative label',
      { 'test-images': images, 'test-labels': npy('|i1', [2], Uint8Array.of(0, 255)) },
      'to be from 0 to 255, but received -1.',
    ],
    [
      'has a label past a byte',
      { 'test-images': images, 'test-labels': npy('<i8', [2], wide(1, 256)) },
      'to be from 0 to 255, but received 256.',
    ],
    [
      'has a packed file that is cut',
      { 'test-images': gzipSync(images).subarray(0, 20), 'test-labels': labels },
      'to be packed by gzip without damage, but received Z_BUF_ERROR.',
    ],
    [
      'has a packed file with a wrong byte',
      { 'test-images': gzipSync(images).fill(7, 20), 'test-labels': labels },
      'to be packed by gzip without damage, but received Z_',
    ],
  ])('should be refused when it %s', (_, files: Record<string, string | Uint8Array>, message) => {
    const folder = make(files);
    expect(() => loadData(folder, 'test')).toThrow(message);
    expect(() => loadData(folder, 'test')).toThrow(RangeError);
  });

  it('should be refused when a file is a folder', () => {
    const folder = make({ 'test-labels': labels });
    const inner = make();
    expect(() => loadData(join(folder, 'test-labels'), 'test')).toThrow('Expected data set to be mnist, cifar10');
    expect(() => loadData(inner, 'test')).toThrow(`Expected ${inner} to hold`);
  });
});
