// SPDX-License-Identifier: Apache-2.0
// Networks of tall maps, most of which run in strips: programs interpreted are the reference, and the RTL writes every
// word as the reference has it, in the clock of the closed form; and rows of a layer count for as much as it does whole.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, planTiling } from '../../src/compile/index.ts';
import { layerCounters, networkCounters, quantizedWork, workPlan } from '../../src/cycles/index.ts';
import { useOf } from '../../src/cycles/layer-work.ts';
import { createRtlDevice } from '../../src/device/index.ts';
import { layerGeometry } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { Case } from '../support/arbitraries.ts';
import { STRIPS_CONFIGURATION } from '../support/configurations.ts';
import { type NetworkLimits, randomCase } from '../support/integer-networks.ts';
import { interpretProgram } from '../support/program-interpreter.ts';

const LIMITS: NetworkLimits = {
  bits: [3, 8],
  maxLayers: 5,
  maxImages: 4,
  maxChannels: 3,
  maxFilters: 6,
  onArray: true,
  tall: true,
};

/** A core with room for all but the maps, which have as little as will do. */
const ROOMY: Configuration = {
  ...STRIPS_CONFIGURATION,
  accBits: 20,
  sumBits: 40,
  weightDepth: 2 ** 14,
  padDepth: 256,
  resultDepth: 1000,
};

/** The case of a seed, on the smallest buffers that hold it; null where these hold it whole. */
function smallest(seed: number): { case: Case; configuration: Configuration } | null {
  const chosen = randomCase(seed, LIMITS);
  const plans = chosen.network.layers.map((layer) => workPlan(quantizedWork(layer), ROOMY));
  const { need } = planTiling(plans, { ...ROOMY, activationDepth: 1 });
  return need.strips === null ? null : { case: chosen, configuration: { ...ROOMY, activationDepth: need.depth } };
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('a program in strips', () => {
  it('should compute the maps of the reference', () => {
    let layers = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const found = smallest(seed);
        if (found === null) return;
        const { network, images, count } = found.case;
        const compiled = compileNetwork(network, found.configuration);
        layers += compiled.strips!.layers;
        const maps = interpretProgram(compiled, images, count);
        inferReference(network, images, count).maps.forEach((map, layer) => {
          expect(maps[layer], `layer ${layer}`).toEqual([...map]);
        });
      }),
    );
    expect(layers).toBeGreaterThan(50);
  });

  it('should be what the RTL runs, word by word and clock by clock', { timeout: 300_000 }, async () => {
    // One core for all, with room for some of the cases.
    const configuration = { ...ROOMY, activationDepth: 300 };
    let strips = 0;
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { network, images, count } = randomCase(seed, LIMITS);
        let compiled;
        try {
          compiled = compileNetwork(network, configuration);
        } catch (error) {
          if (error instanceof RangeError) return;
          throw error;
        }
        if (compiled.strips === null) return;
        strips += compiled.strips.strips;
        using device = await createRtlDevice(network, { configuration });
        const { maps } = inferReference(network, images, count);
        const got = device.verify(images, { maps, count, clocks: true });
        if ('got' in got) throw new Error(JSON.stringify(got));
        expect(got.maps).toEqual(maps);
        expect(got.counters!.layers).toEqual(networkCounters(network, configuration, count));
      }),
      { numRuns: 300 },
    );
    expect(strips).toBeGreaterThan(100);
  });
});

describe('the counters of rows', () => {
  it('should add up to those of the layer', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const quantized of randomCase(seed, LIMITS).network.layers) {
          const work = quantizedWork(quantized);
          const plan = workPlan(work, ROOMY);
          const { height } = layerGeometry(work.layer).output;
          const { lanes } = useOf(work, ROOMY)!;
          const whole = layerCounters(plan, ROOMY, 2, { lanes });
          const cut = seed % (height + 1);
          const parts = [
            { from: 0, to: cut },
            { from: cut, to: height },
          ]
            .filter(({ from, to }) => from < to)
            .map((rows) => layerCounters(plan, ROOMY, 2, { lanes, rows }));
          const sum = (of: (counters: typeof whole) => number): number => parts.reduce((all, one) => all + of(one), 0);
          for (const name of Object.keys(whole.events) as (keyof typeof whole.events)[]) {
            expect(
              sum(({ events }) => events[name]),
              name,
            ).toBe(whole.events[name]);
          }
          expect(sum(({ cycles }) => cycles.stream)).toBe(whole.cycles.stream);
        }
      }),
      { numRuns: 300 },
    );
  });
});
