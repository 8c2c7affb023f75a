// SPDX-License-Identifier: Apache-2.0
// Every word of random networks, as it is written: its code and its clock, also on cores on which weights have no room
// to stay, and maps none to be whole, so that words are written again; and what the host's loads and reads take.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration } from '../../src/compile/index.ts';
import { firstMiscount } from '../../src/device/count-check.ts';
import { inferReference } from '../../src/reference/index.ts';
import { cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS, STRIPS_CONFIGURATION } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { deviceOfCore } from '../support/rtl-device.ts';

/** Weights of these cores are mostly loaded for each batch. */
const CORES: Readonly<Record<string, Configuration>> = {
  '3x5 with room for all weights': SMALL_CONFIGURATIONS['3x5']!,
  '3x5 with room for few weights': { ...SMALL_CONFIGURATIONS['3x5']!, weightDepth: 128, programDepth: 2400 },
  '1x4 of 16 bits with room for few weights': {
    ...SMALL_CONFIGURATIONS['1x4 of 16 bits']!,
    weightDepth: 200,
    programDepth: 2400,
  },
  '3x5 with room for few weights and rows': STRIPS_CONFIGURATION,
  '3x5 of minima with room for few weights and rows': {
    ...STRIPS_CONFIGURATION,
    cell: 'minimum',
    accBits: STRIPS_CONFIGURATION.accBits + 1,
    sumBits: STRIPS_CONFIGURATION.sumBits + 1,
  },
};

describe.each(Object.entries(CORES))('core %s', (name, configuration) => {
  it('should write every word as the reference has it, in the clock of the closed form', async () => {
    let segments = 0;
    let strips = 0;
    let sumColumns = 0;
    await fc.assert(
      fc.asyncProperty(cases(coreLimits(configuration)), async (chosen) => {
        const { network, images, count } = chosen;
        const compiled = compileNetwork(network, configuration);
        segments += compiled.segments.length;
        strips += compiled.strips?.strips ?? 0;
        sumColumns += compiled.plans.filter((plan) => plan.sumColumns).length;
        using device = await deviceOfCore(network, { configuration });
        const { maps } = inferReference(network, images, count);
        const found = device.verify(images, { maps, count, clocks: true });
        if ('got' in found) throw new Error(`${name}: ${JSON.stringify(found)}`);
        expect(found.maps).toEqual(maps);
        const run = { network, configuration, images: { pictures: images, maps, count } };
        expect(firstMiscount(run, found.counters!)).toBeUndefined();
      }),
    );
    expect(segments > 0).toBe(name.includes('few weights'));
    // On the other cores few networks run in strips, if any.
    expect(strips).toBeGreaterThanOrEqual(name.includes('rows') ? 10 : 0);
    expect(sumColumns > 0).toBe(name.includes('minima'));
  });
});
