// SPDX-License-Identifier: Apache-2.0
// Clocks and resets, checked: which port, how long, and which level resets.

import type { DrivenClock, Engine } from './engine.ts';
import type { SignalLayout } from './ports.ts';
import { checkCount, describe } from './values.ts';

/** Clocks that one instance can have. */
const mostClocks = 16;

/** What {@link Simulation.clock} is told. */
export interface ClockOptions {
  /** Time units, from 2. The clock is low for the first half, rounded down. @defaultValue 10 */
  readonly period?: number;
  /** Time units by which its edges come later, from 0. @defaultValue 0 */
  readonly phase?: number;
}

/** What {@link Simulation.reset} is told. */
export interface ResetOptions {
  /** Cycles of the main clock for which to hold the reset, from 1. @defaultValue 2 */
  readonly cycles?: number;
  /** Level that resets. @defaultValue 0 for a name that ends in `n` after `rst`, `reset` or `_` (`rst_n`, `aresetn`), else 1 */
  readonly active?: 0 | 1;
}

/** Whether a port can be a clock or a reset. */
export function isSingleInput({ direction, width, dims }: SignalLayout): boolean {
  return direction === 'input' && width === 1 && dims.length === 0;
}

/** Number of a clock port among the signals; undefined chooses `clk`, else `clock`, else none (-1). */
export function findClock(top: string, signals: readonly SignalLayout[], name: string | false | undefined): number {
  if (name === false) return -1;
  if (name === undefined) {
    const usual = (wanted: string): number =>
      signals.findIndex((signal) => signal.name === wanted && isSingleInput(signal));
    return usual('clk') >= 0 ? usual('clk') : usual('clock');
  }
  const index = signals.findIndex((signal) => signal.name === name && isSingleInput(signal));
  if (index >= 0) return index;
  const inputs = signals.filter(isSingleInput).map((signal) => signal.name);
  throw new RangeError(
    `Expected clock to be a 1-bit input of ${top} (${inputs.join(', ')}), but received ${describe(name)}.`,
  );
}

/** Checks a clock's options; `known` are the clocks declared before it. */
export function makeClock(
  engine: Engine,
  name: string,
  options: ClockOptions,
  known: readonly DrivenClock[],
): DrivenClock {
  const { top, signals } = engine.setup;
  const port = findClock(top, signals, name);
  const { period = 10, phase = 0 } = options;
  checkCount('period', period);
  if (period < 2) throw new RangeError(`Expected period to be at least 2 time units, but received ${period}.`);
  checkCount('phase', phase);
  if (engine.time > 0 || engine.cycle > 0) {
    throw new RangeError(`Expected clocks to be declared at time 0, but received ${name} at time ${engine.time}.`);
  }
  if (known.some((clock) => clock.port === port)) {
    throw new RangeError(`Expected one driver of port ${name}, but received a second clock for it.`);
  }
  if (known.length === mostClocks) {
    throw new RangeError(`Expected at most ${mostClocks} clocks, but received ${name} as one more.`);
  }
  return { name, port, period, phase };
}

/**
 * Number of the clock that drives a port.
 * @throws {TypeError} for a port that is no clock.
 */
export function findDrivenClock({ clocks }: Engine, name: string): number {
  const index = clocks.findIndex((clock) => clock.name === name);
  if (index >= 0) return index;
  const names = clocks.map((clock) => clock.name).join(', ');
  throw new TypeError(`Expected a declared clock (${names}), but received ${describe(name)}.`);
}

/** The level at which a reset of this name resets. */
export function activeLevel(name: string): 0 | 1 {
  return /(?:_|rst|reset)n(?:i|_i)?$/i.test(name) || /^n_?(?:rst|reset)/i.test(name) ? 0 : 1;
}

/** The reset port: the one named, else the only input with a usual name. */
export function findReset(top: string, signals: readonly SignalLayout[], name: string | undefined): SignalLayout {
  const inputs = signals.filter(isSingleInput);
  const usual = (signal: SignalLayout): boolean => /^n?_?a?_?(?:rst|reset)_?n?$/i.test(signal.name);
  const found = name === undefined ? inputs.filter(usual) : inputs.filter((signal) => signal.name === name);
  if (found.length === 1) return found[0]!;
  const list = inputs.length === 0 ? 'it has none' : inputs.map((signal) => signal.name).join(', ');
  const received = name === undefined ? `no name, and ${found.length} are called like a reset` : describe(name);
  throw new RangeError(`Expected reset to be a 1-bit input of ${top} (${list}), but received ${received}.`);
}
