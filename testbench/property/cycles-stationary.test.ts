// SPDX-License-Identifier: Apache-2.0
// The closed form of held weights against the RTL on at least 1,000 random layers: every counter, the host's clocks, and
// the clock in which each word is written. No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { createRtlDevice, type Inference } from '../../src/device/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { HOLDING_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

const LAYERS = 1000;
const each = Math.ceil(LAYERS / Object.keys(HOLDING_CONFIGURATIONS).length);

/** Holds what the RTL counts, and when it writes, against the closed form. */
async function shouldCountAlike({ network, images, count }: Case, configuration: Configuration): Promise<void> {
  using device = await createRtlDevice(network, { configuration, schedule: 'weight' });
  const { maps } = inferReference(network, images, count);
  const got = device.verify(images, { maps, count, clocks: true });
  expect(got).not.toHaveProperty('got');
  const { layers, host } = (got as Inference).counters!;
  expect(layers).toEqual(networkCounters(network, configuration, count, 'weight'));
  const { imageBanks: _, segmentLoad: __, ...form } = hostCycles(network, configuration, count, 'weight');
  expect(form).toEqual({
    networkLoad: host.networkLoadCycles,
    imageLoad: host.imageLoadCycles,
    resultRead: host.readCycles,
    hidden: host.hiddenCycles,
  });
}

/** Kinds of layers that were tried, to see that none is missing. */
const kinds = new Set<string>();

function see({ network, count }: Case, { rows, columns }: Configuration): void {
  const lanes = Math.min(rows, columns);
  for (const { layer, weights } of network.layers) {
    const { input, filters, pool, poolKind, poolStride, poolPadding, groups, shortcut, dilation } = layer;
    const found = {
      planes: layer.cell === 'multiply' && weights.some((weight) => Math.abs(weight) > 1),
      'blocks of channels': input.channels / groups > lanes,
      'tiles of filters': filters / groups > lanes,
      groups: groups > 1,
      shortcut: shortcut !== null,
      dilation: dilation > 1,
      'largest of windows': pool > 1 && poolKind === 'max',
      'averages of windows': pool > 1 && poolKind === 'average',
      'windows that overlap': poolStride < pool,
      'windows past the map': poolPadding > 0,
      'several images': count > 1,
    };
    for (const [kind, is] of Object.entries(found)) if (is) kinds.add(kind);
  }
}

describe.each(Object.entries(HOLDING_CONFIGURATIONS))('core %s', (_, configuration) => {
  it(`should count and write as the closed form says, on ${each} layers and more`, async () => {
    let layers = 0;
    await fc.assert(
      fc.asyncProperty(cases(coreLimits(configuration, 'weight')), async (chosen) => {
        await shouldCountAlike(chosen, configuration);
        see(chosen, configuration);
        layers += chosen.network.layers.length;
      }),
    );
    expect(layers).toBeGreaterThanOrEqual(each);
  });
});

describe('the layers that were tried', () => {
  it('should be of every kind', () => {
    expect([...kinds].toSorted()).toEqual([
      'averages of windows',
      'blocks of channels',
      'dilation',
      'groups',
      'largest of windows',
      'planes',
      'several images',
      'shortcut',
      'tiles of filters',
      'windows past the map',
      'windows that overlap',
    ]);
  });
});
