// SPDX-License-Identifier: Apache-2.0
// Values of ports: a number up to 32 bits, a bigint above, never a sign.

import type { PortLayout } from './ports.ts';

/** Bits up to which a port's value is a number. */
export const widestNumber = 32;

/** Largest value of a port that is read as a number. */
export function largestNumber(width: number): number {
  return 2 ** width - 1;
}

/** Words of 32 bits that hold one value of a port. */
export function wordCount(width: number): number {
  return Math.ceil(width / 32);
}

/** Throws the error for a value that does not fit a port. */
export function rejectValue(port: PortLayout, value: unknown, where: string = `port ${port.name}`): never {
  const narrow = port.width <= widestNumber;
  const kind = narrow ? 'an integer' : 'a bigint';
  const largest = narrow ? largestNumber(port.width) : `2^${port.width} - 1`;
  const message = `Expected ${where} to be ${kind} from 0 to ${largest}, but received ${describe(value)}.`;
  throw typeof value === (narrow ? 'number' : 'bigint') ? new RangeError(message) : new TypeError(message);
}

/** A value as an error message shows it, with its type where that is not obvious. */
export function describe(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}

/** Checks that a value fits a wide port. */
export function checkWide(port: PortLayout, value: unknown): asserts value is bigint {
  if (typeof value !== 'bigint' || value < 0n || value >> BigInt(port.width) !== 0n) rejectValue(port, value);
}

/** Checks that a value fits a narrow port. */
export function checkNarrow(port: PortLayout, value: unknown): asserts value is number {
  if (typeof value !== 'number' || value >>> 0 !== value || value > largestNumber(port.width)) rejectValue(port, value);
}

/** Checks a number of cycles. */
export function checkCount(what: string, value: unknown): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const message = `Expected ${what} to be an integer from 0 to 2^53 - 1, but received ${describe(value)}.`;
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}

/** The words of a value that fits a port, least significant first. */
export function valueWords(port: PortLayout, value: number | bigint): Uint32Array {
  const words = new Uint32Array(wordCount(port.width));
  if (port.width <= widestNumber) {
    checkNarrow(port, value);
    words[0] = value;
  } else {
    checkWide(port, value);
    storeWords(value, words);
  }
  return words;
}

/** The words of a bigint, least significant first. */
export function storeWords(value: bigint, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) {
    words[i] = Number(value & 0xffffffffn);
    value >>= 32n;
  }
}

/** The bigint in some words. */
export function loadWords(words: Uint32Array): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]!);
  return value;
}
