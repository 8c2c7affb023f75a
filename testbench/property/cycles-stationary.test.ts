// SPDX-License-Identifier: Apache-2.0
// The closed form of held weights against the RTL on at least 1,000 random layers: every counter, the host's clocks, and
// the clock in which each word is written. No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelLanes, type Configuration, type StationaryPlan } from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { networkRun } from '../../src/cycles/network-run.ts';
import type { Inference } from '../../src/device/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import {
  HELD_STRIPS_CONFIGURATION,
  HOLDING_CONFIGURATIONS,
  HOLDING_MINIMUM_CONFIGURATIONS,
} from '../support/configurations.ts';
import { connectedLayers } from '../support/connected-layers.ts';
import { coreLimits } from '../support/core-property.ts';
import { shouldTakeAlike } from '../support/host-alike.ts';
import { deviceOfCore } from '../support/rtl-device.ts';

/** Cores that random networks run on, three of them with room for few weights, which come in segments, or rows of maps. */
const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  ...HOLDING_CONFIGURATIONS,
  '3x5 of 150 weight words': { ...HOLDING_CONFIGURATIONS['3x5']!, weightDepth: 150, programDepth: 64 * 40 },
  '3x5 of 30 partial sums': HELD_STRIPS_CONFIGURATION,
  '3x5 of minima': HOLDING_MINIMUM_CONFIGURATIONS['3x5 of minima']!,
  '1x1 of 60 weight words': { ...HOLDING_CONFIGURATIONS['1x1']!, weightDepth: 60, programDepth: 64 * 40 },
};
const LAYERS = 1000;
const each = Math.ceil(LAYERS / Object.keys(CONFIGURATIONS).length);

/** Holds what the RTL counts, and when it writes, against the closed form. */
async function shouldCountAlike({ network, images, count }: Case, configuration: Configuration): Promise<void> {
  using device = await deviceOfCore(network, { configuration, schedule: 'weight' });
  const { maps } = inferReference(network, images, count);
  const got = device.verify(images, { maps, count, clocks: true });
  expect(got).not.toHaveProperty('got');
  const { layers, host } = (got as Inference).counters!;
  expect(layers).toEqual(networkCounters(network, configuration, count, 'weight'));
  shouldTakeAlike(hostCycles(network, configuration, count, 'weight'), host);
}

/** Kinds of layers that were tried, to see that none is missing. */
const kinds = new Set<string>();

function see({ network, count }: Case, configuration: Configuration): void {
  const lanes = channelLanes(configuration);
  const { records, strips, plans } = networkRun(network, configuration, 'weight');
  const loads = networkCounters(network, configuration, count, 'weight').map(({ cycles }) => cycles.load);
  network.layers.forEach(({ layer, weights, padCodes }, index) => {
    const [inStrips, ofLayer] = [index < (strips?.layers ?? 0), records.filter((record) => record.layer === index)];
    const parts = ofLayer.filter(({ rows }) => rows === ofLayer[0]!.rows);
    const { input, filters, pool, poolKind, poolStride, poolPadding, groups, shortcut, dilation } = layer;
    const held = plans[index] as StationaryPlan;
    const { byRows } = held.reads;
    const found = {
      'rows of a kernel': byRows,
      'rows of a kernel, in planes': byRows && held.planes > 1,
      'rows of a kernel, of blocks': byRows && held.groupBlocks > 1,
      'rows of a kernel, two columns apart or more': byRows && layer.stride > 1,
      'rows of a kernel, dilated': byRows && dilation > 1,
      'rows of a kernel, padded': byRows && layer.padding > 0,
      'rows of a kernel, each channel padded by its own code':
        byRows && layer.padding > 0 && padCodes.some((code) => code !== padCodes[0]),
      'rows of a kernel, pooled past the map': byRows && poolPadding > 0,
      'rows of a kernel, in strips': byRows && index < (strips?.layers ?? 0),
      'rows of a map in place of a kernel': index === 0 && !byRows && layer.kernelWidth > 1 && lanes > 1,
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
      'parts of a layer': parts.length > 1,
      'groups in parts': groups > 1 && parts.length > 1,
      'waits for weights': loads[index]! > 0,
      strips: inStrips && strips!.heights[index] !== null,
      'rows of a whole map': inStrips && strips!.heights[index] === null,
      'parts of a strip': inStrips && parts.length > 1,
    };
    for (const [kind, is] of Object.entries(found)) if (is) kinds.add(kind);
  });
}

describe.each(Object.entries(CONFIGURATIONS))('core %s', (_, configuration) => {
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

describe('core 3x5 of 150 weight words', () => {
  it.each([[[12, 20, 20, 20, 20]], [[12, 15, 30, 9, 20]]])(
    'should wait for the weights of connected layers of %j',
    async (sizes) => {
      const configuration = CONFIGURATIONS['3x5 of 150 weight words']!;
      const chosen = connectedLayers(sizes);
      await shouldCountAlike(chosen, configuration);
      see(chosen, configuration);
      const loads = networkCounters(chosen.network, configuration, chosen.count, 'weight').map(
        ({ cycles }) => cycles.load,
      );
      expect(Math.max(...loads)).toBeGreaterThan(0);
    },
  );
});

describe('the layers that were tried', () => {
  it('should be of every kind', () => {
    expect([...kinds].toSorted()).toEqual([
      'averages of windows',
      'blocks of channels',
      'dilation',
      'groups',
      'groups in parts',
      'largest of windows',
      'parts of a layer',
      'parts of a strip',
      'planes',
      'rows of a kernel',
      'rows of a kernel, dilated',
      'rows of a kernel, each channel padded by its own code',
      'rows of a kernel, in planes',
      'rows of a kernel, in strips',
      'rows of a kernel, of blocks',
      'rows of a kernel, padded',
      'rows of a kernel, pooled past the map',
      'rows of a kernel, two columns apart or more',
      'rows of a map in place of a kernel',
      'rows of a whole map',
      'several images',
      'shortcut',
      'strips',
      'tiles of filters',
      'waits for weights',
      'windows past the map',
      'windows that overlap',
    ]);
  });
});
