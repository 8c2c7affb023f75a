// SPDX-License-Identifier: Apache-2.0
// Fitted energies as a table that says where they come from.

import { type ArrayEvents, type ArrayTaps, eachEvent } from '../array-events.ts';
import type { MeasuredLane, MeasuredTable } from '../table.ts';
import { type Fit, type FitRequest, type LayerCheck, MOST_PINS } from './fit.ts';

const short = (value: number): number => Number(value.toPrecision(4));

/** Energies in pJ with four digits. */
function picojoules(joules: ArrayEvents): ArrayEvents {
  return eachEvent((event) => short(joules[event] * 1e12));
}

/** What arrays that were measured are besides their size, where they have blocks or take several taps a clock. */
function arraysText({ reach = 1, tapsPerClock = 1 }: ArrayTaps): string {
  const taps = tapsPerClock === 1 ? '' : `, ${tapsPerClock} taps a clock`;
  return reach === 1 ? taps : ` in blocks of ${reach}x${reach}${taps}`;
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
  { library: { name, volts }, sources, sizes, ...taps }: FitRequest,
  { clockBit, cells, checks }: Fit,
  lanes: readonly MeasuredLane[],
  versions: string,
  digest: string,
): MeasuredTable {
  const [networks, arrays] = [sources.map((source) => source.name), sizes.map((size) => `${size}x${size}`)];
  const { reach = 1, tapsPerClock = 1 } = taps;
  const pins = reach === 1 ? '' : `${MOST_PINS} pins on a net at most, `;
  const worst = 100 * Math.max(...checks.map((check) => Math.abs(errorOf(check))));
  const check = checks.length === 0 ? '' : `, layers that were not fitted within ${worst.toFixed(1)} %`;
  const of = ({ energies, perTap }: Fit['cells']['adder']): MeasuredTable['cells']['adder'] => ({
    picojoules: picojoules(energies),
    perTap: eachEvent((event) => short(perTap[event])),
  });
  return {
    id: `${name}, measured${arraysText(taps)}`,
    source: `${arrays.join(' and ')} arrays${arraysText(taps)} as gates of ${name} (SHA-256 ${digest.slice(0, 12)}) by ${versions}, operands of ${networks.join(' and ')}${check}; ${pins}no wires, no glitches`,
    process: name === 'osu018_stdcells' ? '0.18 um' : name || 'not stated',
    voltage: `${volts} V`,
    date: new Date().toISOString().slice(0, 10),
    rule: 'events of 8-bit cells, times the mean number of each in a tap',
    ...(reach > 1 ? { reach } : {}),
    ...(tapsPerClock > 1 ? { tapsPerClock } : {}),
    clockBit: short(clockBit * 1e12),
    cells: { adder: of(cells.adder), minimum: of(cells.minimum), multiplier: of(cells.multiplier) },
    lanes,
  };
}
