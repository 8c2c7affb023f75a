// SPDX-License-Identifier: Apache-2.0
// What users give by mistake, in words.

import { Trigger } from './trigger.ts';
import { Waiter } from './waiter.ts';

export function isGenerator(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What came instead of a trigger, with a hint where one helps. */
export function describeGiven(value: unknown): string {
  if (value instanceof Waiter) return 'a task (wait for it with join)';
  if (isPromise(value)) return `${nameOf(value)}; promises are for async functions`;
  if (isGenerator(value)) return 'a generator (run it with yield*)';
  if (typeof value === 'function') return 'a function (wait for a condition with until)';
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? nameOf(value) : String(value);
}

function nameOf(value: object): string {
  const { name } = value.constructor ?? {};
  return typeof name === 'string' && name !== '' ? name : 'an object';
}

/**
 * Whether a predicate holds.
 * @throws {TypeError} for an async one, whose promise would always count as true.
 */
export function holds(predicate: () => boolean): boolean {
  const verdict: unknown = predicate();
  if (typeof verdict === 'object' && isPromise(verdict)) {
    verdict.then(undefined, () => undefined);
    throw new TypeError('Expected a predicate to return whether it holds, but received a promise; it cannot be async.');
  }
  return Boolean(verdict);
}

/** Checks what a trigger is made of. */
export function checkTrigger(what: string, value: unknown): void {
  if (!(value instanceof Trigger)) {
    throw new TypeError(`Expected ${what} to be a trigger, but received ${describeGiven(value)}.`);
  }
}
