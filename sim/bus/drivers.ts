// SPDX-License-Identifier: Apache-2.0
// The ports that a helper drives: all of them, or none where one has a driver.

import type { Driver } from '../claims.ts';
import type { BusSimulation, BusValue } from './simulation.ts';

/**
 * Claims ports.
 * @param name of the helper.
 * @throws {DriverError} when one of them has a driver; then none is claimed.
 */
export function claimAll(sim: BusSimulation, ports: readonly string[], name: string): Driver<BusValue>[] {
  const drivers: Driver<BusValue>[] = [];
  try {
    for (const port of ports) drivers.push(sim.claim(port, name));
  } catch (error) {
    for (const driver of drivers) driver.release();
    throw error;
  }
  return drivers;
}

/**
 * Checks that ports have no driver, before anything is there that one of them could leave behind.
 * @param name of the helper to come.
 * @throws {DriverError} when one has a driver.
 */
export function requireFree(sim: BusSimulation, ports: readonly string[], name: string): void {
  for (const driver of claimAll(sim, ports, name)) driver.release();
}
