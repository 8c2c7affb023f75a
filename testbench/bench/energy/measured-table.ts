// SPDX-License-Identifier: Apache-2.0
// Fitted energies as a table that `berus energy --table` takes.

import { type ArrayEvents, eachEvent } from '../../../src/energy/array-events.ts';
import type { Library } from '../../../src/energy/gate/index.ts';
import type { MeasuredCell, MeasuredTable } from '../../../src/energy/table.ts';

const short = (value: number): number => Number(value.toPrecision(4));

function shortEvents(events: ArrayEvents): ArrayEvents {
  return eachEvent((event) => short(events[event]));
}

/**
 * A table with figures of four digits.
 * @param clockBit energy in pJ of a register bit being clocked
 * @param networks whose layers were measured
 */
export function measuredTable(
  { name, volts }: Library,
  clockBit: number,
  cells: Readonly<Record<string, MeasuredCell>>,
  networks: readonly string[],
): MeasuredTable {
  const rounded = Object.entries(cells).map(([kind, { picojoules, perTap }]) => [
    kind,
    { picojoules: shortEvents(picojoules), perTap: shortEvents(perTap) },
  ]);
  return {
    id: `${name}, measured`,
    source: `gates by Yosys in cells of ${name}, operands of ${networks.join(' and ')}; no wires, no glitches`,
    process: name === 'osu018_stdcells' ? '0.18 um' : name,
    voltage: `${volts} V`,
    date: `${new Date().getFullYear()}`,
    rule: 'events of 8-bit cells, times the mean number of each in a tap',
    clockBit: short(clockBit),
    cells: Object.fromEntries(rounded) as MeasuredTable['cells'],
  };
}
