// SPDX-License-Identifier: Apache-2.0
// NumPy arrays: every type, order and version, and what is none.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNpy } from '../../src/network/npy.ts';
import { singles } from '../../src/network/tensor.ts';
import { runsFactor } from '../house/seed.ts';
import { npyBytes } from './npy-bytes.ts';
import { refusalOf } from './models.ts';

const header = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

const refusal = (file: Uint8Array): string => refusalOf('a.npy', () => decodeNpy('a.npy', file));

describe('npy', () => {
  it.each([
    ['<f4', 'F32', new Uint8Array(Float32Array.of(1.5, -2).buffer), [1.5, -2]],
    ['<f8', 'F64', new Uint8Array(Float64Array.of(1.5, -2).buffer), [1.5, -2]],
    ['<f2', 'F16', Uint8Array.of(0, 0x3e, 0, 0xc0), [1.5, -2]],
    ['>f4', 'F32', Uint8Array.of(0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0), [1.5, -2]],
    ['|u1', 'U8', Uint8Array.of(200, 7), [200, 7]],
    ['|i1', 'I8', Uint8Array.of(200, 7), [-56, 7]],
    ['|b1', 'BOOL', Uint8Array.of(1, 0), [1, 0]],
    ['<i8', 'I64', new Uint8Array(BigInt64Array.of(-3n, 9n).buffer), [-3, 9]],
    ['>u2', 'U16', Uint8Array.of(1, 2, 0, 3), [258, 3]],
  ] as const)('should read %s', (descr, dtype, bytes, numbers) => {
    for (const version of [1, 2, 3]) {
      const tensor = decodeNpy('a.npy', npyBytes(header(descr, '(2,)'), bytes, version));
      expect(tensor).toMatchObject({ dtype, shape: [2] });
      expect([...singles(tensor)]).toEqual(numbers);
    }
  });

  it('should bring the order of Fortran to that of C', () => {
    const file = npyBytes(header('|u1', '(2, 3)', 'True'), Uint8Array.of(11, 21, 12, 22, 13, 23));
    expect([...decodeNpy('a.npy', file).bytes]).toEqual([11, 12, 13, 21, 22, 23]);
  });

  it('should read a single number and an empty array', () => {
    expect(decodeNpy('a.npy', npyBytes(header('|u1', '()'), Uint8Array.of(5)))).toMatchObject({ shape: [] });
    expect(decodeNpy('a.npy', npyBytes(header('<f4', '(0, 9)'), new Uint8Array(0)))).toMatchObject({ shape: [0, 9] });
  });

  it.each([
    [
      'objects',
      header('|O', '(1,)'),
      'Expected FILE to have a header with a plain number type as descr, but received |O.',
    ],
    [
      'records',
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
      'as descr, fortran_order and shape',
    ],
    ['no shape', "{'descr': '<f4', 'fortran_order': False, }", 'as descr, fortran_order and shape'],
    ['a key twice', "{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", 'as descr, fortran_order and shape'],
    ['a word for the order', header('<f4', '(1,)', "'no'"), "True or False as fortran_order, but received 'no'."],
    ['a type of another kind', header('constructor', '(1,)'), 'type as descr, but received constructor.'],
    ['code', header('<f4', "__import__('os')"), 'as descr, fortran_order and shape'],
    ['a negative length', header('<f4', '(-1,)'), 'as descr, fortran_order and shape'],
    ['a length with a gap', header('<f4', '(1 2,)'), 'a tuple of lengths as shape, but received 1 2,.'],
    ['65 axes', header('<f4', `(${'1,'.repeat(65)})`), 'a tuple of lengths as shape'],
    ['more than there is', header('<f4', '(2,)'), 'Expected FILE to hold 8 bytes of numbers, but received 4.'],
    [
      'too many to count',
      header('<f4', '(9999999999, 9999999999)'),
      'to hold Infinity bytes of numbers, but received 4.',
    ],
  ])('should refuse %s', (_, text, message) => {
    expect(refusal(npyBytes(text, new Uint8Array(4)))).toContain(message);
  });

  it('should refuse a long header', () => {
    const text = `${header('|u1', '()')}${' '.repeat(70_000)}`;
    expect(refusal(npyBytes(text, Uint8Array.of(5), 2))).toContain('a header of at most 65535 bytes, but received 70');
  });

  it('should refuse another version and another file', () => {
    const file = npyBytes(header('|u1', '(1,)'), Uint8Array.of(5));
    file[6] = 4;
    expect(refusal(file)).toBe('Expected FILE to have an .npy version from 1 to 3, but received 4.');
    expect(refusal(Buffer.from('no array'))).toBe(
      'Expected FILE to be an .npy file, but received 8 bytes of another kind.',
    );
  });

  it('should answer every beginning of a file and every change to it', () => {
    const file = npyBytes(header('<f4', '(2, 3)', 'True'), new Uint8Array(24));
    for (let length = 0; length < file.length; length++) {
      expect(refusal(file.subarray(0, length)), `${length} bytes`).not.toBe('none');
    }
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(file);
        changed[at] = value;
        refusal(changed);
      }),
      { numRuns: 2000 * runsFactor },
    );
  });
});
