// SPDX-License-Identifier: Apache-2.0
// The core with held weights after things that a run may be cut by: a reset at any moment, and another schedule before.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork, type Schedule } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { reset, startRun } from '../../src/device/core-driver.ts';
import { buildCore } from '../../src/device/index.ts';
import { MapStore } from '../../src/device/map-store.ts';
import { loadNetwork } from '../../src/device/rtl-device.ts';
import { loadPictures, type LoadedCore, runBatches } from '../../src/device/run-batches.ts';
import { cases } from '../support/arbitraries.ts';
import { HOLDING_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { shouldMatchReference } from '../support/should-match.ts';

const configuration = HOLDING_CONFIGURATIONS['3x5']!;
const NO_HOLDS = new Uint8Array(0);
const examples = fc
  .sample(cases({ ...coreLimits(configuration, 'weight'), maxLayers: 3 }), { numRuns: 200, seed: 11 })
  .filter(({ network, count }) => network.layers.length === 3 && count > 1);

let model: Model;
beforeAll(async () => {
  model = await buildCore(configuration);
});

function shouldRun(core: LoadedCore, example: (typeof examples)[number], schedule: Schedule): void {
  const { network, images, count } = example;
  const store = new MapStore(core.compiled, count);
  const counters = runBatches(core, images, count, {
    holds: NO_HOLDS,
    step: (ahead) => ahead,
    onWords: (words, batch) => {
      store.add(words, batch);
      return false;
    },
    onResults: (words, classes, batch) => store.addResults(words, classes, batch),
  })!;
  shouldMatchReference(example, { count, maps: store.maps });
  expect(counters.layers).toEqual(networkCounters(network, configuration, count, schedule));
}

describe('adder_core with held weights', () => {
  it('should run again after a reset at any moment', () => {
    const example = examples[0]!;
    const compiled = compileNetwork(example.network, configuration, { schedule: 'weight' });
    const total = networkCounters(example.network, configuration, 1, 'weight').reduce(
      (sum, { cycles }) => sum + cycles.total,
      0,
    );
    using sim = model.create({ seed: 5 });
    const core = { sim, compiled, networkLoadCycles: 0 };
    reset(sim);
    loadNetwork(sim, compiled);
    for (let cycle = 1; cycle < total; cycle += Math.ceil(total / 150)) {
      loadPictures(core, example.images, example.count, 0);
      startRun(sim, { bank: 0, imageAddress: compiled.images.addresses[0]!, images: 1 }, NO_HOLDS);
      sim.run(cycle);
      reset(sim);
      shouldRun(core, example, 'weight');
    }
  });

  it('should take schedules by turns', () => {
    using sim = model.create({ seed: 6 });
    reset(sim);
    const schedules = ['weight', 'output', 'weight', 'weight', 'output', 'output', 'weight'] as const;
    schedules.forEach((schedule, index) => {
      const example = examples[index]!;
      const compiled = compileNetwork(example.network, configuration, { schedule });
      loadNetwork(sim, compiled);
      shouldRun({ sim, compiled, networkLoadCycles: 0 }, example, schedule);
    });
  });
});
