// SPDX-License-Identifier: Apache-2.0
// The closed form against the RTL on at least 1,000 random layers: every counter, the host's clocks, and the clock in
// which each word of the first batch is written, which the timeline is drawn from. No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostCycles, layerCounters, runCounters } from '../../src/cycles/index.ts';
import { tilePlace, tileSchedule, writesOf } from '../../src/cycles/tile-schedule.ts';
import type { Configuration } from '../../src/compile/index.ts';
import { createRtlDevice, type Inference } from '../../src/device/index.ts';
import { layerGeometry, mapSize, type Network } from '../../src/network/index.ts';
import { cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

const LAYERS = 1000;
const each = Math.ceil(LAYERS / Object.keys(SMALL_CONFIGURATIONS).length);

/** Clock, from the batch's start, of the last write of each element of a layer's map that starts at `from`. */
function lastWrites(network: Network, layer: number, configuration: Configuration, from: number): Float64Array {
  const schedule = tileSchedule(network.layers[layer]!, configuration);
  const { pool, filters } = schedule.layer;
  const { output } = layerGeometry(schedule.layer);
  const written = new Float64Array(mapSize(output));
  for (let tile = 0; tile < schedule.tiles; tile++) {
    const { y, x, filter } = tilePlace(schedule, tile);
    const [first, end] = writesOf(schedule, tile);
    const pixel = Math.floor(y / pool) * output.width + Math.floor(x / pool);
    // The highest column leaves first.
    for (let clock = first; clock < end; clock++) written[pixel * filters + filter + (end - 1 - clock)] = from + clock;
  }
  return written;
}

/** Differences between when the RTL wrote and when the schedule says; one number for all, the batch's start. */
function starts({ network, configuration, got }: { network: Network; configuration: Configuration; got: Inference }) {
  const found = new Set<number>();
  let from = 0;
  network.layers.forEach((layer, index) => {
    lastWrites(network, index, configuration, from).forEach((clock, element) => {
      found.add(got.locate!(index, 0, element).cycle - clock);
    });
    from += layerCounters(layer, configuration, 1).cycles.total;
  });
  return [...found];
}

describe.each(Object.entries(SMALL_CONFIGURATIONS))('core %s', (_, configuration) => {
  it(`should count and write as the closed form says, on ${each} layers and more`, async () => {
    let layers = 0;
    await fc.assert(
      fc.asyncProperty(cases(coreLimits(configuration)), async ({ network, images, count }) => {
        using device = await createRtlDevice(network, { configuration });
        const got = device.infer(images, count);
        const { layers: counters, host } = got.counters!;
        expect(counters).toEqual(network.network.layers.map((layer) => runCounters(layer, configuration, count)));
        expect(hostCycles(network.network, configuration, count)).toEqual({
          networkLoad: host.networkLoadCycles,
          imageLoad: host.imageLoadCycles,
          resultRead: host.readCycles,
        });
        // Before the first layer: two clocks of reset, the loads, and the clock that starts the core.
        const { networkLoad, imageLoad } = hostCycles(network.network, configuration, 1);
        const start = 2 + networkLoad + imageLoad + 1;
        expect(starts({ network: network.network, configuration, got })).toEqual([start]);
        layers += network.layers.length;
      }),
    );
    expect(layers).toBeGreaterThanOrEqual(each);
  });
});
