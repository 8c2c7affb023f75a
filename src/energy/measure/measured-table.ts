// SPDX-License-Identifier: Apache-2.0
// Fitted energies as a table that says where they come from.

import { type ArrayEvents, eachEvent } from '../array-events.ts';
import type { MeasuredLane, MeasuredTable } from '../table.ts';
import type { Fit, FitRequest, LayerCheck } from './fit.ts';

const short = (value: number): number => Number(value.toPrecision(4));

/** Energies in pJ with four digits. */
function picojoules(joules: ArrayEvents): ArrayEvents {
  return eachEvent((event) => short(joules[event] * 1e12));
}

/** How far an estimate is off, as a share. */
export function errorOf({ measured, estimated }: LayerCheck): number {
  return estimated / measured - 1;
}

/**
 * The table of a fit, and of lanes.
 * @param versions of the tools, in words
 * @param digest of the Liberty file
 */
export function measuredTable(
  { library: { name, volts }, sources, sizes }: FitRequest,
  { clockBit, cells, checks }: Fit,
  lanes: readonly MeasuredLane[],
  versions: string,
  digest: string,
): MeasuredTable {
  const [networks, arrays] = [sources.map((source) => source.name), sizes.map((size) => `${size}x${size}`)];
  const worst = 100 * Math.max(...checks.map((check) => Math.abs(errorOf(check))));
  const check = checks.length === 0 ? '' : `, layers that were not fitted within ${worst.toFixed(1)} %`;
  const of = ({ energies, perTap }: Fit['cells']['adder']): MeasuredTable['cells']['adder'] => ({
    picojoules: picojoules(energies),
    perTap: eachEvent((event) => short(perTap[event])),
  });
  return {
    id: `${name}, measured`,
    source: `${arrays.join(' and ')} arrays as gates of ${name} (SHA-256 ${digest.slice(0, 12)}) by ${versions}, operands of ${networks.join(' and ')}${check}; no wires, no glitches`,
    process: name === 'osu018_stdcells' ? '0.18 um' : name || 'not stated',
    voltage: `${volts} V`,
    date: new Date().toISOString().slice(0, 10),
    rule: 'events of 8-bit cells, times the mean number of each in a tap',
    clockBit: short(clockBit * 1e12),
    cells: { adder: of(cells.adder), minimum: of(cells.minimum), multiplier: of(cells.multiplier) },
    lanes,
  };
}
