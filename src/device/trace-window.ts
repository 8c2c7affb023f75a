// SPDX-License-Identifier: Apache-2.0
// A waveform of some cycles of a run only: opened and closed between the steps in which a run is simulated.

import type { Simulation } from '../../sim/index.ts';

/** Cycles to write to a file, the last not included. */
export interface TraceCycles {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** A waveform under way. */
export class TraceWindow {
  readonly #cycles: TraceCycles;
  #state: 'before' | 'open' | 'closed' = 'before';

  constructor(cycles: TraceCycles) {
    this.#cycles = cycles;
  }

  /**
   * Opens or closes the waveform if it is time to.
   * @param ahead clocks that are going to be simulated
   * @returns how many of them to simulate before the next call
   */
  step(sim: Simulation, ahead: number): number {
    const { file, from, to } = this.#cycles;
    if (this.#state === 'before' && sim.cycle >= from) {
      sim.openTrace(file);
      this.#state = 'open';
    }
    if (this.#state === 'open' && sim.cycle >= to) {
      sim.closeTrace();
      this.#state = 'closed';
    }
    const next = { before: from, open: to, closed: Infinity }[this.#state];
    return Math.min(ahead, next - sim.cycle);
  }

  /** Completes the waveform; true where there is one. */
  close(sim: Simulation): boolean {
    sim.closeTrace();
    return this.#state !== 'before';
  }
}
