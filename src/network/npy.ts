// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy: a magic, a version, a header that is a Python dictionary of
// three known keys, and the numbers. Versions 1 to 3 differ in the length of the
// header's length and in its encoding, which names of fields alone need.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { elementCount, gather, swapBytes } from './strided.ts';
import { elementBytes, type Tensor, type TensorType } from './tensor.ts';

const magic = '\x93NUMPY';

/** Most axes that NumPy allows. */
const maxAxes = 64;

/** Bytes of a header; three keys need a few hundred. */
const maxHeader = 65_535;

const types: ReadonlyMap<string, TensorType> = new Map([
  ['b1', 'BOOL'],
  ['u1', 'U8'],
  ['i1', 'I8'],
  ['u2', 'U16'],
  ['i2', 'I16'],
  ['u4', 'U32'],
  ['i4', 'I32'],
  ['u8', 'U64'],
  ['i8', 'I64'],
  ['f2', 'F16'],
  ['f4', 'F32'],
  ['f8', 'F64'],
]);

interface NpyHeader {
  readonly dtype: TensorType;
  readonly bigEndian: boolean;
  /** Whether the first axis is fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** Whether bytes begin like an .npy file. */
export function isNpy(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, magic.length)).toString('latin1') === magic;
}

/**
 * Takes an .npy file apart. Arrays of objects, which are pickles, and of records are refused.
 * @param path what messages call the file
 * @throws {RangeError} when the bytes are no such file, or fewer or more than its header says.
 */
export function decodeNpy(path: string, file: Uint8Array): Tensor {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!isNpy(bytes) || bytes.length < 12) {
    throw new RangeError(`Expected ${path} to be an .npy file, but received ${bytes.length} bytes of another kind.`);
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3) {
    throw new RangeError(`Expected ${path} to have an .npy version from 1 to 3, but received ${version}.`);
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  if (start + length > bytes.length) {
    throw new RangeError(
      `Expected ${path} to hold a header of ${length} bytes, but received ${bytes.length} bytes in all.`,
    );
  }
  if (length > maxHeader) {
    throw new RangeError(`Expected ${path} to have a header of at most ${maxHeader} bytes, but received ${length}.`);
  }
  const { dtype, bigEndian, fortran, shape } = parseHeader(path, bytes.toString('latin1', start, start + length));
  const size = elementBytes[dtype];
  const data = bytes.subarray(start + length);
  const expected = elementCount(shape) * size;
  if (data.length !== expected) {
    throw new RangeError(`Expected ${path} to hold ${expected} bytes of numbers, but received ${data.length}.`);
  }
  const ordered = bigEndian ? swapBytes(data, size) : data;
  if (!fortran) return { dtype, shape, bytes: ordered };
  const strides: number[] = [];
  shape.reduce((stride, axis) => (strides.push(stride), stride * axis), 1);
  return { dtype, shape, bytes: gather(ordered, size, { shape, strides, offset: 0 }) };
}

/** One key with its value and a comma; a value is a string, a truth value or a tuple of numbers. */
const item = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\s,L]*\))\s*(,|(?=\s*\}))/y;

function parseHeader(path: string, text: string): NpyHeader {
  const values = new Map<string, string>();
  const open = text.indexOf('{');
  const wrong = (what: string, received: string): never => {
    const shown =
      received
        .trim()
        .slice(0, 80)
        .replaceAll(/[^\x20-\x7e]/g, '?') || 'nothing';
    throw new RangeError(`Expected ${path} to have a header with ${what}, but received ${shown}.`);
  };
  item.lastIndex = open + 1;
  let end = open + 1;
  for (let match = item.exec(text); open >= 0 && match !== null; match = item.exec(text)) {
    values.set(match[2]!, match[3]!);
    end = item.lastIndex;
  }
  if (open < 0 || text.slice(0, open).trim() !== '' || text.slice(end).trim() !== '}' || values.size !== 3) {
    wrong('plain numbers as descr, fortran_order and shape', text);
  }
  const descr = values.get('descr')?.slice(1, -1) ?? '';
  const dtype = types.get(descr.replace(/^[<>|=]/, '')) ?? wrong('a plain number type as descr', descr);
  const order = values.get('fortran_order') ?? '';
  if (order !== 'True' && order !== 'False') wrong('True or False as fortran_order', order);
  const tuple = /^\(([^()]*)\)$/.exec(values.get('shape') ?? '')?.[1] ?? wrong('a tuple as shape', text);
  const axes = tuple.replace(/,\s*$/, '').split(',');
  const shape = tuple.trim() === '' ? [] : axes.map((axis) => (/^\s*\d+L?\s*$/.test(axis) ? parseInt(axis, 10) : NaN));
  if (shape.length > maxAxes || !shape.every(Number.isSafeInteger)) wrong('a tuple of lengths as shape', tuple);
  return { dtype, bigEndian: descr.startsWith('>'), fortran: order === 'True', shape };
}
