// SPDX-License-Identifier: Apache-2.0
// Waits for a cycle further on: a binary heap by cycle, then by the order of
// forking. What sleeps costs nothing until it is due.

import type { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

interface Sleeper {
  readonly due: number;
  readonly waiter: Waiter;
  readonly token: number;
}

const smallest = 64;

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.due < b.due || (a.due === b.due && a.waiter.order < b.waiter.order);
}

/** Waits by the cycle in which they end. */
export class Sleepers {
  #heap: Sleeper[] = [];
  /** Entries at which stale ones are thrown out. */
  #limit = smallest;

  /** Cycle of the first wait that ends; infinite when there is none. */
  get first(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!.due;
  }

  push(waiter: Waiter, token: number, due: number): void {
    if (this.#heap.length >= this.#limit) this.#purge();
    this.#heap.push({ due, waiter, token });
    this.#rise(this.#heap.length - 1);
  }

  /** Moves what is due in this cycle, or was before, to a list. */
  popDue(cycle: number, to: WaitList): void {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0]!.due <= cycle) {
      const { waiter, token } = heap[0]!;
      to.push(waiter, token);
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        this.#sink(0);
      }
    }
  }

  // Waits that ended otherwise, for example before their timeout, are dropped when the heap has doubled.
  #purge(): void {
    this.#heap = this.#heap.filter(({ waiter, token }) => waiter.root.token === token);
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#sink(at);
    this.#limit = Math.max(smallest, 2 * this.#heap.length);
  }

  #rise(start: number): void {
    const heap = this.#heap;
    const sleeper = heap[start]!;
    let at = start;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isBefore(sleeper, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = sleeper;
  }

  #sink(start: number): void {
    const heap = this.#heap;
    const sleeper = heap[start]!;
    const { length } = heap;
    let at = start;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= length) break;
      if (down + 1 < length && isBefore(heap[down + 1]!, heap[down]!)) down++;
      if (!isBefore(heap[down]!, sleeper)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = sleeper;
  }
}
