// SPDX-License-Identifier: Apache-2.0
// Waits of a few cycles: a circle of lists, one for each of the next cycles.
// What waits longer is in a heap (sleepers.ts).

import { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

/** Cycles in the circle, a power of two; a wait in it is shorter. */
export const wheelCycles = 64;

/** Place of a cycle in the circle, by its bits: cycles are doubles, whose remainder is a call. */
function place(cycle: number): number {
  return cycle & (wheelCycles - 1);
}

/** Waits by cycle, less than {@link wheelCycles} ahead. */
export class Wheel {
  readonly #lists: readonly WaitList[] = Array.from({ length: wheelCycles }, () => new WaitList());
  /** Entries in all lists. */
  #length = 0;

  push(waiter: Waiter, token: number, due: number): void {
    this.#lists[place(due)]!.push(waiter, token);
    this.#length++;
  }

  /** First cycle after this one in which a wait ends, before the end; else the end. */
  next(cycle: number, end: number): number {
    if (this.#length === 0) return end;
    const last = Math.min(end, cycle + wheelCycles);
    for (let at = cycle + 1; at < last; at++) if (this.#lists[place(at)]!.length > 0) return at;
    return end;
  }

  /** Moves what is due in this cycle to a list. */
  popDue(cycle: number, to: WaitList): void {
    if (this.#length === 0) return;
    const list = this.#lists[place(cycle)]!;
    this.#length -= list.length;
    to.take(list);
  }
}
