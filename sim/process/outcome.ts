// SPDX-License-Identifier: Apache-2.0
// A result that some task will have: what a promise is, for triggers.

import { pending, Trigger } from './trigger.ts';
import { isStale, type Wait, type Waiter } from './waiter.ts';

/**
 * The result of something under way, which any number of tasks can wait for.
 * @example
 * const answer = new Outcome<number>();
 * sim.fork(function* () { const value = yield* answer.wait(); });
 * answer.succeed(42);
 */
export class Outcome<T> {
  readonly #state: State<T> = { kind: 'open', value: undefined, waiting: [] };
  readonly #trigger: Trigger<T> = new OutcomeTrigger(this.#state);

  /** Gives the result. */
  succeed(value: T): void {
    const state = this.#settle('value', value);
    for (const { waiter } of state) waiter.agenda.wake(waiter, value);
  }

  /** Gives an error instead; returns whether a task waits for it. */
  fail(error: unknown): boolean {
    const waiting = this.#settle('error', error);
    for (const { waiter } of waiting) waiter.agenda.wakeWithError(waiter, error);
    return waiting.length > 0;
  }

  /** Waits for the result. */
  wait(): Trigger<T> {
    return this.#trigger;
  }

  #settle(kind: 'value' | 'error', value: unknown): Wait[] {
    const state = this.#state;
    if (state.kind !== 'open') throw new TypeError('Expected an outcome to be given once, but received a second one.');
    const waiting = state.waiting.filter((wait) => !isStale(wait));
    state.kind = kind;
    state.value = value;
    state.waiting = [];
    return waiting;
  }
}

interface State<T> {
  kind: 'open' | 'value' | 'error';
  value: T | unknown;
  waiting: Wait[];
}

class OutcomeTrigger<T> extends Trigger<T> {
  readonly #state: State<T>;

  constructor(state: State<T>) {
    super();
    this.#state = state;
  }

  poll(): T | typeof pending {
    const { kind, value } = this.#state;
    if (kind === 'open') return pending;
    if (kind === 'value') return value as T;
    throw value;
  }

  subscribe(waiter: Waiter): void {
    this.#state.waiting.push({ waiter, token: waiter.root.token });
  }
}
