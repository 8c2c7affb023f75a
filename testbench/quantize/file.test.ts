// SPDX-License-Identifier: Apache-2.0
// The weight file: what is written is read, and nothing else is.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Layer, type QuantizedNetwork, readQuantized, writeQuantized } from '../../src/network/index.ts';
import { decodeTensors, encodeTensors, type Tensor } from '../../src/network/safetensors.ts';
import { randomCase } from '../support/integer-networks.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'net.safetensors');

function small(bits = 8): QuantizedNetwork {
  const fields = { name: 'conv1', input: { height: 2, width: 2, channels: 1 }, kernelHeight: 2, filters: 2 };
  const weights = bits > 8 ? Uint16Array.of(0, 1, 500, 2) : Uint8Array.of(0, 1, 255, 2);
  const layer = quantizedOf(fields, {
    weights,
    mul: Int16Array.of(-32768, 5),
    add: Float64Array.of(-(2 ** 39), 2 ** 39 - 1),
    shift: Uint8Array.of(0, 47),
    padCodes: bits > 8 ? Uint16Array.of(3) : Uint8Array.of(3),
    bits,
  });
  const provenance = { seed: 1, note: 'not "sha256":"in here"' };
  return { ...networkOf('small', [layer]), imageBits: bits, bits, provenance };
}

/** Writes the small network's file after a change to its parts, with a checksum that is right again. */
function rewrite(change: (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void): void {
  writeQuantized(path, small());
  const { metadata, tensors } = decodeTensors(path, readFileSync(path));
  const [ownMetadata, ownTensors] = [{ ...metadata }, new Map(tensors)];
  change(ownMetadata, ownTensors);
  writeFileSync(path, encodeTensors({ metadata: ownMetadata, tensors: ownTensors }));
}

/** Message of the error that reading gives, without the file's path. */
function refusal(): string {
  try {
    readQuantized(path);
  } catch (error) {
    const { message } = error as Error;
    expect(message).toMatch(/^Expected [^\n]* received [^\n]*\.$/);
    expect(message).toContain(path);
    return message.replaceAll(path, 'FILE');
  }
  return 'none';
}

function edit(metadata: Record<string, string>, key: string, change: (value: never) => unknown): void {
  metadata[key] = JSON.stringify(change(JSON.parse(metadata[key]!) as never));
}

describe('weight file', () => {
  it.each([8, 9])('should be read as written (bits %i)', (bits) => {
    writeQuantized(path, small(bits));
    expect(readQuantized(path)).toEqual(small(bits));
  });

  it('should be read as written for random networks', () => {
    const limits = { bits: [2, 5, 8, 9, 16], maxLayers: 4, maxImages: 1, maxChannels: 6, maxFilters: 9 };
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (seed) => {
        const { network } = randomCase(seed, limits);
        writeQuantized(path, network);
        expect(readQuantized(path)).toEqual(network);
      }),
      { numRuns: 60 },
    );
  });

  describe('weights that multiply', () => {
    const fields: Partial<Layer> = {
      ...{ name: 'conv1', cell: 'multiply', input: { height: 2, width: 2, channels: 1 }, kernelHeight: 2 },
    };
    const multiplying = (...weights: number[]): QuantizedNetwork =>
      networkOf('multiplying', [quantizedOf(fields, { weights: Int16Array.from(weights) })]);
    const weightTensor = (): Tensor => decodeTensors(path, readFileSync(path)).tensors.get('conv1.weight')!;
    const rewriteWeights = (tensor: Partial<Tensor>): void => {
      const { metadata, tensors } = decodeTensors(path, readFileSync(path));
      const changed = new Map([...tensors, ['conv1.weight', { ...weightTensor(), ...tensor }] as const]);
      writeFileSync(path, encodeTensors({ metadata, tensors: changed }));
    };

    it.each([
      [-128, 127, 'I8'],
      [-129, 127, 'I16'],
      [-128, 128, 'I16'],
    ])('should take a byte each where all fit in one (%i to %i)', (least, most, dtype) => {
      writeQuantized(path, multiplying(least, most));
      expect(weightTensor().dtype).toBe(dtype);
      expect(readQuantized(path)).toEqual(multiplying(least, most));
    });

    it('should be read from two bytes each, too', () => {
      writeQuantized(path, multiplying(-3, 2));
      rewriteWeights({ dtype: 'I16', bytes: new Uint8Array(Int16Array.of(-3, 2).buffer) });
      expect(readQuantized(path)).toEqual(multiplying(-3, 2));
    });

    it('should be refused from unsigned bytes', () => {
      writeQuantized(path, multiplying(-3, 2));
      rewriteWeights({ dtype: 'U8' });
      expect(refusal()).toBe(
        'Expected FILE to hold conv1.weight as I8 [1, 2, 1, 1] or I16 [1, 2, 1, 1], but received U8 [1, 2, 1, 1].',
      );
    });
  });

  it('should be refused when its sums could pass 31 bits', () => {
    const side = 182;
    const fields = { input: { height: side, width: side, channels: 1 }, kernelHeight: side, kernelWidth: side };
    const wide = (cell: 'adder' | 'multiply', weights: Uint16Array | Int16Array): QuantizedNetwork => ({
      ...networkOf('wide', [quantizedOf({ ...fields, cell }, { weights, padCodes: Uint16Array.of(0) })]),
      imageBits: 16,
    });
    const limit = 2 ** 31 - 1;
    const message = (sum: number): string => `the largest sum of layer from 0 to ${limit}, but received ${sum}.`;
    // 182 x 182 distances of up to 65,535, or one such code times 32,767 and times 2 more.
    expect(() => writeQuantized(path, wide('adder', new Uint16Array(side * side)))).toThrow(
      message(side * side * 65_535),
    );
    const weights = new Int16Array(side * side).fill(32_767, 0, 1).fill(-2, 5, 6);
    expect(() => writeQuantized(path, wide('multiply', weights))).toThrow(message(32_769 * 65_535));
    expect(() => writeQuantized(path, wide('multiply', weights.fill(0, 5, 6)))).not.toThrow();
  });

  it('should have its data on a boundary of eight bytes, and no file beside it', () => {
    writeQuantized(path, small());
    expect(Number(readFileSync(path).readBigUInt64LE()) % 8).toBe(0);
    expect(readdirSync(folder)).toEqual(['net.safetensors']);
  });

  it('should be refused when any one byte is changed, or the end is missing', () => {
    writeQuantized(path, small());
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      writeFileSync(path, changed);
      expect(refusal(), `byte ${at}`).not.toBe('none');
    }
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      expect(refusal(), `${length} bytes`).not.toBe('none');
    }
  });

  it('should say what a truncated file lacks', () => {
    writeQuantized(path, small());
    const whole = readFileSync(path);
    const header = whole.readBigUInt64LE();
    const cut = (length: number): string => {
      writeFileSync(path, whole.subarray(0, length));
      return refusal();
    };
    expect(cut(5)).toBe('Expected FILE to hold a header length of 8 bytes, but received 5 bytes in all.');
    expect(cut(90)).toBe(`Expected FILE to hold a header of ${header} bytes, but received 90 bytes in all.`);
    expect(cut(whole.length - 1)).toBe('Expected FILE to hold 26 bytes of tensors, but received 25.');
  });

  it('should say that a byte of the data was changed', () => {
    writeQuantized(path, small());
    const whole = readFileSync(path);
    whole[whole.length - 3]! ^= 1;
    writeFileSync(path, whole);
    expect(refusal()).toMatch(/^Expected FILE to have the checksum \w{64}, but received \w{64}: it was changed\.$/);
  });

  it.each<[string, (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void, string]>([
    ['another format', (m) => (m['format'] = 'x'), 'Expected FILE to have format berus-quantized, but received x.'],
    ['another version', (m) => (m['version'] = '1'), 'Expected FILE to have version 2, but received 1.'],
    ['no version', (m) => delete m['version'], 'Expected FILE to have version 2, but received none.'],
    ['no bits', (m) => delete m['bits'], 'Expected FILE to have bits as JSON, but received none.'],
    ['one bit', (m) => (m['bits'] = '1'), 'Expected FILE to describe a network, but received a wrong bits'],
    [
      'nine bits',
      (m) => (m['imageBits'] = '9'),
      'hold conv1.weight as U16 [2, 2, 1, 1], but received U8 [2, 2, 1, 1].',
    ],
    ['codes that do not fit', (m) => (m['imageBits'] = '7'), 'hold conv1.weight from 0 to 127, but received 255.'],
    ['a missing tensor', (_, t) => t.delete('conv1.mul'), 'hold conv1.mul as I16 [2], but received none.'],
    [
      'one tensor too many',
      (_, t) => t.set('conv9.mul', t.get('conv1.mul')!),
      "to hold no tensors but its layers', but received conv9.mul.",
    ],
    [
      'a wrong shape',
      (_, t) => t.set('conv1.weight', { ...t.get('conv1.weight')!, shape: [2, 1, 2, 1] }),
      'hold conv1.weight as U8 [2, 2, 1, 1], but received U8 [2, 1, 2, 1].',
    ],
    [
      'a shift too large',
      (_, t) => t.set('conv1.shift', { ...t.get('conv1.shift')!, bytes: Uint8Array.of(0, 48) }),
      'hold conv1.shift from 0 to 47, but received 48.',
    ],
    [
      'an offset too large',
      (_, t) =>
        t.set('conv1.add', { ...t.get('conv1.add')!, bytes: new Uint8Array(BigInt64Array.of(0n, 2n ** 39n).buffer) }),
      'hold conv1.add from -549755813888 to 549755813887, but received 549755813888.',
    ],
    [
      'a padding code too large',
      (m) => edit(m, 'codes', ([own]: object[]) => [{ ...own, padCodes: [256] }]),
      'hold conv1.padCodes from 0 to 255, but received 256.',
    ],
    [
      'a padding code too few',
      (m) => edit(m, 'codes', ([own]: object[]) => [{ ...own, padCodes: [] }]),
      'hold conv1.padCodes.length from 1 to 1, but received 0.',
    ],
    [
      'a shift of what is no average',
      (m) => edit(m, 'codes', ([own]: object[]) => [{ ...own, poolShift: 1 }]),
      'hold conv1.poolShift from 0 to 0, but received 1.',
    ],
    ['codes of no layer', (m) => (m['codes'] = '[]'), 'to have codes of 1 layers, but received 0.'],
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
      'a name twice',
      (m) => edit(m, 'network', (n: { layers: object[] }) => ({ ...n, layers: [n.layers[0], n.layers[0]] })),
      'to have codes of 2 layers, but received 1.',
    ],
  ])('should be refused with %s', (_, change, message) => {
    rewrite(change);
    expect(refusal()).toContain(message);
  });

  it('should be refused with a header that is no JSON', () => {
    const file = Buffer.alloc(16, '{');
    file.writeBigUInt64LE(8n);
    writeFileSync(path, file);
    expect(refusal()).toBe('Expected FILE to have a header of JSON, but received other text.');
  });

  it('should be refused where it is not there', () => {
    expect(() => readQuantized(join(folder, 'none'))).toThrow(/to be a file that can be read, but received ENOENT\.$/);
    expect(() => writeQuantized(join(folder, 'none', 'file'), small())).toThrow(
      /can be written, but received ENOENT\.$/,
    );
  });

  it('should leave the old file as it was when the network breaks a limit', () => {
    writeQuantized(path, small());
    const before = readFileSync(path);
    const net = small();
    net.layers[0]!.shift[0] = 48;
    expect(() => writeQuantized(path, net)).toThrow('hold conv1.shift from 0 to 47, but received 48.');
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['net.safetensors']);
  });
});
