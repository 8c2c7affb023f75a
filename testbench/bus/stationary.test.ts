// SPDX-License-Identifier: Apache-2.0
// The accelerator with held weights after things that a run may be cut by: a reset at any moment, and another schedule
// before.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork, type Schedule } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { buildTop } from '../../src/device/index.ts';
import { picturePacket } from '../../src/device/network-packets.ts';
import { streamParts } from '../../src/device/packets.ts';
import { type LoadedCore, sendNetwork } from '../../src/device/run-batches.ts';
import { runWatched } from '../../src/device/rtl-device.ts';
import { resetTop, sendPacket } from '../../src/device/top-driver.ts';
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
  model = await buildTop(configuration);
});

function shouldRun(core: LoadedCore, example: (typeof examples)[number], schedule: Schedule): void {
  const { network, images, count } = example;
  const found = runWatched(core, images, count, NO_HOLDS, { step: (ahead) => ahead, onWords: () => false })!;
  shouldMatchReference(example, found);
  expect(found.counters!.layers).toEqual(networkCounters(network, configuration, count, schedule));
}

describe('adder_top with held weights', () => {
  it('should run again after a reset at any moment', () => {
    const example = examples[0]!;
    const compiled = compileNetwork(example.network, configuration, { schedule: 'weight' });
    const total = networkCounters(example.network, configuration, 1, 'weight').reduce(
      (sum, { cycles }) => sum + cycles.total,
      0,
    );
    using sim = model.create({ seed: 5 });
    const core = { sim, compiled, networkLoadCycles: 0 };
    resetTop(sim);
    sendNetwork(sim, compiled);
    const parts = streamParts(configuration);
    for (let cycle = 1; cycle < total; cycle += Math.ceil(total / 150)) {
      // Without a gate, the batch starts when its pictures are there.
      sendPacket(sim, picturePacket(compiled, example.images, example.count, 0), parts);
      sim.run(cycle);
      resetTop(sim);
      shouldRun(core, example, 'weight');
    }
  });

  it('should take schedules by turns', () => {
    using sim = model.create({ seed: 6 });
    resetTop(sim);
    const schedules = ['weight', 'output', 'weight', 'weight', 'output', 'output', 'weight'] as const;
    schedules.forEach((schedule, index) => {
      const example = examples[index]!;
      const compiled = compileNetwork(example.network, configuration, { schedule });
      sendNetwork(sim, compiled);
      shouldRun({ sim, compiled, networkLoadCycles: 0 }, example, schedule);
    });
  });
});
