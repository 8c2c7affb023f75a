// SPDX-License-Identifier: Apache-2.0
// Zip archives: what one says of itself is not believed.

import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeAny } from '../../src/import/read-tensors.ts';
import { openZip } from '../../src/import/zip.ts';
import { singles } from '../../src/network/tensor.ts';
import { refusalText } from './models.ts';
import { npyBytes } from './npy-bytes.ts';
import { zipBytes, type ZipEntry } from './zip-writer.ts';

const inflated = vi.hoisted(() => ({ most: 0 }));
vi.mock(import('node:zlib'), async (original) => {
  const zlib = await original();
  const inflateRawSync = ((...args: Parameters<typeof zlib.inflateRawSync>) => {
    const bytes = zlib.inflateRawSync(...args);
    inflated.most = Math.max(inflated.most, bytes.length);
    return bytes;
  }) as typeof zlib.inflateRawSync;
  return { ...zlib, inflateRawSync };
});
beforeEach(() => {
  inflated.most = 0;
});

async function refusal(bytes: Uint8Array, ...names: string[]): Promise<string> {
  try {
    const archive = await openZip('a.zip', bytes);
    for (const name of names) await archive.read(name);
  } catch (error) {
    return refusalText('a.zip', error);
  }
  return 'none';
}

const content = Buffer.from('twelve bytes');
const zeros = new Uint8Array(4 * 2 ** 20);

describe('zip', () => {
  it.each([false, true])('should read what was written (deflated: %s)', async (deflate) => {
    const archive = await openZip(
      'a.zip',
      zipBytes([
        { name: 'a/', content: Buffer.alloc(0) },
        { name: 'a/b', content, deflate },
        { name: 'c', content: Buffer.alloc(0), deflate },
      ]),
    );
    expect(archive.names).toEqual(['a/b', 'c']);
    expect(Buffer.from(await archive.read('a/b', 12))).toEqual(content);
    expect(await archive.read('c')).toHaveLength(0);
  });

  it.each<[string, Partial<ZipEntry>, string]>([
    ['more than it says', { deflate: true, size: 11 }, 'as 11 bytes with the checksum'],
    ['less than it says', { deflate: true, size: 13 }, 'as 13 bytes with the checksum'],
    ['far more than it says', { deflate: true, content: zeros, size: 10 }, 'as 10 bytes with the checksum'],
    ['nothing, it says', { deflate: true, content: zeros, size: 0, crc: 0 }, 'as 0 bytes with the checksum 0'],
    ['another checksum', { crc: 5 }, 'as 12 bytes with the checksum 5, but received other bytes'],
    ['stored bytes of two sizes', { size: 13 }, 'a whole zip archive, but received an error'],
    ['no deflated bytes', { method: 8 }, 'as 12 bytes with the checksum'],
    ['another method', { method: 12 }, 'stored or deflated, but received method 12'],
    ['a password', { flags: 1 }, 'but received'],
    ['a place past the end', { offset: 2 ** 31 }, 'whole, but received an error'],
    ['a size past the end', { size: 2 ** 31, packedSize: 2 ** 31 }, 'but received'],
    ['a way out', { name: '../x' }, 'a whole zip archive, but received an error'],
    ['a place at the root', { name: '/x' }, 'a whole zip archive, but received an error'],
  ])('should refuse an entry with %s', async (_, lie, message) => {
    const entry = { name: 'x', content, ...lie };
    expect(await refusal(zipBytes([entry]), 'x')).toContain(message);
    expect(inflated.most).toBeLessThanOrEqual(13);
  });

  it('should refuse two entries of one name', async () => {
    expect(
      await refusal(
        zipBytes([
          { name: 'x', content },
          { name: 'x', content },
        ]),
      ),
    ).toContain('received x twice');
  });

  it('should refuse to inflate more than sixteen times the archive and 16 MiB', async () => {
    const bomb = Array.from({ length: 6 }, (_, i) => ({ name: `x${i}`, content: zeros, deflate: true }));
    const bytes = zipBytes(bomb);
    expect(bytes.length).toBeLessThan(40_000);
    expect(await refusal(bytes, ...bomb.map(({ name }) => name))).toContain(
      "hold x4 and all else in at most 16 times the archive's size, but received 4194304 bytes more.",
    );
  });

  it('should refuse to inflate one entry many times under many names', async () => {
    const kernel = { name: 'x0', content: zeros, deflate: true };
    const first = zipBytes([kernel]);
    const copies = Array.from({ length: 200 }, (_, i): ZipEntry => ({
      name: `y${i}`,
      content: Buffer.alloc(0),
      method: 8,
      size: zeros.length,
      packedSize: first.length - 30 - 2 - 46 - 2 - 22,
      crc: crc32(zeros),
      offset: 0,
    }));
    expect(await refusal(zipBytes([kernel, ...copies]), 'x0', ...copies.map(({ name }) => name))).toMatch(
      /hold y\d+ and all else in at most 16 times|whole, but received an error/,
    );
  });

  it('should refuse a directory that is larger than names need', async () => {
    const entries = Array.from({ length: 300 }, (_, i) => ({
      name: `${i}${'x'.repeat(60_000)}`,
      content: Buffer.alloc(0),
    }));
    expect(await refusal(zipBytes(entries))).toContain('a directory of more than 16777216 bytes');
  });

  it('should refuse an archive of too many entries', async () => {
    const bytes = zipBytes([{ name: 'x', content }]);
    // The 64-bit form is the only one that can say so.
    bytes.writeUInt16LE(0xffff, bytes.length - 12);
    expect(await refusal(bytes)).toContain('a whole zip archive, but received');
  });
});

describe('npz', () => {
  const header = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;

  it.each([false, true])('should be read as arrays by name (deflated: %s)', async (deflate) => {
    const a = npyBytes(header('(2,)'), new Uint8Array(Float32Array.of(1, 2).buffer));
    const b = npyBytes(header('(1, 1)'), new Uint8Array(Float32Array.of(3).buffer));
    const file = await decodeAny(
      'a.npz',
      zipBytes([
        { name: 'conv.weight.npy', content: a, deflate },
        { name: 'b.npy', content: b, deflate },
      ]),
    );
    expect(file.format).toBe('npz');
    expect([...file.tensors].map(([name, tensor]) => [name, [...tensor.shape], [...singles(tensor)]])).toEqual([
      ['conv.weight', [2], [1, 2]],
      ['b', [1, 1], [3]],
    ]);
  });

  it('should name the array that is wrong', async () => {
    const bytes = zipBytes([{ name: 'b.npy', content: npyBytes(header('(3,)'), new Uint8Array(4)) }]);
    await expect(decodeAny('a.npz', bytes)).rejects.toThrow(
      'Expected a.npz (b.npy) to hold 12 bytes of numbers, but received 4.',
    );
  });
});
