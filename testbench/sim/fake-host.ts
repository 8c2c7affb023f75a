// SPDX-License-Identifier: Apache-2.0
// Clocks without a design behind them, for tests of processes: each event is a
// call, and costs nothing.

import type { ProcessHost } from '../../sim/process/index.ts';

/** A clock, which starts low and rises at period / 2 + phase. */
export interface FakeClock {
  readonly name: string;
  readonly period: number;
  readonly phase: number;
}

/** Clocks in TypeScript. */
export class FakeHost implements ProcessHost {
  cycle = 0;
  time = 0;
  /** How often each function was called. */
  readonly calls = { run: 0, advance: 0, toEdge: 0 };
  /** Called with the edges of each event, in it. */
  onEvent: (edges: number) => void = () => undefined;
  readonly #clocks: readonly FakeClock[];
  readonly #next: number[];
  readonly #levels: number[];

  constructor(clocks: readonly FakeClock[] = [{ name: 'clk', period: 10, phase: 0 }]) {
    this.#clocks = clocks;
    this.#next = clocks.map(({ period, phase }) => phase + Math.floor(period / 2));
    this.#levels = clocks.map(() => 0);
  }

  run(cycles: number): void {
    this.calls.run++;
    for (const end = this.cycle + cycles; this.cycle < end;) this.#event();
  }

  advance(wanted: number): number {
    this.calls.advance++;
    for (;;) {
      const edges = this.#event();
      if ((edges & wanted) !== 0) return edges;
    }
  }

  toEdge(wanted: number): number {
    this.calls.toEdge++;
    for (;;) {
      const isMainNext = this.#next[0] === Math.min(...this.#next) && this.#levels[0] === 0;
      if (isMainNext) return 0;
      const edges = this.#event();
      if ((edges & wanted) !== 0) return edges;
    }
  }

  clockNumber(name: string): number {
    const number = this.#clocks.findIndex((clock) => clock.name === name);
    if (number >= 0) return number;
    throw new TypeError(`Expected a clock, but received "${name}".`);
  }

  #event(): number {
    this.time = Math.min(...this.#next);
    let edges = 0;
    for (const [i, { period }] of this.#clocks.entries()) {
      if (this.#next[i] !== this.time) continue;
      const level = (this.#levels[i] = 1 - this.#levels[i]!);
      edges |= (level === 1 ? 1 : 2) << (2 * i);
      this.#next[i] = this.time + (level === 1 ? Math.ceil(period / 2) : Math.floor(period / 2));
    }
    if ((edges & 1) !== 0) this.cycle++;
    this.onEvent(edges);
    return edges;
  }
}
