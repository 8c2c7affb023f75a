// SPDX-License-Identifier: Apache-2.0
// The clock of a netlist, and the nets by which gates pass it on to some registers only. Such a gate lets the clock
// through while a register that takes its value at the falling edge is 1, so it cannot rise at any other time.

import { LibertyError } from './liberty-error.ts';
import type { FlatNetlist } from './netlist.ts';

/** Nets that clock registers. */
export interface Clocks {
  /** The net that nothing in the netlist drives. */
  readonly root: number;
  /** Those that gates drive. */
  readonly gated: ReadonlySet<number>;
}

/** Finds them; all registers hang on one clock. */
export function clocksOf({ top, instances }: FlatNetlist): Clocks {
  const driven = new Set<number>();
  for (const { cell, pins } of instances) {
    for (const { name, direction } of cell.pins) {
      const net = pins.get(name);
      if (direction === 'output' && typeof net === 'number') driven.add(net);
    }
  }
  let root: number | undefined;
  const gated = new Set<number>();
  for (const { cell, pins, name } of instances) {
    if (cell.otherState) throw new LibertyError(`Expected ${top} to have registers only, but received a ${cell.name}.`);
    if (!cell.register) continue;
    const { clockedOn, falling, clear, preset } = cell.register;
    const net = pins.get(clockedOn);
    const ofGate = typeof net === 'number' && driven.has(net);
    if (
      typeof net !== 'number' ||
      clear !== undefined ||
      preset !== undefined ||
      (falling && ofGate) ||
      (!ofGate && (root ?? net) !== net)
    ) {
      throw new LibertyError(
        `Expected registers of ${top} to take values at the edges of one clock, but received ${cell.name} (${name}).`,
      );
    }
    if (ofGate) gated.add(net);
    else root = net;
  }
  if (root === undefined) throw new LibertyError(`Expected ${top} to have registers, but received none.`);
  return { root, gated };
}
