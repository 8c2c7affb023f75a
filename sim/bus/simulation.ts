// SPDX-License-Identifier: Apache-2.0
// What bus helpers need of a simulation: little enough that a model written in
// TypeScript has it too.

import type { Driver } from '../claims.ts';
import { activeLevel } from '../clocking.ts';
import type { Task, TaskBody } from '../process/index.ts';

/** The part of a simulation that drives buses. */
export interface BusSimulation {
  /** Ports as they are. */
  readonly dut: object;
  /** Ports as registers saw them at the last edge. */
  readonly before: object;
  /** Cycles completed. */
  readonly cycle: number;
  fork<T>(body: TaskBody<T>, name?: string): Task<T>;
  /** Makes the only driver of an input; a model in TypeScript has `Claims` for it. */
  claim(port: string, name: string): Driver<BusValue>;
}

/** Value of a port: a number, or a bigint where it is too wide for one. */
export type BusValue = number | bigint;

/** A value as it may be given: words of 32 bits, least significant first, serve for any width. */
export type GivenValue = BusValue | Uint32Array;

/** Ports by name. */
export type PortValues = Record<string, BusValue>;

/**
 * Checks that a design has a port.
 * @param use what the port is for, as a message says it.
 */
export function requirePort(sim: BusSimulation, name: string, use: string): string {
  if (name in sim.dut) return name;
  throw new TypeError(`Expected ${use} to be a port (${Object.keys(sim.dut).join(', ')}), but received "${name}".`);
}

/** A port if the design has it. */
export function optionalPort(sim: BusSimulation, name: string): string | undefined {
  return name in sim.dut ? name : undefined;
}

/**
 * Makes a function that reads a port of `dut` or `before`. It keeps the port's own accessor: looking a name up anew for
 * each value costs several times as much as reading it.
 */
export function readerOf(object: object, name: string): () => BusValue {
  const get = Object.getOwnPropertyDescriptor(object, name)?.get as (() => BusValue) | undefined;
  if (get === undefined) return () => (object as PortValues)[name]!;
  return () => get.call(object);
}

/** Makes a function that writes what may be given for a port. */
export function writerOf({ dut }: BusSimulation, driver: Driver<BusValue>): (value: GivenValue) => void {
  const isWide = typeof (dut as PortValues)[driver.port] === 'bigint';
  return (value) => driver.write(typeof value === 'number' && !isWide ? value : convert(value, isWide));
}

function convert(value: GivenValue, isWide: boolean): BusValue {
  if (typeof value !== 'object') return isWide ? BigInt(value) : Number(value);
  if (!isWide && value.length === 1) return value[0]!;
  let joined = 0n;
  for (let i = value.length - 1; i >= 0; i--) joined = (joined << 32n) | BigInt(value[i]!);
  return isWide ? joined : Number(joined);
}

/** A signal of one bit, by name, such as a reset; says whether it was active at the last edge. */
export function resetWatch(sim: BusSimulation, name: string | undefined): () => boolean {
  if (name === undefined) return () => false;
  requirePort(sim, name, 'reset');
  const active = activeLevel(name);
  const read = readerOf(sim.before, name);
  return () => Number(read()) === active;
}

/**
 * The largest value of a port that has a bit for each byte of another; 0 without the port.
 * @param name of the helper that will drive it.
 */
export function allOnes(sim: BusSimulation, port: string | undefined, name: string): BusValue {
  if (port === undefined) return 0;
  const driver = sim.claim(port, name);
  const before = (sim.dut as PortValues)[port]!;
  // A value that does not fit is refused, and the port keeps what it had.
  let ones = 0n;
  for (let bits = 1; bits <= 512; bits++) {
    const value = (1n << BigInt(bits)) - 1n;
    try {
      driver.write(typeof before === 'bigint' ? value : Number(value));
    } catch {
      break;
    }
    ones = value;
  }
  driver.write(before);
  driver.release();
  return typeof before === 'bigint' ? ones : Number(ones);
}
