// SPDX-License-Identifier: Apache-2.0
// One instance for many runs. Between runs it goes back to the state that it had
// before the first one. Where that is refused, for a design whose state is not plain
// data, or after a run that left a process live or the simulation broken, the next
// run has a new instance.

import { simulationErrorKind, type CheckedSimulation } from './checked.ts';

/** An instance that is as new at the start of each run. */
export class ReusedInstance<Sim extends CheckedSimulation> {
  readonly #make: () => Promise<Sim>;
  #sim: Sim | undefined;
  #start: unknown;
  #canSnapshot = true;
  #busy = false;

  /** @param make makes an instance and brings it to the state from which runs start. */
  constructor(make: () => Promise<Sim>) {
    this.#make = make;
  }

  /** Makes the first instance. */
  async prepare(): Promise<void> {
    this.#sim ??= await this.#create();
  }

  /** Gives a run the instance; `run` may still be busy with one from before that timed out. */
  async lend<T>(run: (sim: Sim) => T | Promise<T>): Promise<T> {
    // Disposing ends what still uses it.
    if (this.#busy) this.dispose();
    const sim = (this.#sim ??= await this.#create());
    this.#busy = true;
    try {
      return await run(sim);
    } finally {
      if (this.#sim === sim) {
        this.#busy = false;
        this.#rewind(sim);
      }
    }
  }

  dispose(): void {
    this.#busy = false;
    this.#sim?.dispose();
    this.#sim = undefined;
  }

  async #create(): Promise<Sim> {
    const sim = await this.#make();
    if (this.#canSnapshot) this.#take(sim);
    return sim;
  }

  #take(sim: Sim): void {
    try {
      this.#start = sim.snapshot();
    } catch (error) {
      if (simulationErrorKind(error) !== 'snapshot') throw error;
      this.#canSnapshot = false;
    }
  }

  #rewind(sim: Sim): void {
    if (this.#canSnapshot) {
      try {
        sim.restore(this.#start as never);
        return;
      } catch (error) {
        if (simulationErrorKind(error) === undefined) throw error;
      }
    }
    this.dispose();
  }
}
