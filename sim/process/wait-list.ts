// SPDX-License-Identifier: Apache-2.0
// A list of waits that is filled and emptied over and over without allocating.
// It knows whether its entries are in the order of forking, which is the usual
// case: tasks that are resumed in order wait again in order.

import type { Waiter } from './waiter.ts';

const longestInsertion = 32;

/** Waits for one event. */
export class WaitList {
  readonly waiters: Waiter[] = [];
  readonly tokens: number[] = [];
  length = 0;
  #sorted = true;
  #lastOrder = -1;

  push(waiter: Waiter, token: number): void {
    const { order } = waiter;
    if (order < this.#lastOrder) this.#sorted = false;
    this.#lastOrder = order;
    const at = this.length++;
    this.waiters[at] = waiter;
    this.tokens[at] = token;
  }

  /** Empties the other list into this one. */
  take(other: WaitList): void {
    for (let i = 0; i < other.length; i++) this.push(other.waiters[i]!, other.tokens[i]!);
    other.clear();
  }

  clear(): void {
    this.length = 0;
    this.#sorted = true;
    this.#lastOrder = -1;
  }

  /** Brings entries into the order of forking; those of one task stay as they are. */
  sort(): void {
    if (this.#sorted) return;
    this.#sorted = true;
    if (this.length > longestInsertion) this.#sortMany();
    else this.#sortFew();
    this.#lastOrder = this.waiters[this.length - 1]!.order;
  }

  #sortFew(): void {
    const { waiters, tokens, length } = this;
    for (let i = 1; i < length; i++) {
      const waiter = waiters[i]!;
      const token = tokens[i]!;
      let to = i;
      for (; to > 0 && waiters[to - 1]!.order > waiter.order; to--) {
        waiters[to] = waiters[to - 1]!;
        tokens[to] = tokens[to - 1]!;
      }
      waiters[to] = waiter;
      tokens[to] = token;
    }
  }

  #sortMany(): void {
    const { waiters, tokens, length } = this;
    const entries = Array.from({ length }, (_, i) => ({ waiter: waiters[i]!, token: tokens[i]! }));
    entries.sort((a, b) => a.waiter.order - b.waiter.order);
    for (const [i, { waiter, token }] of entries.entries()) {
      waiters[i] = waiter;
      tokens[i] = token;
    }
  }
}
