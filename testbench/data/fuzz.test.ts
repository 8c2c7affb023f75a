// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes of a file, its reader gives a set that is whole or says in one line what is wrong.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadData } from '../../src/data/index.ts';
import { npyBytes } from '../import/npy-bytes.ts';
import { cifarBatch, cifarLike, idx, png, temporaryFolders } from './files.ts';

const make = temporaryFolders();

/** What happens to a good file: cut, bytes overwritten, bytes put in, or something else entirely. */
const damages = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('write' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  // Headers lie at the start.
  fc.record({
    kind: fc.constant('write' as const),
    at: fc.nat(40),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom(Uint8Array.of(255, 255, 255, 255), Uint8Array.of(127, 255, 255, 255), Uint8Array.of(0, 0, 0, 0)),
    ),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }),
  }),
  fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
);
type Damage = typeof damages extends fc.Arbitrary<infer T> ? T : never;

function damage(good: Uint8Array, how: Damage): Uint8Array {
  if (how.kind === 'replace') return how.bytes;
  const at = how.at % (good.length + 1);
  if (how.kind === 'cut') return good.subarray(0, at);
  const rest = good.subarray(how.kind === 'write' ? at + how.bytes.length : at);
  return Buffer.concat([good.subarray(0, at), how.bytes, rest]);
}

const header = (shape: string): string => `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`;
const pictures = cifarLike([1, 2]);
const images = idx([2, 2, 3], new Uint8Array(12));
const labels = idx([2], [0, 1]);

/** Every kind of file that is read, with the others of its folder. */
const kinds: readonly (readonly [name: string, file: string, good: Uint8Array, others: Record<string, Uint8Array>])[] =
  [
    ['IDX images', 'test-images', images, { 'test-labels': labels }],
    ['packed IDX images', 'test-images.gz', gzipSync(images), { 'test-labels': labels }],
    ['IDX labels', 'test-labels', labels, { 'test-images': images }],
    ['NPY images', 'test-images', npyBytes(header('(2, 2, 3)'), new Uint8Array(12)), { 'test-labels': labels }],
    ['NPY labels', 'test-labels', npyBytes(header('(2,)'), Uint8Array.of(0, 1)), { 'test-images': images }],
    ['CIFAR-10 binary files', 'test_batch.bin', cifarBatch(pictures), {}],
    ['CIFAR-10 PNG files', 'test_batch.png', png(1024, pictures.images), { 'test_lables.json': Buffer.from('[1,2]') }],
    [
      'CIFAR-10 label files',
      'test_lables.json',
      Buffer.from('[1,2]'),
      { 'test_batch.png': png(1024, pictures.images) },
    ],
  ];

describe.each(kinds)('%s of any bytes', (_, name, good, others) => {
  const folder = make({ ...others, [name]: good });

  it('should be read where they are good', () => {
    expect(loadData(folder, 'test').count).toBe(2);
  });

  it('should give whole sets or errors of one line, in time and memory of their size', () => {
    const started = process.memoryUsage.rss();
    let refused = 0;
    fc.assert(
      fc.property(damages, (how) => {
        writeFileSync(join(folder, name), damage(good, how));
        try {
          const set = loadData(folder, 'test');
          expect(set.images.length).toBe(set.count * set.height * set.width * set.channels);
          expect(set.images.length).toBeGreaterThan(0);
          expect(set.labels.length).toBe(set.count);
          expect(Math.max(...set.labels)).toBeLessThan(set.classes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toMatch(/^Expected [^\n]+, but received [^\n]+\.$/);
          refused++;
        }
      }),
    );
    expect(refused).toBeGreaterThan(10);
    expect(process.memoryUsage.rss() - started).toBeLessThan(2 ** 28);
  });
});
