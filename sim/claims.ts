// SPDX-License-Identifier: Apache-2.0
// Who drives which port: two drivers on one would overwrite each other's values
// in the order of running, and values would be lost without a word. A claim whose
// task has ended is found when it stands in the way of somebody, not before.

import { DriverError } from './errors.ts';
import { addDisposer } from './dispose.ts';
import type { Task } from './process/index.ts';
import { describe } from './values.ts';

/** The only writer of a port, until it gives the port up. */
export interface Driver<Value = never> extends Disposable {
  readonly port: string;
  /** Who drives, as messages say it. */
  readonly name: string;
  /**
   * Writes the port; takes effect with the next evaluation.
   * @throws {DriverError} once the port was given up.
   */
  write(value: Value): void;
  /** Gives the port up when a task has ended, in whichever way; returns the driver. */
  releaseAfter(task: Task): this;
  /** Gives the port up: its value stays, and anyone may write it. */
  release(): void;
}

/**
 * The claims on the ports of one simulation. A model written in TypeScript takes one for what bus helpers ask of it.
 * @example
 * const claims = new Claims();
 * const sim = { dut, before, cycle: 0, fork, claim: (port, name) => claims.claim(port, name, (value) => (dut[port] = value)) };
 */
export class Claims {
  readonly #held = new Map<string, Claim<never>>();
  readonly #onChange: (port: string, isHeld: boolean) => void;

  /** @param onChange is told when a port gets a driver, and when it is found to have none any more. */
  constructor(onChange: (port: string, isHeld: boolean) => void = (): void => undefined) {
    this.#onChange = onChange;
  }

  /**
   * Makes the only driver of a port.
   * @param name for messages, not empty.
   * @param write writes the port, or refuses the value.
   * @throws {DriverError} when the port has a driver.
   */
  claim<Value>(port: string, name: string, write: (value: Value) => void): Driver<Value> {
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`Expected the name of a driver of port ${port}, but received ${describe(name)}.`);
    }
    this.requireFree(port, name);
    const claim = new Claim(port, name, write, () => {
      this.#held.delete(port);
      this.#onChange(port, false);
    });
    this.#held.set(port, claim);
    this.#onChange(port, true);
    return claim;
  }

  /** Drivers that have not given their ports up. */
  get drivers(): readonly Driver[] {
    return [...this.#held.values()].filter((holder) => !holder.hasEnded());
  }

  /**
   * Checks that a port has no driver.
   * @param comer who would write it, as messages say it.
   * @throws {DriverError} when it has one.
   */
  requireFree(port: string, comer: string): void {
    const holder = this.#held.get(port);
    if (holder === undefined || holder.hasEnded()) return;
    throw new DriverError(`received ${comer} beside ${holder.name}, which was not released`, port, holder.name);
  }
}

// Drivers as their keeper sees them.
class Claim<Value> implements Driver<Value> {
  readonly port: string;
  readonly name: string;
  readonly #write: (value: Value) => void;
  readonly #onRelease: () => void;
  #task: Task | undefined = undefined;
  #isReleased = false;

  constructor(port: string, name: string, write: (value: Value) => void, onRelease: () => void) {
    this.port = port;
    this.name = name;
    this.#write = write;
    this.#onRelease = onRelease;
  }

  write(value: Value): void {
    if (this.#isReleased || this.#task?.done === true) this.#refuse();
    this.#write(value);
  }

  releaseAfter(task: Task): this {
    if (typeof task !== 'object' || task === null || typeof task.done !== 'boolean') {
      throw new TypeError(`Expected a task made by fork, but received ${describe(task)}.`);
    }
    // A new task does not bring back what the end of an earlier one gave up.
    this.hasEnded();
    this.#task = task;
    return this;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#onRelease();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** Whether the port was given up; takes up the end of its task. */
  hasEnded(): boolean {
    if (this.#task?.done === true) this.release();
    return this.#isReleased;
  }

  #refuse(): never {
    const { port, name } = this;
    throw new DriverError(`received a write of ${name}, which has given it up`, port, undefined);
  }
}

addDisposer(Claim.prototype);
