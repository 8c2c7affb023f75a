// SPDX-License-Identifier: Apache-2.0
// A tensor as files hold it, and its numbers. Every format that is read here
// becomes this: little-endian bytes, last axis fastest, no gaps.

/** Bytes of one number of each kind; the names are those of safetensors. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  U32: 4,
  I32: 4,
  U64: 8,
  I64: 8,
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8,
} as const;

/** Kinds of numbers that a tensor may hold. */
export type TensorType = keyof typeof elementBytes;

/** A tensor's content. */
export interface Tensor {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** Little-endian values, last axis fastest; readers that must gather them do so when they are asked for. */
  readonly bytes: Uint8Array;
}

type Read = (view: DataView, at: number) => number;

const readers: Readonly<Record<TensorType, Read>> = {
  BOOL: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  U8: (view, at) => view.getUint8(at),
  I8: (view, at) => view.getInt8(at),
  U16: (view, at) => view.getUint16(at, true),
  I16: (view, at) => view.getInt16(at, true),
  U32: (view, at) => view.getUint32(at, true),
  I32: (view, at) => view.getInt32(at, true),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  F16: (view, at) => halfValue(view.getUint16(at, true)),
  BF16: (view, at) => bfloatValue(view.getUint16(at, true)),
  F32: (view, at) => view.getFloat32(at, true),
  F64: (view, at) => view.getFloat64(at, true),
};

/** Number that 16 bits of IEEE 754 binary16 mean: 1 sign, 5 exponent, 10 fraction. */
export function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const single = new DataView(new ArrayBuffer(4));

/** Number that 16 bits of bfloat16 mean: the upper half of a single. */
function bfloatValue(bits: number): number {
  single.setUint32(0, bits * 65536);
  return single.getFloat32(0);
}

/** A tensor's numbers as singles, rounded where they are wider. */
export function singles(tensor: Tensor): Float32Array {
  const { dtype, bytes } = tensor;
  const size = elementBytes[dtype];
  const read = readers[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.byteLength / size);
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * size);
  return numbers;
}

/** A tensor of singles over a copy of the given ones. */
export function singleTensor(shape: readonly number[], values: Float32Array): Tensor {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  return { dtype: 'F32', shape, bytes };
}

/** `F32 [16, 3, 3, 3]`, for messages. */
export function tensorText({ dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>): string {
  return `${dtype} [${shape.join(', ')}]`;
}
