// SPDX-License-Identifier: Apache-2.0
// The elements of an array port, written as a whole. They are what the typed array
// over the port has: where a signed element does not fill its storage, its bits
// without the sign; of an element wider than 64 bits, its words.

import type { SignalLayout } from './ports.ts';
import { describe, wordBits } from './values.ts';

/** A typed array over an array port. */
export interface Elements {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
  set(values: ArrayLike<never>): void;
}

/**
 * Checks elements for a port.
 * @param view the typed array that they are for.
 * @throws {TypeError} for what is no array of numbers, or of bigints where the port has them.
 * @throws {RangeError} for too few or too many, or one that does not fit.
 */
export function checkElements(signal: SignalLayout, view: Elements, values: unknown): void {
  const { name, width, bytes } = signal;
  const isBig = view.BYTES_PER_ELEMENT === 8;
  const kind = isBig ? 'bigint' : 'number';
  if (typeof values !== 'object' || values === null || !('length' in values)) {
    throw new TypeError(
      `Expected port ${name} to be an array of ${view.length} ${kind}s, but received ${describe(values)}.`,
    );
  }
  const list = values as ArrayLike<unknown>;
  if (list.length !== view.length) {
    throw new RangeError(`Expected port ${name} to have ${view.length} elements, but received ${list.length}.`);
  }
  const words = bytes > 8 ? bytes / 4 : 1;
  const isSigned = signal.signed && bytes * 8 === width && words === 1;
  for (let i = 0; i < list.length; i++) {
    const isTop = i % words === words - 1;
    const bits = words === 1 ? width : isTop ? width - (words - 1) * wordBits : wordBits;
    const value = list[i];
    if (isBig ? fitsBig(value, bits, isSigned) : fitsNumber(value, bits, isSigned)) continue;
    const range = isSigned ? `-2^${bits - 1} to 2^${bits - 1} - 1` : `0 to 2^${bits} - 1`;
    const message = `Expected element ${i} of port ${name} to be a ${kind} from ${range}, but received ${describe(value)}.`;
    throw typeof value === kind ? new RangeError(message) : new TypeError(message);
  }
}

function fitsNumber(value: unknown, bits: number, isSigned: boolean): boolean {
  const [smallest, largest] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return Number.isInteger(value) && (value as number) >= smallest && (value as number) <= largest;
}

function fitsBig(value: unknown, bits: number, isSigned: boolean): boolean {
  if (typeof value !== 'bigint') return false;
  return (isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value;
}
