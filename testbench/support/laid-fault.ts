// SPDX-License-Identifier: Apache-2.0
// Says what is wrong with a core whose cells hold weights, by running the same random cases on it whose layers have a
// schedule each, some of them with maps that are turned.

import fc from 'fast-check';
import type { Configuration } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { FAULTY_CORE, HOLDS } from './fault-finder.ts';
import { type LaidCase, laidCases, roomy } from './layer-schedules.ts';
import { deviceOfCore, SOON_COMPILED } from './rtl-device.ts';
import { describeMismatch } from './should-match.ts';

/** A small core of three lanes, with a column more. */
export const LAID_CORE: Configuration = { ...roomy(FAULTY_CORE), rows: 3, columns: 4 };

/** The same, taller than it is wide, with cells of minima. */
export const LAID_MINIMA: Configuration = {
  ...LAID_CORE,
  rows: 4,
  columns: 3,
  cell: 'minimum',
  accBits: 17,
  sumBits: 25,
};

/** The same cases each time. */
export function chooseLaid(numRuns: number, configuration: Configuration = LAID_CORE, seed = 1): LaidCase[] {
  return fc.sample(laidCases(configuration), { numRuns, seed });
}

/**
 * What a core does wrong first, in words; undefined if nothing.
 * @param rtl folder of its Verilog; that of the package if not given
 */
export async function findLaidFault(
  rtl: string | undefined,
  chosen: readonly LaidCase[],
  configuration: Configuration = LAID_CORE,
): Promise<string | undefined> {
  for (const [at, example] of chosen.entries()) {
    const { network, schedule, images, count } = example;
    const held = at % 3 === 0;
    using device = await deviceOfCore(network, {
      configuration,
      schedule,
      rtl,
      flags: SOON_COMPILED,
      seed: at + 1,
      ...(held && { holds: HOLDS }),
    });
    const got = device.infer(images, count);
    const mismatch = describeMismatch(network, example, got);
    if (mismatch !== undefined) return mismatch;
    if (configuration.cell === 'minimum') continue;
    // Clocks of layers that skip taps depend on what maps hold.
    for (const [index, form] of networkCounters(network, configuration, count, schedule).entries()) {
      const counted = got.counters!.layers[index]!;
      const all: Readonly<Record<string, number>> = { ...counted.cycles, ...counted.events };
      for (const [name, expected] of Object.entries(held ? form.events : { ...form.events, ...form.cycles })) {
        if (all[name] !== expected) return `layer ${index}: counted ${all[name]} ${name}, expected ${expected}`;
      }
    }
  }
  return undefined;
}
