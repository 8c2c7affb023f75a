// SPDX-License-Identifier: Apache-2.0
// PyTorch files, legacy and zip: every kind of tensor is read, and none reaches outside its storage.

import { describe, expect, it } from 'vitest';
import { decodeAny, type NamedTensors } from '../../src/import/read-tensors.ts';
import { singles } from '../../src/network/tensor.ts';
import { refusalText } from './models.ts';
import { pickle, type Writable } from './pickle-writer.ts';
import {
  legacyBytes,
  type TorchEntries,
  type TorchFileOptions,
  torchZipBytes,
  torchZipEntries,
} from './torch-writer.ts';
import { zipBytes } from './zip-writer.ts';

const forms = [
  ['legacy', legacyBytes],
  ['zip', torchZipBytes],
] as const;

async function refusal(bytes: Uint8Array): Promise<string> {
  try {
    await decodeAny('a.pth', bytes);
  } catch (error) {
    return refusalText('a.pth', error);
  }
  return 'none';
}

const numbers = (file: NamedTensors, name: string): number[] => [...singles(file.tensors.get(name)!)];
const upTo = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i);

describe.each(forms)('%s file', (form, bytesOf) => {
  const entries: TorchEntries = {
    'conv.weight': { shape: [2, 1, 2, 1], values: Float32Array.of(1, -2, 3.5, 1e-20) },
    'conv.bias': { shape: [2], values: Float32Array.of(7, 8), parameter: true },
    count: { shape: [], type: 'Long', bytes: new Uint8Array(BigInt64Array.of(77_220n).buffer) },
    empty: { shape: [0, 3], values: new Float32Array(0) },
  };

  it.each([2, 3, 4, 5])('should be read with pickles of protocol %i', async (protocol) => {
    for (const deflate of [false, true]) {
      const file = await decodeAny('a.pth', bytesOf(entries, { protocol, deflate }));
      expect(file.format).toBe(form === 'zip' ? 'torch-zip' : 'torch-legacy');
      expect([...file.tensors.keys()]).toEqual(['conv.weight', 'conv.bias', 'count', 'empty']);
      expect(numbers(file, 'conv.weight')).toEqual([1, -2, 3.5, Math.fround(1e-20)]);
      expect(numbers(file, 'conv.bias')).toEqual([7, 8]);
      expect(numbers(file, 'count')).toEqual([77_220]);
      expect(file.tensors.get('empty')!.shape).toEqual([0, 3]);
    }
  });

  it.each([
    ['Double', 'F64', new Uint8Array(Float64Array.of(1.5, -2).buffer), [1.5, -2]],
    ['Half', 'F16', Uint8Array.of(0, 0x3e, 0, 0xc0), [1.5, -2]],
    ['BFloat16', 'BF16', Uint8Array.of(0xc0, 0x3f, 0, 0xc0), [1.5, -2]],
    ['Int', 'I32', new Uint8Array(Int32Array.of(5, -6).buffer), [5, -6]],
    ['Short', 'I16', new Uint8Array(Int16Array.of(5, -6).buffer), [5, -6]],
    ['Char', 'I8', new Uint8Array(Int8Array.of(5, -6).buffer), [5, -6]],
    ['Byte', 'U8', Uint8Array.of(5, 250), [5, 250]],
    ['Bool', 'BOOL', Uint8Array.of(0, 1), [0, 1]],
  ] as const)('should be read with a storage of %s', async (type, dtype, bytes, expected) => {
    const file = await decodeAny('a.pth', bytesOf({ x: { shape: [2], type, bytes } }));
    expect(file.tensors.get('x')).toMatchObject({ dtype, shape: [2] });
    expect(numbers(file, 'x')).toEqual(expected);
  });

  it('should be read with views, offsets and storages shared', async () => {
    const file = await decodeAny(
      'a.pth',
      bytesOf({
        whole: { shape: [2, 3], values: upTo(6), key: 's' },
        turned: { shape: [3, 2], strides: [1, 3], key: 's' },
        row: { shape: [3], offset: 3, key: 's' },
        column: { shape: [2, 1], strides: [3, 7], offset: 1, key: 's' },
        last: { shape: [], offset: 5, key: 's' },
      }),
    );
    expect(numbers(file, 'turned')).toEqual([0, 3, 1, 4, 2, 5]);
    expect(numbers(file, 'row')).toEqual([3, 4, 5]);
    expect(numbers(file, 'column')).toEqual([1, 4]);
    expect(numbers(file, 'last')).toEqual([5]);
  });

  it.each<[string, (state: Writable) => Writable, string | undefined]>([
    ['itself', (state) => state, undefined],
    [
      'under state_dict',
      (state) => ({
        dict: [
          ['epoch', 3],
          ['state_dict', state],
          ['best', 0.9],
        ],
      }),
      'state_dict',
    ],
    [
      'under model',
      (state) => ({
        dict: [
          ['model', state],
          ['optimizer', { dict: [] }],
        ],
      }),
      'model',
    ],
  ])('should be read where the state dict is %s', async (_, wrap, wrapper) => {
    const file = await decodeAny('a.pth', bytesOf(entries, { wrap }));
    expect(file.wrapper).toBe(wrapper);
    expect(file.tensors.size).toBe(4);
  });

  it('should name what is no tensor', async () => {
    const wrap = (state: Writable): Writable => ({
      of: state,
      items: [
        ['epoch', 3],
        [5, null],
      ],
    });
    expect((await decodeAny('a.pth', bytesOf(entries, { wrap }))).others).toEqual(['epoch', 'a number']);
  });

  const six = { values: upTo(6), key: 's' };
  it.each<[string, TorchEntries, string]>([
    [
      'a tensor past the end',
      { x: { shape: [7], ...six } },
      'hold x within its storage, each element once, but received shape [7] with strides [1] at 0 in 6 elements.',
    ],
    ['an offset past the end', { x: { shape: [3], offset: 4, ...six } }, 'at 4 in 6 elements'],
    ['a stride past the end', { x: { shape: [2, 3], strides: [4, 1], ...six } }, 'strides [4, 1] at 0 in 6 elements'],
    ['an offset of nothing past the end', { x: { shape: [0], offset: 7, ...six } }, 'at 7 in 6 elements'],
    ['a stride of zero', { x: { shape: [1000, 1000], strides: [0, 0], ...six } }, 'which overlaps'],
    ['a great shape with strides of zero', { x: { shape: [2 ** 50], strides: [0], ...six } }, 'which overlaps'],
    ['rows that overlap', { x: { shape: [3, 2], strides: [1, 1], ...six } }, 'which overlaps'],
    [
      'a shape beyond counting',
      { x: { shape: Array.from({ length: 64 }, () => 2 ** 30), strides: Array.from({ length: 64 }, () => 1), ...six } },
      'overlaps',
    ],
    ['65 axes', { x: { shape: Array.from({ length: 65 }, () => 1), ...six } }, 'have sizes of at most 64 counts'],
    ['a negative size', { x: { shape: [-1], ...six } }, 'have sizes of at most 64 counts'],
    ['a negative stride', { x: { shape: [2], strides: [-1], offset: 3, ...six } }, 'have strides of at most 64 counts'],
    ['a fraction as size', { x: { shape: [1.5], ...six } }, 'have sizes of at most 64 counts'],
    [
      'too few strides',
      { x: { shape: [2, 3], strides: [1], ...six } },
      'have a stride for each of 2 axes, but received 1 strides',
    ],
    [
      'a negative offset',
      { x: { shape: [2], offset: -1, ...six } },
      'have a tensor at a place in its storage, but received -1',
    ],
    [
      'an unknown storage',
      { x: { shape: [2], type: 'Quantized', ...six } },
      'the name torch.QuantizedStorage, which is not allowed',
    ],
    ['a negative count', { x: { shape: [2], count: -5, ...six } }, 'refer to storages by type, key and count'],
    [
      'one storage of two counts',
      { x: { shape: [2], ...six }, y: { shape: [2], count: 9, key: 's' } },
      'hold storage s as 6 of F32, but received 9 of F32',
    ],
    ['no tensors', {}, 'hold a dictionary of tensors, itself or under state_dict'],
  ])('should be refused with %s', async (_, wrong, message) => {
    let bytes: Uint8Array;
    try {
      bytes = bytesOf(wrong);
    } catch {
      // A legacy file cannot say a negative count.
      return;
    }
    expect(await refusal(bytes)).toContain(message);
  });

  it.each<[string, TorchFileOptions, string]>([
    ['big-endian numbers', { littleEndian: false }, 'little-endian numbers, but received'],
    [
      'a list in place of a dictionary',
      { wrap: (state) => [state] },
      'hold a dictionary of tensors, but received a list',
    ],
    [
      'a module',
      { wrap: () => ({ global: ['models.resnet20', 'ResNet'] }) },
      'the name models.resnet20.ResNet, which is not allowed',
    ],
    [
      'a hostile call',
      { wrap: (state) => ({ tuple: [state, { call: [{ global: ['os', 'system'] }, ['true']] }] }) },
      'the name os.system, which is not allowed',
    ],
    [
      'a parameter of nothing',
      { wrap: () => ({ call: [{ global: ['torch._utils', '_rebuild_parameter'] }, [null]] }) },
      'make a parameter of a tensor, but received None',
    ],
    [
      'a tensor of nothing',
      { wrap: () => ({ call: [{ global: ['torch._utils', '_rebuild_tensor_v2'] }, []] }) },
      'make a tensor of a storage, but received nothing',
    ],
  ])('should be refused with %s', async (_, options, message) => {
    expect(await refusal(bytesOf(entries, options))).toContain(message);
  });
});

describe('legacy file', () => {
  const entries: TorchEntries = { x: { shape: [2], values: Float32Array.of(1, 2) } };

  it('should be refused without its magic number, or of another version', async () => {
    const bytes = legacyBytes(entries);
    const other = Buffer.from(bytes);
    other[4]! ^= 1;
    expect(await refusal(other)).toContain("begin with PyTorch's magic number");
    const later = Buffer.from(bytes);
    later[later.indexOf(Buffer.from('M\xe9\x03.', 'latin1')) + 1]! ^= 1;
    expect(await refusal(later)).toContain("be of PyTorch's file version 1001, but received 1000");
  });

  it('should be refused where it lists a storage twice, or one of no tensor', async () => {
    const bytes = legacyBytes(entries);
    const keys = pickle(['0']);
    const at = bytes.lastIndexOf(keys);
    const withKeys = (...names: string[]): Buffer =>
      Buffer.concat([bytes.subarray(0, at), pickle(names), bytes.subarray(at + keys.length), bytes.subarray(-16)]);
    expect(await refusal(withKeys('0', '0'))).toBe('Expected FILE to hold storage 0 once, but received it twice.');
    expect(await refusal(withKeys('1'))).toBe(
      'Expected FILE to list storages that its tensors use, but received another key.',
    );
    expect(await refusal(withKeys())).toContain('hold x within its storage, each element once, but received none');
  });

  it('should be refused where a storage has another count than its tensors say', async () => {
    const bytes = legacyBytes(entries);
    bytes[bytes.length - 16] = 3;
    expect(await refusal(bytes)).toContain('hold 2 numbers in storage 0, but received 3');
    expect(await refusal(bytes.subarray(0, -1))).toContain('hold 2 numbers in storage 0');
    expect(await refusal(legacyBytes({ x: { shape: [2], count: 2 ** 40, values: upTo(2) } }))).toContain('cut short');
  });
});

describe('zip file', () => {
  const parts = torchZipEntries({ x: { shape: [2], values: Float32Array.of(1, 2) } });

  it('should be refused without a storage, or with one of another size', async () => {
    const [pkl, order, data, version] = parts as [
      (typeof parts)[0],
      (typeof parts)[0],
      (typeof parts)[0],
      (typeof parts)[0],
    ];
    expect(await refusal(zipBytes([pkl, order, version]))).toBe(
      'Expected FILE to hold archive/data/0 in its archive, but received none.',
    );
    expect(await refusal(zipBytes([pkl, { ...data, content: new Uint8Array(7) }]))).toBe(
      'Expected FILE to hold archive/data/0 in 8 bytes, but received 7.',
    );
    expect(await refusal(zipBytes([pkl, data, { ...pkl, name: 'b/data.pkl' }]))).toContain(
      'hold one data.pkl, but received 2',
    );
    expect(await refusal(zipBytes([{ ...pkl, name: 'data.pkl' }]))).toContain(
      'a zip archive without data.pkl or .npy files',
    );
  });
});

describe('another file', () => {
  it.each([
    [
      'a text',
      Buffer.from('Licence: none'),
      'be a PyTorch, safetensors or NPZ file, but received 13 bytes of another kind',
    ],
    ['nothing', Buffer.alloc(0), 'but received 0 bytes of another kind'],
    ['an array', Buffer.from('\x93NUMPY\x01\0', 'latin1'), 'one .npy array without a name'],
    ['a pickle of another program', Buffer.from('\x80\x02}.', 'latin1'), 'cut short'],
  ])('should be refused: %s', async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });
});
