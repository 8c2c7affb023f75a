// SPDX-License-Identifier: Apache-2.0
// Every word of random networks, as it is written: its code and its clock, also on cores on which weights have no room
// to stay; and what the host's loads and reads take.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration } from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { createRtlDevice, type RunCounters } from '../../src/device/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

/** Weights of these cores are mostly loaded for each batch. */
const CORES: Readonly<Record<string, Configuration>> = {
  '3x5 with room for all weights': SMALL_CONFIGURATIONS['3x5']!,
  '3x5 with room for few weights': { ...SMALL_CONFIGURATIONS['3x5']!, weightDepth: 128, programDepth: 2400 },
  '1x4 of 16 bits with room for few weights': {
    ...SMALL_CONFIGURATIONS['1x4 of 16 bits']!,
    weightDepth: 200,
    programDepth: 2400,
  },
};

function shouldCountAlike({ layers, host }: RunCounters, { network, count }: Case, configuration: Configuration): void {
  expect(layers).toEqual(networkCounters(network, configuration, count));
  const { imageBanks: _, ...form } = hostCycles(network, configuration, count);
  expect({
    networkLoad: host.networkLoadCycles,
    imageLoad: host.imageLoadCycles,
    segmentLoad: host.segmentLoadCycles,
    resultRead: host.readCycles,
    hidden: host.hiddenCycles,
  }).toEqual(form);
}

describe.each(Object.entries(CORES))('core %s', (name, configuration) => {
  it('should write every word as the reference has it, in the clock of the closed form', async () => {
    let segments = 0;
    await fc.assert(
      fc.asyncProperty(cases(coreLimits(configuration)), async (chosen) => {
        const { network, images, count } = chosen;
        segments += compileNetwork(network, configuration).segments.length;
        using device = await createRtlDevice(network, { configuration });
        const { maps } = inferReference(network, images, count);
        const found = device.verify(images, { maps, count, clocks: true });
        if ('got' in found) throw new Error(`${name}: ${JSON.stringify(found)}`);
        expect(found.maps).toEqual(maps);
        shouldCountAlike(found.counters!, chosen, configuration);
      }),
    );
    expect(segments > 0).toBe(name.includes('few'));
  });
});
