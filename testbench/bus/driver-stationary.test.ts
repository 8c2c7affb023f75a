// SPDX-License-Identifier: Apache-2.0
// The whole accelerator with weights held in its cells, driven through its buses: random networks, image by image, give
// the reference's values and count what the core alone does.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { MapStore } from '../../src/device/map-store.ts';
import { runTopBatches, sendNetwork } from '../../src/device/run-top.ts';
import { resetTop } from '../../src/device/top-driver.ts';
import { buildTop } from '../../src/device/top-model.ts';
import { cases } from '../support/arbitraries.ts';
import { HOLDING_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { shouldMatchReference } from '../support/should-match.ts';

describe.each(['3x5', '5x3 of 5 bits'])('%s', (name) => {
  const configuration = HOLDING_CONFIGURATIONS[name]!;
  let Top: Model;
  beforeAll(async () => {
    Top = await buildTop(configuration);
  });

  it('should give the values of the reference, and count what the closed form says', () => {
    fc.assert(
      fc.property(
        cases(coreLimits(configuration, 'weight')),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (chosen, seed) => {
          const { network, images, count } = chosen;
          using sim = Top.create({ clock: 'clk', seed });
          const compiled = compileNetwork(network, configuration, { schedule: 'weight' });
          resetTop(sim);
          sendNetwork(sim, compiled);
          const store = new MapStore(compiled, count);
          const counters = runTopBatches({ sim, compiled, networkLoadCycles: 0 }, images, count, {
            holds: new Uint8Array(0),
            step: (ahead) => ahead,
            onWords: (words, batch) => {
              store.add(words, batch);
              return false;
            },
            onResults: (words, classes, batch) => store.addResults(words, classes, batch),
          })!;
          shouldMatchReference(chosen, { count, maps: store.maps });
          expect(counters.layers).toEqual(networkCounters(network, configuration, count, 'weight'));
        },
      ),
      { numRuns: 40 },
    );
  });
});
