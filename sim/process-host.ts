// SPDX-License-Identifier: Apache-2.0
// An engine as processes see it. A class, because V8 keeps objects with accessors
// of their own as dictionaries, in which each cycle would look its number up.

import { findDrivenClock } from './clocking.ts';
import type { Engine } from './engine.ts';
import type { ProcessHost } from './process/index.ts';

/** Runs an engine's clocks for its processes. */
export class EngineHost implements ProcessHost {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get cycle(): number {
    return this.#engine.cycle;
  }

  run(cycles: number): void {
    this.#engine.run(cycles);
  }

  advance(wanted: number): number {
    return this.#engine.advance(wanted);
  }

  toEdge(wanted: number): number {
    return this.#engine.toEdge(wanted);
  }

  clockNumber(name: string): number {
    return findDrivenClock(this.#engine, name);
  }

  timeout(message: string): Error {
    return this.#engine.error('timeout', message);
  }
}
