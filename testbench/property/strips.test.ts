// SPDX-License-Identifier: Apache-2.0
// Networks of tall maps, most of which run in strips: programs interpreted are the reference, and the RTL writes every
// word as the reference has it, in the clock of the closed form; and rows of a layer count for as much as it does whole.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileNetwork,
  type Configuration,
  mayLieByRows,
  padWordCounts,
  planHeld,
  planStationary,
  planTiling,
  type RowRange,
  type Schedule,
  unsupportedStationary,
} from '../../src/compile/index.ts';
import { type LayerCounters, layerCounters, networkCounters, quantizedWork, workPlan } from '../../src/cycles/index.ts';
import { type LayerWork, planesOf, useOf } from '../../src/cycles/layer-work.ts';
import { stationaryCounters } from '../../src/cycles/stationary-cycles.ts';
import { layerGeometry } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { Case } from '../support/arbitraries.ts';
import { STRIPS_CONFIGURATION } from '../support/configurations.ts';
import { type NetworkLimits, randomCase } from '../support/integer-networks.ts';
import { interpretProgram } from '../support/program-interpreter.ts';
import { deviceOfCore } from '../support/rtl-device.ts';
import { interpretHeld } from '../support/stationary-interpreter.ts';

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
  partialDepth: 60,
};

const SCHEDULES: readonly Schedule[] = ['output', 'weight'];

/** Whether every layer can be run so. */
function runs({ network }: Case, schedule: Schedule): boolean {
  const { layers } = network.network;
  return schedule === 'output' || layers.every((layer) => unsupportedStationary(layer, ROOMY) === null);
}

/** The case of a seed, on the smallest buffers that hold it; null where these hold it whole. */
function smallest(seed: number, schedule: Schedule): { case: Case; configuration: Configuration } | null {
  const chosen = randomCase(seed, LIMITS);
  if (!runs(chosen, schedule)) return null;
  const { layers } = chosen.network;
  const tiny = { ...ROOMY, activationDepth: 1, partialDepth: 1 };
  if (schedule === 'output') {
    const plans = layers.map(quantizedWork).map((work) => workPlan(work, ROOMY));
    const { depth, strips } = planTiling(plans, tiny).need;
    return strips && { case: chosen, configuration: { ...ROOMY, activationDepth: depth } };
  }
  const { plans, tiling } = planHeld(
    layers.map(({ layer }) => layer),
    tiny,
    layers,
  );
  const { depth, strips, partials } = tiling.need;
  const pads = padWordCounts(plans, layers).reduce((sum, words) => sum + words, 0);
  const sizes = { activationDepth: depth + pads, partialDepth: partials.words };
  return strips && { case: chosen, configuration: { ...ROOMY, ...sizes } };
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe.each(SCHEDULES)('a program in strips with schedule %s', (schedule) => {
  it('should compute the maps of the reference', () => {
    let layers = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const found = smallest(seed, schedule);
        if (found === null) return;
        const { network, images, count } = found.case;
        const compiled = compileNetwork(network, found.configuration, { schedule });
        layers += compiled.strips?.layers ?? 0;
        const maps = (schedule === 'weight' ? interpretHeld : interpretProgram)(compiled, images, count);
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
          compiled = compileNetwork(network, configuration, { schedule });
        } catch (error) {
          if (error instanceof RangeError) return;
          throw error;
        }
        if (compiled.strips === null) return;
        strips += compiled.strips.strips;
        using device = await deviceOfCore(network, { configuration, schedule });
        const { maps } = inferReference(network, images, count);
        const got = device.verify(images, { maps, count, clocks: true });
        if ('got' in got) throw new Error(JSON.stringify(got));
        expect(got.maps).toEqual(maps);
        expect(got.counters!.layers).toEqual(networkCounters(network, configuration, count, schedule));
      }),
      { numRuns: 300 },
    );
    expect(strips).toBeGreaterThan(100);
  });
});

/** Counters of rows of a layer, as a schedule has them. */
function countersOf(work: LayerWork, schedule: Schedule, byRows: boolean): (rows: RowRange) => LayerCounters {
  const { lanes } = useOf(work, ROOMY)!;
  return schedule === 'weight'
    ? (rows) =>
        stationaryCounters(planStationary(work.layer, ROOMY, planesOf(work, ROOMY), { byRows }), ROOMY, { lanes, rows })
    : (rows) => layerCounters(workPlan(work, ROOMY), ROOMY, 2, { lanes, rows });
}

describe.each(SCHEDULES)('the counters of rows with schedule %s', (schedule) => {
  it('should add up to those of the layer', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const chosen = randomCase(seed, LIMITS);
        if (!runs(chosen, schedule)) return;
        for (const quantized of chosen.network.layers) {
          const work = quantizedWork(quantized);
          const { height } = layerGeometry(work.layer).output;
          const counters = countersOf(work, schedule, seed % 2 === 0 && mayLieByRows([work.layer]));
          const whole = counters({ from: 0, to: height });
          const cut = seed % (height + 1);
          const parts = [
            { from: 0, to: cut },
            { from: cut, to: height },
          ]
            .filter(({ from, to }) => from < to)
            .map(counters);
          const sum = (of: (one: LayerCounters) => number): number => parts.reduce((all, one) => all + of(one), 0);
          for (const name of Object.keys(whole.events) as (keyof typeof whole.events)[]) {
            // Weights that are held are read anew for each.
            const times = schedule === 'weight' && name === 'weightReads' ? parts.length : 1;
            expect(
              sum(({ events }) => events[name]),
              name,
            ).toBe(times * whole.events[name]);
          }
          expect(sum(({ cycles }) => cycles.stream)).toBe(whole.cycles.stream);
        }
      }),
      { numRuns: 300 },
    );
  });
});
