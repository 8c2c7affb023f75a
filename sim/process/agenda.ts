// SPDX-License-Identifier: Apache-2.0
// Who waits for what, and what comes after an edge: the tasks that waited for it,
// in the order of forking; those that others woke meanwhile (a new task, an item
// in a queue, a flag, a task that ended), in the order of waking; then limits
// that ran out. All of that is over before the next event, and `advance` goes
// straight to the next cycle in which somebody is due.

import { holds } from './given.ts';
import { mainRises, type ProcessHost } from './host.ts';
import { Ring } from './ring.ts';
import { Sleepers } from './sleepers.ts';
import { WaitList } from './wait-list.ts';
import type { Agenda, Described, Turning, Wait, Waiter } from './waiter.ts';
import { Wheel, wheelCycles } from './wheel.ts';

interface Woken extends Wait {
  readonly value: unknown;
  readonly isError: boolean;
}

/** Turns after one edge, beside those of tasks that waited for it. */
const mostTurns = 100_000;

/** The waits of one simulation. */
export class EdgeAgenda implements Agenda {
  /** Async task that was resumed, and has microtasks to run before anything else. */
  resumed: Turning | undefined = undefined;
  /** Edges that tasks wait for, but for the main clock's rises. */
  wanted = 0;
  readonly #host: ProcessHost;
  /** Under way after the last edge, from `#at`. */
  #due = new WaitList();
  #at = 0;
  /** For the next rise of the main clock. */
  #next = new WaitList();
  readonly #wheel = new Wheel();
  readonly #sleepers = new Sleepers();
  /** For edges of clocks, by bit. */
  readonly #edges: WaitList[] = [];
  readonly #woken = new Ring<Woken>();
  readonly #limits = new Ring<Wait>();
  /** Cycle whose tasks were resumed last. */
  #seen: number;
  /** Turns since the last edge in which no edge passed. */
  #turns = 0;

  constructor(host: ProcessHost) {
    this.#host = host;
    this.#seen = host.cycle;
  }

  atNextRise(waiter: Waiter): void {
    this.#next.push(waiter, waiter.root.token);
  }

  afterCycles(waiter: Waiter, cycles: number): void {
    const { token } = waiter.root;
    if (cycles === 1) this.#next.push(waiter, token);
    else if (cycles < wheelCycles) this.#wheel.push(waiter, token, this.#host.cycle + cycles);
    else this.#sleepers.push(waiter, token, this.#host.cycle + cycles);
  }

  atEdges(waiter: Waiter, mask: number): void {
    this.wanted |= mask;
    for (let bit = 0; mask >>> bit !== 0; bit++) {
      if (((mask >>> bit) & 1) === 0) continue;
      const list = (this.#edges[bit] ??= new WaitList());
      list.push(waiter, waiter.root.token);
    }
  }

  atEnd(waiter: Waiter): void {
    this.#limits.push({ waiter, token: waiter.root.token });
  }

  wake(waiter: Waiter, value: unknown): void {
    // Whatever else the waiter waits for must not come between.
    const token = ++waiter.root.token;
    this.#woken.push({ waiter, token, value, isError: false });
  }

  wakeWithError(waiter: Waiter, error: unknown): void {
    const token = ++waiter.root.token;
    this.#woken.push({ waiter, token, value: error, isError: true });
  }

  timeout(message: string): Error {
    return this.#host.timeout?.(message) ?? new Error(message);
  }

  resumedAsync(task: Turning): void {
    this.resumed = task;
  }

  /** Runs to the next event, or over all cycles in which nobody waits; returns its edges. */
  advance(end: number): number {
    const host = this.#host;
    if (this.#next.length > 0 || this.wanted !== 0) return host.advance(this.wanted | mainRises);
    const { cycle } = host;
    host.run(this.#wheel.next(cycle, Math.min(end, this.#sleepers.first)) - cycle);
    return mainRises;
  }

  /** Takes up an edge after which the host threw instead of coming back. */
  catchUp(): void {
    this.#startTurns();
    if (this.#host.cycle > this.#seen && this.#at >= this.#due.length) this.collect(mainRises);
  }

  /** Gathers those who wait for some edges. */
  collect(edges: number): void {
    this.#startTurns();
    this.#at = 0;
    const due = this.#next;
    if ((edges & mainRises) === 0) {
      this.#due.clear();
    } else {
      this.#next = this.#due;
      this.#next.clear();
      this.#due = due;
      const { cycle } = this.#host;
      this.#seen = cycle;
      this.#wheel.popDue(cycle, due);
      if (this.#sleepers.first <= cycle) this.#sleepers.popDue(cycle, due);
    }
    const met = edges & this.wanted;
    if (met !== 0) this.#collectEdges(met);
    this.#due.sort();
  }

  /** However many tasks are there to begin with, each may begin. */
  #startTurns(): void {
    this.#turns = -this.#woken.length;
  }

  countTurn(task: Described): Error | undefined {
    if (++this.#turns <= mostTurns) return undefined;
    const { cycle } = this.#host;
    return new Error(
      `Expected tasks to wait for an edge, but received ${mostTurns} turns after ` +
        `${cycle === 0 ? 'the start' : `the one of cycle ${cycle}`}; the last was ${task.describe()}.`,
    );
  }

  #collectEdges(met: number): void {
    this.wanted &= ~met;
    for (let bit = 0; met >>> bit !== 0; bit++) if (((met >>> bit) & 1) !== 0) this.#due.take(this.#edges[bit]!);
  }

  /** Dispatches all that is due, or until an async task has to run. */
  work(): void {
    for (;;) {
      this.#workDue();
      if (this.resumed !== undefined) return;
      const woken = this.#woken.peek();
      if (woken !== undefined) {
        const { waiter, token, value, isError } = woken;
        const isWaiting = waiter.root.token === token;
        const endless = isWaiting ? this.countTurn(waiter) : undefined;
        // The wait stays, for a run after this one.
        if (endless !== undefined) throw endless;
        this.#woken.shift();
        if (!isWaiting) continue;
        if (isError) waiter.dispatchError(value);
        else waiter.dispatch(value);
      } else {
        const limit = this.#limits.shift();
        if (limit === undefined) return;
        if (limit.waiter.root.token === limit.token) limit.waiter.dispatch(undefined);
      }
      if (this.resumed !== undefined) return;
    }
  }

  #workDue(): void {
    const { waiters, tokens, length } = this.#due;
    let at = this.#at;
    while (at < length) {
      const waiter = waiters[at]!;
      const token = tokens[at]!;
      at++;
      if (waiter.root.token !== token) continue;
      if (waiter.predicate === undefined) waiter.dispatch(undefined);
      else this.#look(waiter, waiter.predicate);
      if (this.resumed !== undefined) break;
    }
    this.#at = at;
  }

  #look(waiter: Waiter, predicate: () => boolean): void {
    let isMet: boolean;
    try {
      isMet = holds(predicate);
    } catch (error) {
      waiter.predicate = undefined;
      waiter.dispatchError(error);
      return;
    }
    if (isMet) {
      waiter.predicate = undefined;
      waiter.dispatch(undefined);
    } else this.#next.push(waiter, waiter.root.token);
  }
}
