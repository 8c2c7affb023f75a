// SPDX-License-Identifier: Apache-2.0
// A flag that tasks wait for: level, not pulse, so that a task which comes late
// does not wait.

import { pending, Trigger } from './trigger.ts';
import { isStale, type Wait, type Waiter } from './waiter.ts';

/**
 * Tells any number of tasks that something has happened.
 * @example
 * const ready = new Flag();
 * sim.fork(function* () { yield ready.wait(); });
 * ready.set();
 */
export class Flag {
  #isSet = false;
  readonly #waiting: Wait[] = [];

  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets the flag; who waits for it goes on after the same edge. */
  set(): void {
    this.#isSet = true;
    for (const wait of this.#waiting) {
      if (!isStale(wait)) wait.waiter.agenda.wake(wait.waiter, undefined);
    }
    this.#waiting.length = 0;
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Waits until the flag is set. */
  wait(): Trigger<void> {
    return new FlagTrigger(this, this.#waiting);
  }
}

class FlagTrigger extends Trigger<void> {
  readonly #flag: Flag;
  readonly #waiting: Wait[];

  constructor(flag: Flag, waiting: Wait[]) {
    super();
    this.#flag = flag;
    this.#waiting = waiting;
  }

  poll(): void | typeof pending {
    return this.#flag.isSet ? undefined : pending;
  }

  subscribe(waiter: Waiter): void {
    while (this.#waiting.length > 0 && isStale(this.#waiting.at(-1)!)) this.#waiting.pop();
    this.#waiting.push({ waiter, token: waiter.root.token });
  }
}
