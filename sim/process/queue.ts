// SPDX-License-Identifier: Apache-2.0
// A queue between tasks. Who gets waits in line; an item goes to the first in
// line at once, so nobody else can take it before that task is resumed.

import { Ring } from './ring.ts';
import { pending, Trigger } from './trigger.ts';
import { isStale, type Wait, type Waiter } from './waiter.ts';

interface Offer<T> {
  readonly item: T;
  isTaken: boolean;
  waiting: Wait | undefined;
}

/**
 * First in, first out.
 * @example
 * const bytes = new Queue<number>();
 * sim.fork(function* () { bytes.put(sim.before.data); yield; });
 * sim.fork(function* () { const byte = yield* bytes.get(); });
 */
export class Queue<T> {
  /** Items that fit. */
  readonly capacity: number;
  readonly #items: Ring<T> = new Ring<T>();
  readonly #offers: Ring<Offer<T>> = new Ring<Offer<T>>();
  readonly #getters: Ring<Wait> = new Ring<Wait>();
  readonly #get: Trigger<T> = new GetTrigger(this, this.#getters);

  /** @param capacity items from 1. @defaultValue without bound */
  constructor(capacity: number = Infinity) {
    if (capacity !== Infinity && !(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(`Expected capacity to be an integer from 1, but received ${String(capacity)}.`);
    }
    this.capacity = capacity;
  }

  /** Items that can be had at once. */
  get size(): number {
    return this.#items.length;
  }

  /**
   * Puts an item in. That is done at once, or as soon as there is room, whether or not the result is waited for:
   * `yield* queue.put(item)` (or `await`) goes on when the item is in.
   */
  put(item: T): Trigger<void> {
    if (this.tryPut(item)) return taken;
    const offer: Offer<T> = { item, isTaken: false, waiting: undefined };
    this.#offers.push(offer);
    return new PutTrigger(offer);
  }

  /** Puts an item in if there is room; returns whether there was. */
  tryPut(item: T): boolean {
    for (let getter = this.#getters.shift(); getter !== undefined; getter = this.#getters.shift()) {
      if (isStale(getter)) continue;
      getter.waiter.agenda.wake(getter.waiter, item);
      return true;
    }
    if (this.#items.length >= this.capacity) return false;
    this.#items.push(item);
    return true;
  }

  /** Waits for an item: `yield* queue.get()`. */
  get(): Trigger<T> {
    return this.#get;
  }

  /** Takes an item if there is one. */
  tryGet(): T | undefined {
    if (this.#items.length === 0) return undefined;
    const item = this.#items.shift() as T;
    const offer = this.#offers.shift();
    if (offer !== undefined) {
      this.#items.push(offer.item);
      offer.isTaken = true;
      const { waiting } = offer;
      if (waiting !== undefined && !isStale(waiting)) waiting.waiter.agenda.wake(waiting.waiter, undefined);
    }
    return item;
  }
}

class GetTrigger<T> extends Trigger<T> {
  readonly #queue: Queue<T>;
  readonly #getters: Ring<Wait>;

  constructor(queue: Queue<T>, getters: Ring<Wait>) {
    super();
    this.#queue = queue;
    this.#getters = getters;
  }

  poll(): T | typeof pending {
    return this.#queue.size === 0 ? pending : (this.#queue.tryGet() as T);
  }

  subscribe(waiter: Waiter): void {
    const getters = this.#getters;
    // Those that gave up are forgotten here too: with timeouts, an empty queue would collect them.
    while (getters.length > 0 && isStale(getters.peek()!)) getters.shift();
    getters.push({ waiter, token: waiter.root.token });
  }
}

class PutTrigger<T> extends Trigger<void> {
  readonly #offer: Offer<T>;

  constructor(offer: Offer<T>) {
    super();
    this.#offer = offer;
  }

  poll(): void | typeof pending {
    return this.#offer.isTaken ? undefined : pending;
  }

  subscribe(waiter: Waiter): void {
    this.#offer.waiting = { waiter, token: waiter.root.token };
  }
}

const taken = new PutTrigger<unknown>({ item: undefined, isTaken: true, waiting: undefined });
