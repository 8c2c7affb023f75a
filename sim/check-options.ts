// SPDX-License-Identifier: Apache-2.0
// Checks of what callers give beside values of signals. Types say the same; these
// are for callers without types.

import { describe } from './values.ts';

/** Checks that options are an object and have no unknown name. */
export function checkOptions(of: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Expected options of ${of} to be an object, but received ${describe(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`Expected options of ${of} to be some of ${names.join(', ')}, but received ${unknown}.`);
}

/** Checks that a value is an array. */
export function checkList(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`Expected ${name} to be an array, but received ${describe(value)}.`);
}

/** Checks that a value is an array of strings. */
export function checkTexts(name: string, value: unknown): void {
  checkList(name, value);
  const wrong = (value as unknown[]).findIndex((item) => typeof item !== 'string');
  if (wrong < 0) return;
  throw new TypeError(
    `Expected ${name} to hold strings, but received ${describe((value as unknown[])[wrong])} at place ${wrong}.`,
  );
}

/** Checks that a value is an object of values by name. */
export function checkNamed(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new TypeError(`Expected ${name} to be an object of values by name, but received ${describe(value)}.`);
}

/** Checks that a value is a function, or not given. */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new TypeError(`Expected ${name} to be a function, but received ${describe(value)}.`);
}

/** Checks the path of a file. */
export function checkFile(value: unknown): asserts value is string {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError(`Expected the path of a file, but received ${describe(value)}.`);
}
