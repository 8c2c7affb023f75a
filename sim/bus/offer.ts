// SPDX-License-Identifier: Apache-2.0
// What the sending side drives: valid and the payload.

import type { Driver } from '../claims.ts';
import type { Task } from '../process/index.ts';
import type { Channel, GivenBeat } from './channel.ts';
import { claimAll } from './drivers.ts';
import { writerOf, type BusSimulation, type BusValue, type GivenValue } from './simulation.ts';

/** The driven ports of one sending side. */
export class Offer<Field extends string> {
  readonly #drivers: readonly Driver<BusValue>[];
  readonly #valid: Driver<BusValue>;
  readonly #fields: readonly { readonly name: Field; readonly write: (value: GivenValue) => void }[];

  /**
   * @param name of the side.
   * @throws {DriverError} when one of the ports has a driver.
   */
  constructor(sim: BusSimulation, { ports, fields }: Channel<Field>, name: string) {
    this.#drivers = claimAll(sim, [ports.valid, ...fields.map(({ port }) => port)], name);
    this.#valid = this.#drivers[0]!;
    this.#fields = fields.map((field, i) => ({ name: field.name, write: writerOf(sim, this.#drivers[i + 1]!) }));
  }

  /** Drives valid and a beat. */
  show(beat: GivenBeat<Field>): void {
    this.#valid.write(1);
    for (const { name, write } of this.#fields) write(beat[name] ?? 0);
  }

  /** Drives everything to 0. */
  withdraw(): void {
    this.#valid.write(0);
    for (const { write } of this.#fields) write(0);
  }

  /** Gives the ports up when the task has ended that drives them. */
  releaseAfter(task: Task): void {
    for (const driver of this.#drivers) driver.releaseAfter(task);
  }
}
