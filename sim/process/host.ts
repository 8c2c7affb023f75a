// SPDX-License-Identifier: Apache-2.0
// What processes need of a simulation. Edges are masks with two bits for each
// clock: bit 2i says that clock i rises, bit 2i + 1 that it falls.

/** Runs the clocks for a {@link Scheduler}; clock 0 is the main clock, whose rises are the cycles. */
export interface ProcessHost {
  /** Cycles completed. */
  readonly cycle: number;
  /** Runs to the end of this many more cycles, each of which ends right after the main clock rises. */
  run(cycles: number): void;
  /** Runs to the next event with one of the wanted edges; returns all edges in it. */
  advance(wanted: number): number;
  /** Runs to just before the main clock rises and returns 0, or to an event on the way with a wanted edge, and returns its edges. */
  toEdge(wanted: number): number;
  /**
   * Number of the clock that drives a port.
   * @throws {TypeError} for a port that is no declared clock.
   */
  clockNumber(name: string): number;
  /** Makes the error for a wait that took too long. @defaultValue an `Error` */
  timeout?(message: string): Error;
}

/** Edge of a clock to wait for. */
export type EdgeDirection = 'rising' | 'falling' | 'any';

/** The main clock rises. */
export const mainRises = 1;

/** Mask of the edges of one clock. */
export function edgeMask(clock: number, direction: EdgeDirection): number {
  const bits = { rising: 1, falling: 2, any: 3 }[direction];
  if (bits !== undefined) return bits << (2 * clock);
  throw new TypeError(`Expected an edge to be rising, falling or any, but received ${String(direction)}.`);
}
