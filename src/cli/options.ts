// SPDX-License-Identifier: Apache-2.0
// Checks of what is typed. Every message names the option, what was expected and what came.

/** Makes a reader of whole numbers in a range, for commander. */
export function wholeNumber(option: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new RangeError(`Expected ${option} to be an integer from ${low} to ${high}, but received ${text || "''"}.`);
  };
}

/** Makes a reader of numbers between commas, for commander. */
export function numbers(option: string): (text: string) => number[] {
  return (text) => {
    const values = text.split(',').map((word) => (/^\s*-?[\d.]+(e-?\d+)?\s*$/i.test(word) ? Number(word) : NaN));
    if (values.every(Number.isFinite)) return values;
    throw new RangeError(`Expected ${option} to be numbers between commas, but received ${text || "''"}.`);
  };
}

/** Makes a reader of numbers in a range, for commander. */
export function number(option: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value) && value >= low && value <= high) return value;
    const range = high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;
    throw new RangeError(`Expected ${option} to be a number ${range}, but received ${text || "''"}.`);
  };
}

/** Makes a reader of one of a few words, for commander; `more` says what else the option takes. */
export function oneOf<T extends string>(option: string, words: () => readonly T[], more = ''): (text: string) => T {
  return (text) => {
    const found = words().find((word) => word === text);
    if (found !== undefined) return found;
    const list = words();
    const expected = list.length === 1 ? list[0] : `one of ${list.join(', ')}${more && ` ${more}`}`;
    throw new RangeError(`Expected ${option} to be ${expected}, but received ${text || "''"}.`);
  };
}

/** Splits `name=value` texts; where `bare` is true, a name may stand alone. */
export function readPairs(option: string, texts: readonly string[], bare?: false): [name: string, value: string][];
export function readPairs(
  option: string,
  texts: readonly string[],
  bare: true,
): [name: string, value: string | undefined][];
export function readPairs(
  option: string,
  texts: readonly string[],
  bare = false,
): [name: string, value: string | undefined][] {
  return texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
    if (bare && equals < 0 && text !== '') return [text, undefined];
    throw new RangeError(`Expected ${option} to be name=value, but received ${text || "''"}.`);
  });
}
