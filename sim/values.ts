// SPDX-License-Identifier: Apache-2.0
// Values of signals: a number up to 53 bits, because every such integer is
// exact, a bigint above. Signed signals have signed values; the model's storage
// holds the low bits, without a sign.

/** What decides which values a signal has. */
export interface ValueType {
  readonly name: string;
  /** Bits. */
  readonly width: number;
  readonly signed: boolean;
}

/** Bits up to which a signal's value is a number. */
export const widestNumber = 53;

/** Bits up to which a value lies in one 32-bit word. */
export const wordBits = 32;

/** Largest value of a signal that is a number. */
export function largestNumber({ width, signed }: ValueType): number {
  return 2 ** (signed ? width - 1 : width) - 1;
}

/** Smallest value of a signal that is a number. */
export function smallestNumber({ width, signed }: ValueType): number {
  return signed ? -(2 ** (width - 1)) : 0;
}

/** Words of 32 bits that hold one value. */
export function wordCount(width: number): number {
  return Math.ceil(width / wordBits);
}

/** Throws the error for a value that does not fit a signal. */
export function rejectValue(signal: ValueType, value: unknown, where: string = `port ${signal.name}`): never {
  const { width, signed } = signal;
  const narrow = width <= widestNumber;
  const kind = narrow ? 'an integer' : 'a bigint';
  const smallest = narrow ? smallestNumber(signal) : signed ? `-2^${width - 1}` : '0';
  const largest = narrow ? largestNumber(signal) : `2^${signed ? width - 1 : width} - 1`;
  const message = `Expected ${where} to be ${kind} from ${smallest} to ${largest}, but received ${describe(value)}.`;
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

/** Checks that a value fits a signal wider than 53 bits. */
export function checkWide(signal: ValueType, value: unknown): asserts value is bigint {
  const fits =
    typeof value === 'bigint' &&
    (signal.signed ? BigInt.asIntN(signal.width, value) : BigInt.asUintN(signal.width, value)) === value;
  if (!fits) rejectValue(signal, value);
}

/** Checks that a value fits a signal of at most 53 bits. */
export function checkNarrow(signal: ValueType, value: unknown): asserts value is number {
  const fits =
    Number.isInteger(value) &&
    (value as number) >= smallestNumber(signal) &&
    (value as number) <= largestNumber(signal);
  if (!fits) rejectValue(signal, value);
}

/** Checks a number of cycles. */
export function checkCount(what: string, value: unknown): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  const message = `Expected ${what} to be an integer from 0 to 2^53 - 1, but received ${describe(value)}.`;
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}

/** The words of a value that fits a signal, least significant first. */
export function valueWords(signal: ValueType, value: number | bigint): Uint32Array {
  const words = new Uint32Array(wordCount(signal.width));
  if (signal.width <= widestNumber) checkNarrow(signal, value);
  else checkWide(signal, value);
  storeWords(BigInt.asUintN(signal.width, BigInt(value)), words);
  return words;
}

/** Stores the words of a bigint that is not negative, least significant first. */
export function storeWords(value: bigint, words: Uint32Array, start: number = 0, end: number = words.length): void {
  for (let i = start; i < end; i++) {
    words[i] = Number(value & 0xffffffffn);
    value >>= 32n;
  }
}

/** The bigint in some words, least significant first. */
export function loadWords(words: Uint32Array, start: number = 0, end: number = words.length): bigint {
  let value = 0n;
  for (let i = end - 1; i >= start; i--) value = (value << 32n) | BigInt(words[i]!);
  return value;
}
