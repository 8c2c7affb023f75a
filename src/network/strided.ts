// SPDX-License-Identifier: Apache-2.0
// Numbers that lie with strides, gathered to last axis fastest. Counts are those
// of elements; nothing is allocated beyond the elements that lie in the bytes.

/** How a tensor lies in a run of elements; one stride for each axis, in elements. */
export interface Strided {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Element that index [0, 0, ...] names. */
  readonly offset: number;
}

/** Elements of a shape; Infinity where they are too many to count. */
export function elementCount(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, axis) => product * axis, 1);
  return Number.isSafeInteger(count) ? count : Infinity;
}

/** Strides of a shape without gaps, last axis fastest. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides = Array.from(shape, () => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * What is wrong with a layout over `available` elements, or undefined: an element outside them, or strides that may
 * name an element twice. Layouts whose axes interleave without meeting are refused too; nothing writes them.
 */
export function layoutFault({ shape, strides, offset }: Strided, available: number): string | undefined {
  const described = `shape [${shape.join(', ')}] with strides [${strides.join(', ')}] at ${offset}`;
  if (elementCount(shape) === 0) {
    return offset <= available ? undefined : `${described} in ${available} elements`;
  }
  const axes = shape.map((size, axis) => ({ size, stride: strides[axis]! })).filter(({ size }) => size > 1);
  let last = 0;
  for (const { size, stride } of axes.toSorted((a, b) => a.stride - b.stride)) {
    if (stride <= last) return `${described}, which overlaps`;
    last += (size - 1) * stride;
  }
  return offset + last < available ? undefined : `${described} in ${available} elements`;
}

/**
 * Gathers the elements of a layout that {@link layoutFault} finds nothing wrong with. Without gaps it is a view.
 * @param size bytes of an element
 */
export function gather(bytes: Uint8Array, size: number, layout: Strided): Uint8Array {
  const { shape, strides, offset } = layout;
  const count = elementCount(shape);
  const dense = denseStrides(shape);
  if (shape.every((axis, i) => axis <= 1 || strides[i] === dense[i])) {
    return bytes.subarray(offset * size, (offset + count) * size);
  }
  const out = new Uint8Array(count * size);
  const index = Array.from(shape, () => 0);
  let from = offset;
  for (let element = 0; element < count; element++) {
    for (let byte = 0; byte < size; byte++) out[element * size + byte] = bytes[from * size + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** Reverses the bytes of every element; a copy. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  for (let at = 0; at + size <= out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}
