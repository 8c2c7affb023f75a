// SPDX-License-Identifier: Apache-2.0
// Files of networks in floating point: what is written is read, and nothing else is.

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fileKind, type FloatModel, readFloat, writeFloat } from '../../src/network/index.ts';
import { decodeTensors, encodeTensors, type Tensor } from '../../src/network/safetensors.ts';
import { singleTensor } from '../../src/network/tensor.ts';
import { refusalOf, scratchFolder, smallModel } from './models.ts';

const disk = vi.hoisted(() => ({ full: false }));
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const writeSync = ((...args: Parameters<typeof fs.writeFileSync>) => {
    if (disk.full && typeof args[0] === 'number') {
      fs.writeFileSync(args[0], (args[1] as Uint8Array).subarray(0, 10));
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    }
    fs.writeFileSync(...args);
  }) as typeof fs.writeFileSync;
  return { ...fs, writeFileSync: writeSync };
});

const folder = scratchFolder();
const path = join(folder, 'net.safetensors');

/** Writes the small model's file after a change to its parts, with a checksum that is right again. */
function rewrite(change: (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void): void {
  writeFloat(path, smallModel());
  const { metadata, tensors } = decodeTensors(path, readFileSync(path));
  const [ownMetadata, ownTensors] = [{ ...metadata }, new Map(tensors)];
  change(ownMetadata, ownTensors);
  writeFileSync(path, encodeTensors({ metadata: ownMetadata, tensors: ownTensors }));
}

function edit(metadata: Record<string, string>, key: string, change: (value: never) => unknown): void {
  metadata[key] = JSON.stringify(change(JSON.parse(metadata[key]!) as never));
}

/** The small model with one number of its last layer replaced. */
function withNumber(field: 'weights' | 'gamma' | 'beta' | 'mean' | 'variance', value: number): FloatModel {
  const model = smallModel();
  model.layers.at(-1)![field][1] = value;
  return model;
}

describe('float file', () => {
  it('should be read as written, with how it was made', () => {
    writeFloat(path, smallModel(), { seed: 1, note: 'not "sha256":"in here"' });
    expect(readFloat(path)).toEqual({ ...smallModel(), provenance: { seed: 1, note: 'not "sha256":"in here"' } });
    expect(fileKind(path)).toBe('float');
    expect(readdirSync(folder)).toEqual(['net.safetensors']);
  });

  it('should be the same bytes for the same model', () => {
    writeFloat(path, smallModel(), { seed: 1 });
    const before = readFileSync(path);
    const { provenance, ...model } = readFloat(path);
    writeFloat(path, model, provenance);
    expect(readFileSync(path)).toEqual(before);
  });

  it('should be refused when any one byte is changed, or the end is missing', () => {
    writeFloat(path, smallModel());
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      writeFileSync(path, changed);
      expect(
        refusalOf(path, () => readFloat(path)),
        `byte ${at}`,
      ).not.toBe('none');
    }
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      expect(
        refusalOf(path, () => readFloat(path)),
        `${length} bytes`,
      ).not.toBe('none');
    }
  });

  it.each([
    ['weights', NaN, 'Expected FILE to hold fc.weight as finite numbers, but received NaN at 1.'],
    ['gamma', Infinity, 'Expected FILE to hold fc.gamma as finite numbers, but received Infinity at 1.'],
    ['mean', -Infinity, 'Expected FILE to hold fc.mean as finite numbers, but received -Infinity at 1.'],
    ['variance', -0.5, 'Expected FILE to hold fc.variance as finite numbers, none negative, but received -0.5 at 1.'],
  ] as const)('should leave the old file as it was when %s has %d', (field, value, message) => {
    writeFloat(path, smallModel());
    const before = readFileSync(path);
    expect(refusalOf(path, () => writeFloat(path, withNumber(field, value)))).toBe(message);
    expect(readFileSync(path)).toEqual(before);
    const name = field === 'weights' ? 'weight' : field;
    rewrite((_, t) =>
      t.set(`fc.${name}`, singleTensor(t.get(`fc.${name}`)!.shape, withNumber(field, value).layers[1]![field])),
    );
    expect(refusalOf(path, () => readFloat(path))).toBe(message);
  });

  it('should take a variance of zero', () => {
    writeFloat(path, withNumber('variance', 0));
    expect(readFloat(path).layers[1]!.variance[1]).toBe(0);
  });

  it('should leave the old file as it was when the disk is full', () => {
    writeFloat(path, smallModel());
    const before = readFileSync(path);
    disk.full = true;
    try {
      expect(refusalOf(path, () => writeFloat(path, withNumber('beta', 7)))).toBe(
        'Expected FILE to be a file that can be written, but received ENOSPC.',
      );
    } finally {
      disk.full = false;
    }
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['net.safetensors']);
  });

  it.each<[string, (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void, string]>([
    ['another format', (m) => (m['format'] = 'x'), 'Expected FILE to have format berus-float, but received x.'],
    ['another version', (m) => (m['version'] = '2'), 'Expected FILE to have version 1, but received 2.'],
    ['no network', (m) => delete m['network'], 'Expected FILE to have network as JSON, but received none.'],
    ['a missing tensor', (_, t) => t.delete('fc.mean'), 'hold fc.mean as F32 [3], but received none.'],
    [
      'one tensor too many',
      (_, t) => t.set('fc9.mean', t.get('fc.mean')!),
      "to hold no tensors but its layers', but received fc9.mean.",
    ],
    [
      'a wrong shape',
      (_, t) => t.set('conv1.weight', { ...t.get('conv1.weight')!, shape: [4, 3, 2, 2] }),
      'hold conv1.weight as F32 [4, 2, 3, 2], but received F32 [4, 3, 2, 2].',
    ],
    [
      'a field of the wrong type',
      (m) => edit(m, 'network', (n: { layers: object[] }) => ({ ...n, layers: [{ ...n.layers[0], relu: 1 }] })),
      'but received a wrong network.layers.0.relu',
    ],
    [
      'a layer that fits no map',
      (m) => edit(m, 'network', (n: { layers: object[] }) => ({ ...n, layers: [{ ...n.layers[0], stride: 0 }] })),
      'but received a wrong one: Expected conv1.stride to be an integer from 1 to 1024, but received 0.',
    ],
    [
      'too few means',
      (m) => edit(m, 'input', (input: object) => ({ ...input, mean: [1] })),
      'to have 2 of input.mean, but received 1.',
    ],
    [
      'a deviation of zero',
      (m) => edit(m, 'input', (input: object) => ({ ...input, deviation: [1, 0] })),
      'but received a wrong input.deviation.1',
    ],
  ])('should be refused with %s', (_, change, message) => {
    rewrite(change);
    expect(refusalOf(path, () => readFloat(path))).toContain(message);
  });

  it('should be refused where it is not there, or no file', () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const sub = join(folder, 'sub');
    expect(refusalOf(sub, () => readFloat(sub))).toBe(
      'Expected FILE to be a file that can be read, but received a folder.',
    );
    expect(refusalOf(sub, () => writeFloat(sub, smallModel()))).toBe(
      'Expected FILE to be a file that can be written, but received a folder.',
    );
    expect(refusalOf('/dev/null', () => writeFloat('/dev/null', smallModel()))).toContain('a device or pipe');
    expect(refusalOf('/dev/zero', () => readFloat('/dev/zero'))).toContain('a device or pipe');
    const none = join(sub, 'none', 'file');
    expect(refusalOf(none, () => readFloat(none))).toContain('ENOENT');
    expect(refusalOf(none, () => writeFloat(none, smallModel()))).toContain('ENOENT');
  });

  it.skipIf(process.platform === 'win32')('should keep the rights of the file that it replaces', () => {
    writeFloat(path, smallModel());
    chmodSync(path, 0o600);
    writeFloat(path, smallModel());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('should be written through a link', () => {
    const link = join(folder, 'sub', 'link');
    writeFloat(path, smallModel());
    symlinkSync(path, link);
    writeFloat(link, withNumber('beta', 7));
    expect(readFloat(path).layers[1]!.beta[1]).toBe(7);
  });
});
