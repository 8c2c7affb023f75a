// SPDX-License-Identifier: Apache-2.0
// What a task can wait for. One object serves both kinds of task: a generator
// yields it, an async function awaits it.

import type { Turning, Waiter } from './waiter.ts';

/** What {@link Trigger.poll} returns when there is something to wait for. */
export const pending: unique symbol = Symbol('pending');

let awaiting: Turning | undefined;

/** Says which async task is under way in this thread; undefined when none is. */
export function setAwaiting(next: Turning | undefined): void {
  awaiting = next;
}

/**
 * Something to wait for, with a result: `yield trigger`, or `yield* trigger` for a typed result, in a generator;
 * `await trigger` in an async function.
 */
export abstract class Trigger<out T> implements PromiseLike<T> {
  /** @internal The result, if there is nothing to wait for. */
  abstract poll(): T | typeof pending;
  /** @internal Enters a waiter, after a poll without result. */
  abstract subscribe(waiter: Waiter): void;

  /** Makes `yield*` give a typed result. */
  [Symbol.iterator](): Iterator<Trigger<T>, T, unknown> {
    return new TriggerIterator(this);
  }

  /** Makes `await` wait, within an async task. */
  // eslint-disable-next-line unicorn/no-thenable
  then<Result1 = T, Result2 = never>(
    onfulfilled?: ((value: T) => Result1 | PromiseLike<Result1>) | null,
    onrejected?: ((reason: unknown) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    const wait = new Promise<T>((resolve, reject) => {
      if (awaiting === undefined) {
        throw new TypeError('Expected await of a trigger in a task that runs under runAsync, but it was elsewhere.');
      }
      awaiting.throwIfKilled();
      const value = this.poll();
      if (value === pending) {
        const waiter = awaiting.waiter(resolve as (value: unknown) => void, reject);
        try {
          this.subscribe(waiter);
        } catch (error) {
          waiter.abandon();
          throw error;
        }
        return;
      }
      const endless = awaiting.agenda.countTurn(awaiting);
      // Of a task that may go on for ever, nothing goes on.
      if (endless === undefined) resolve(value);
      else awaiting.stop(endless);
    });
    return wait.then(onfulfilled, onrejected);
  }
}

class TriggerIterator<T> implements Iterator<Trigger<T>, T, unknown> {
  readonly #trigger: Trigger<T>;
  #asked = false;

  constructor(trigger: Trigger<T>) {
    this.#trigger = trigger;
  }

  next(value?: unknown): IteratorResult<Trigger<T>, T> {
    if (this.#asked) return { done: true, value: value as T };
    this.#asked = true;
    return { done: false, value: this.#trigger };
  }

  throw(error: unknown): never {
    throw error;
  }
}
