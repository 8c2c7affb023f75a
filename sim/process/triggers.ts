// SPDX-License-Identifier: Apache-2.0
// Triggers of clocks, and those made of others.

import { foreignTrigger } from './foreign.ts';
import { checkTrigger } from './given.ts';
import { mainRises } from './host.ts';
import { pending, Trigger } from './trigger.ts';
import { Branch, type Agenda, type Waiter } from './waiter.ts';

/** Ends after some rises of the main clock; 0 does not wait. */
export class CyclesTrigger extends Trigger<void> {
  readonly #agenda: Agenda;
  readonly #cycles: number;

  constructor(agenda: Agenda, cycles: number) {
    super();
    this.#agenda = agenda;
    this.#cycles = cycles;
  }

  poll(): void | typeof pending {
    return this.#cycles === 0 ? undefined : pending;
  }

  subscribe(waiter: Waiter): void {
    if (waiter.agenda !== this.#agenda) throw foreignTrigger(`cycles(${this.#cycles})`);
    if (this.#cycles === 1) waiter.agenda.atNextRise(waiter);
    else waiter.agenda.afterCycles(waiter, this.#cycles);
  }
}

/** Ends after an event with one of some edges. */
export class EdgeTrigger extends Trigger<void> {
  readonly #agenda: Agenda;
  readonly #mask: number;

  constructor(agenda: Agenda, mask: number) {
    super();
    this.#agenda = agenda;
    this.#mask = mask;
  }

  poll(): typeof pending {
    return pending;
  }

  subscribe(waiter: Waiter): void {
    if (waiter.agenda !== this.#agenda) throw foreignTrigger('an edge');
    if (this.#mask === mainRises) waiter.agenda.atNextRise(waiter);
    else waiter.agenda.atEdges(waiter, this.#mask);
  }
}

/** Ends after the first rise of the main clock at which a predicate holds. */
class UntilTrigger extends Trigger<void> {
  readonly #predicate: () => boolean;

  constructor(predicate: () => boolean) {
    super();
    this.#predicate = predicate;
  }

  poll(): typeof pending {
    return pending;
  }

  subscribe(waiter: Waiter): void {
    waiter.predicate = this.#predicate;
    waiter.agenda.atNextRise(waiter);
  }
}

/** What a trigger gives. */
export type ResultOf<Given> = Given extends Trigger<infer Result> ? Result : never;

/**
 * Waits until a predicate holds. It is looked at right after each rise of the main clock, first at the next one, in the
 * order of forking like the task itself; what it reads from `before` and `dut` is what the task would read.
 */
export function until(predicate: () => boolean): Trigger<void> {
  if (typeof predicate === 'function') return new UntilTrigger(predicate);
  throw new TypeError(`Expected until to receive a function, but received ${typeof predicate}.`);
}

/** Which of several triggers was the first, and what it gave. */
export interface First<T> {
  /** Position in the list. */
  readonly index: number;
  readonly value: T;
}

/** Ends with the first of several triggers; the others give up what they waited for. */
export class FirstTrigger<T> extends Trigger<First<T>> {
  readonly #triggers: readonly Trigger<T>[];

  constructor(triggers: readonly Trigger<T>[]) {
    super();
    this.#triggers = triggers;
  }

  poll(): First<T> | typeof pending {
    for (const [index, trigger] of this.#triggers.entries()) {
      const value = trigger.poll();
      if (value !== pending) return { index, value };
    }
    return pending;
  }

  subscribe(waiter: Waiter): void {
    for (const [index, trigger] of this.#triggers.entries()) trigger.subscribe(new FirstBranch(waiter, index));
  }
}

class FirstBranch extends Branch {
  readonly #index: number;

  constructor(parent: Waiter, index: number) {
    super(parent);
    this.#index = index;
  }

  dispatch(value: unknown): void {
    this.parent.dispatch({ index: this.#index, value });
  }
}

/**
 * Waits for a trigger, but no longer than some cycles.
 * @param cycles from 1; what comes after the last one's edge is in time.
 * @param message of the error. @defaultValue says how many cycles
 * @throws the simulation's timeout error.
 */
export function within<T>(cycles: number, trigger: Trigger<T>, message?: string): Trigger<T> {
  checkCount('cycles', cycles, 1);
  checkTrigger('the second argument of within', trigger);
  return new WithinTrigger(
    cycles,
    trigger,
    message ?? `Expected a wait to end within ${cycles} cycles, but it did not.`,
  );
}

/** Checks a number that counts something. */
export function checkCount(what: string, value: unknown, smallest: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= smallest) return;
  const message = `Expected ${what} to be an integer from ${smallest}, but received ${String(value)}.`;
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}

/** Ends with another trigger, or with an error after too many cycles. */
class WithinTrigger<T> extends Trigger<T> {
  readonly #cycles: number;
  readonly #trigger: Trigger<T>;
  readonly #message: string;

  constructor(cycles: number, trigger: Trigger<T>, message: string) {
    super();
    this.#cycles = cycles;
    this.#trigger = trigger;
    this.#message = message;
  }

  poll(): T | typeof pending {
    return this.#trigger.poll();
  }

  subscribe(waiter: Waiter): void {
    this.#trigger.subscribe(new SameBranch(waiter));
    waiter.agenda.afterCycles(new LimitBranch(waiter, this.#message), this.#cycles);
  }
}

class SameBranch extends Branch {
  dispatch(value: unknown): void {
    this.parent.dispatch(value);
  }
}

// What is given in the very cycle of the limit is in time, whichever task gives it.
class LimitBranch extends Branch {
  readonly #message: string;
  #isDue = false;

  constructor(parent: Waiter, message: string) {
    super(parent);
    this.#message = message;
  }

  dispatch(): void {
    const { agenda } = this;
    if (this.#isDue) {
      this.parent.dispatchError(agenda.timeout(this.#message));
    } else {
      this.#isDue = true;
      agenda.atEnd(this);
    }
  }
}
