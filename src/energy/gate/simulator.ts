// SPDX-License-Identifier: Apache-2.0
// What the gate level wants of a simulator; whoever has one hands it in, as this part knows none.

import type { SimulationNetlist } from './simulation-netlist.ts';

/** A column of values, one for each clock; a port wider than 32 bits has its words in a row, least significant first. */
export type PortColumn = Uint8Array | Uint16Array | Uint32Array;

/** What was counted. */
export interface ToggleCounts {
  /** Clocks over which toggles were counted. */
  readonly clocks: number;
  /** Toggles of each net, in the order of the netlist's `nets`. */
  readonly counts: Uint32Array;
  /** Columns of the outputs asked for. */
  readonly outputs: Readonly<Record<string, PortColumn>>;
}

/** Runs netlists and counts the toggles of their nets. */
export interface GateSimulator {
  /** Which it is, in words; fails in one line where it is not installed. */
  readonly version: () => Promise<string>;
  /**
   * Drives a netlist's inputs, a column for each besides the clock.
   * @param warmUp clocks at the start whose toggles do not count
   * @param outputs names of outputs whose columns are wanted
   */
  readonly count: (
    netlist: SimulationNetlist,
    inputs: Readonly<Record<string, PortColumn>>,
    clocks: number,
    warmUp: number,
    outputs: readonly string[],
  ) => Promise<ToggleCounts>;
}
