// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes are, a reader answers with tensors or with one line of what is wrong: it never fails otherwise,
// takes no more memory than the file allows, and ends soon.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAny } from '../../src/import/read-tensors.ts';
import { elementCount } from '../../src/network/strided.ts';
import { encodeTensors } from '../../src/network/safetensors.ts';
import { elementBytes, singleTensor } from '../../src/network/tensor.ts';
import { runsFactor } from '../house/seed.ts';
import { npyBytes } from './npy-bytes.ts';
import { ops } from './pickle-writer.ts';
import { refusalText } from './models.ts';
import { legacyBytes, type TorchEntries, torchZipBytes } from './torch-writer.ts';
import { zipBytes } from './zip-writer.ts';

/** Milliseconds that one file of a few kilobytes may take on a busy machine. */
const patience = 3000;

/** Reads bytes and all their tensors; the message, or `none`. */
async function answer(bytes: Uint8Array): Promise<string> {
  const start = performance.now();
  let text = 'none';
  try {
    const { tensors } = await decodeAny('FILE', bytes);
    for (const { dtype, shape, bytes: content } of tensors.values()) {
      expect(content.length).toBe(elementCount(shape) * elementBytes[dtype]);
      expect(content.length).toBeLessThanOrEqual(16 * bytes.length + 2 ** 24);
    }
  } catch (error) {
    text = refusalText('FILE', error);
  }
  expect(performance.now() - start).toBeLessThan(patience);
  return text;
}

const entries: TorchEntries = {
  'conv.weight': { shape: [2, 1, 2, 1], values: Float32Array.of(1, -2, 3.5, 1e-20), key: 's' },
  turned: { shape: [2, 2], strides: [1, 2], key: 's' },
  'conv.bias': { shape: [2], values: Float32Array.of(7, 8), parameter: true },
};
const array = npyBytes("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", new Uint8Array(16));
const seeds: readonly (readonly [string, Uint8Array])[] = [
  ['legacy', legacyBytes(entries)],
  ['legacy of protocol 4', legacyBytes(entries, { protocol: 4 })],
  ['zip', torchZipBytes(entries)],
  ['deflated zip', torchZipBytes(entries, { deflate: true })],
  [
    'safetensors',
    encodeTensors({
      metadata: {},
      tensors: new Map([
        ['a', singleTensor([2], Float32Array.of(1, 2))],
        ['b', singleTensor([], Float32Array.of(3))],
      ]),
    }),
  ],
  [
    'npz',
    zipBytes([
      { name: 'a.npy', content: array },
      { name: 'b.npy', content: array, deflate: true },
    ]),
  ],
];

/** A change to a file: bytes in place of others. */
const change = fc.record({
  at: fc.nat(),
  cut: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(40) }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom('\xff\xff\xff\xff', '\0\0\0\0', '\x7f', '}', '(', '\x80', '0', 'R', '\x93').map(ops),
    // A piece of the file itself comes to another place.
    fc.record({ from: fc.nat(), length: fc.nat(60) }),
  ),
});

function changed(
  file: Uint8Array,
  changes: readonly { at: number; cut: number; bytes: Uint8Array | { from: number; length: number } }[],
): Buffer {
  let bytes = Buffer.from(file);
  for (const { at, cut, bytes: given } of changes) {
    const put =
      given instanceof Uint8Array
        ? given
        : bytes.subarray(given.from % bytes.length, (given.from % bytes.length) + given.length);
    const start = at % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + (cut === -1 ? put.length : cut))]);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

describe.each(seeds)('reader of %s', (_, file) => {
  it('should read the file as it is', async () => {
    expect(await answer(file)).toBe('none');
  });

  it('should refuse every beginning of the file', async () => {
    for (let length = 0; length < file.length; length++) {
      expect(await answer(file.subarray(0, length)), `${length} bytes`).not.toBe('none');
    }
  });

  it('should answer every change of one byte', async () => {
    for (let at = 0; at < file.length; at++) {
      for (const value of [file[at]! ^ 1, file[at]! ^ 0x80, 0, 255]) {
        const other = Buffer.from(file);
        other[at] = value;
        await answer(other);
      }
    }
  });

  it('should answer any changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        await answer(changed(file, changes));
      }),
      { numRuns: 3000 * runsFactor },
    );
  });
});

describe('reader of anything', () => {
  const starts = [
    '',
    '\x80\x02',
    '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}.',
    'PK\x03\x04',
    '\x08\0\0\0\0\0\0\0{',
    'L119547037146038801333356L\n.',
  ];

  it('should answer any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
        await answer(Buffer.concat([ops(start), rest]));
      }),
      { numRuns: 5000 * runsFactor },
    );
  });

  it('should answer any program of opcodes', async () => {
    const words = [
      ...[
        '(',
        '0',
        '1',
        '2',
        'N',
        'l',
        't',
        'd',
        'a',
        's',
        'R',
        'b',
        ']',
        ')',
        '}',
        'e',
        'u',
        'Q',
        '\x85',
        '\x86',
        '\x87',
        '\x93',
        '\x94',
        'h\0',
        'h\x01',
        'h\x02',
        'q\0',
        'q\x01',
      ],
      ...[
        'K\0',
        'K\x01',
        'K\x05',
        'M\0\x10',
        'J\xff\xff\xff\xff',
        '\x8a\x01\x80',
        'I7\n',
        'F1.5\n',
        'X\x07\0\0\0storage',
        'X\x01\0\0\0k',
        '\x8c\x03cpu',
        '\x88',
      ],
      ...[
        'ccollections\nOrderedDict\n',
        'ctorch\nFloatStorage\n',
        'ctorch._utils\n_rebuild_tensor_v2\n',
        'ctorch._utils\n_rebuild_parameter\n',
      ],
      ...[
        "(S'storage'\nctorch\nFloatStorage\nS'k'\nS'cpu'\nK\x04NtQ",
        'ccollections\nOrderedDict\n)R',
        'K\0K\x02\x85K\x01\x85',
      ],
    ].map(ops);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 60 }), async (program) => {
        const tail = ops(".\x80\x02]S'k'\na.\x04\0\0\0\0\0\0\0");
        await answer(Buffer.concat([ops(starts[2]!), ...program, tail, Buffer.alloc(16)]));
      }),
      { numRuns: 10_000 * runsFactor },
    );
  });
});
