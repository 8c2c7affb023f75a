// SPDX-License-Identifier: Apache-2.0
// Who drives a port: two helpers on one port would overwrite each other's values
// in the order of forking, and beats would be lost without a word.

import type { Task } from '../process/index.ts';
import type { BusSimulation } from './simulation.ts';

const drivers = new WeakMap<BusSimulation, Map<string, Task>>();

/**
 * Checks that a port has no driver; one whose task ended or was killed is none.
 * @param name of the one to come.
 */
export function requireUndriven(sim: BusSimulation, port: string, name: string): void {
  const earlier = drivers.get(sim)?.get(port);
  if (earlier === undefined || earlier.done) return;
  throw new RangeError(
    `Expected one driver of port ${port}, but received ${name} beside ${earlier.name}, which was not killed.`,
  );
}

/** Notes the task that drives a port. */
export function noteDriver(sim: BusSimulation, port: string, task: Task): void {
  let ports = drivers.get(sim);
  if (ports === undefined) {
    ports = new Map<string, Task>();
    drivers.set(sim, ports);
  }
  ports.set(port, task);
}
