// SPDX-License-Identifier: Apache-2.0
// Networks whose layers have a schedule each, and whose maps are turned between them, against the reference and the closed
// form on at least 1,000 random layers: every code, every counter, the host's clocks, and the clock in which each word is
// written. No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelLanes, type Configuration, isHeld, isTurn } from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { networkRun } from '../../src/cycles/network-run.ts';
import { layerGeometry } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { HOLDING_CONFIGURATIONS, HOLDING_MINIMUM_CONFIGURATIONS } from '../support/configurations.ts';
import { holdPatterns } from '../support/core-property.ts';
import { shouldTakeAlike } from '../support/host-alike.ts';
import { type LaidCase, laidCases, roomy } from '../support/layer-schedules.ts';
import { deviceOfCore } from '../support/rtl-device.ts';

const CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries([
  ...Object.entries(HOLDING_CONFIGURATIONS).map(([name, configuration]) => [name, roomy(configuration)]),
  ['3x5 of 300 weight words', { ...roomy(HOLDING_CONFIGURATIONS['3x5']!), weightDepth: 300 }],
]);
const LAYERS = 1000;
const each = Math.ceil(LAYERS / Object.keys(CONFIGURATIONS).length);

/** Holds what the RTL computes, counts, and when it writes, against the reference and the closed form. */
async function shouldRunAlike(chosen: LaidCase, configuration: Configuration): Promise<void> {
  const { network, images, count, schedule } = chosen;
  using device = await deviceOfCore(network, { configuration, schedule });
  const { maps } = inferReference(network, images, count);
  const got = device.verify(images, { maps, count, clocks: true });
  if ('got' in got) throw new Error(JSON.stringify(got));
  expect(got.maps).toEqual(maps);
  const { layers, host } = got.counters!;
  expect(layers).toEqual(networkCounters(network, configuration, count, schedule));
  shouldTakeAlike(hostCycles(network, configuration, count, schedule), host);
}

/** Kinds of layers that were tried, to see that none is missing. */
const kinds = new Set<string>();

function see({ network, count, schedule }: LaidCase, configuration: Configuration): void {
  const lanes = channelLanes(configuration);
  const { plans, records } = networkRun(network, configuration, schedule);
  const last = network.layers.length - 1;
  network.layers.forEach(({ layer }, index) => {
    const plan = plans[index]!;
    const { channels } = layerGeometry(layer).output;
    const turn = isTurn(plan) ? plan.turn : null;
    const held = isHeld(plan) ? plan.imageLoop : null;
    const parts = records.filter((record) => record.layer === index).length;
    const found = {
      'sums stay': turn === null && held === null,
      'weights stay, image by image': held === 'layer' && schedule.images > 1,
      'weights stay, all images in a fold': held === 'fold' && schedule.images > 1,
      'a shortcut of one image after the other': held === 'layer' && layer.shortcut !== null && schedule.images > 1,
      'a shortcut of all images in a fold': held === 'fold' && layer.shortcut !== null && schedule.images > 1,
      'pooled, all images in a fold': held === 'fold' && layer.pool > 1 && schedule.images > 1,
      'padded channel by channel': held !== null && parts === 1 && layer.padding > 0,
      'planes of several images': held !== null && plan.planes > 1 && schedule.images > 1,
      'pictures by rows of a kernel, of several images':
        index === 0 && isHeld(plan) && plan.reads.byRows && schedule.images > 1,
      'parts of a layer of several images': held !== null && parts > 1 && schedule.images > 1,
      'turned to channels': turn === 'to-channels',
      'turned to images': turn === 'to-images',
      'turned in blocks': turn !== null && channels > lanes && channels % lanes === 0,
      'turned, the last block not full': turn !== null && channels > lanes && channels % lanes > 0,
      'turned, one block not full': turn !== null && channels < lanes,
      'turned results': turn !== null && index === last,
      'a last batch of fewer images': index === 0 && count > schedule.images && count % schedule.images > 0,
    };
    for (const [kind, is] of Object.entries(found)) if (is) kinds.add(kind);
  });
}

describe.each(Object.entries(CONFIGURATIONS))('core %s', (_, configuration) => {
  it(`should run ${each} layers and more of either schedule as the reference and the closed form say`, async () => {
    let layers = 0;
    await fc.assert(
      fc.asyncProperty(laidCases(configuration), async (chosen) => {
        await shouldRunAlike(chosen, configuration);
        see(chosen, configuration);
        layers += chosen.network.layers.length;
      }),
    );
    expect(layers).toBeGreaterThanOrEqual(each);
  });
});

// Clocks of layers whose sums stay then depend on what maps hold.
describe.each(Object.entries(HOLDING_MINIMUM_CONFIGURATIONS))('core %s', (_, small) => {
  const configuration = roomy(small);

  it('should compute the reference integers with layers of either schedule, whatever holds taps back', async () => {
    await fc.assert(
      fc.asyncProperty(laidCases(configuration), holdPatterns, async ({ network, images, count, schedule }, holds) => {
        using device = await deviceOfCore(network, { configuration, schedule, holds });
        expect(device.infer(images, count).maps).toEqual(inferReference(network, images, count).maps);
      }),
    );
  });
});

describe('the layers that were tried', () => {
  it('should be of every kind', () => {
    expect([...kinds].toSorted()).toEqual([
      'a last batch of fewer images',
      'a shortcut of all images in a fold',
      'a shortcut of one image after the other',
      'padded channel by channel',
      'parts of a layer of several images',
      'pictures by rows of a kernel, of several images',
      'planes of several images',
      'pooled, all images in a fold',
      'sums stay',
      'turned in blocks',
      'turned results',
      'turned to channels',
      'turned to images',
      'turned, one block not full',
      'turned, the last block not full',
      'weights stay, all images in a fold',
      'weights stay, image by image',
    ]);
  });
});
