// SPDX-License-Identifier: Apache-2.0
// A schedule for each layer against all combinations, on random networks of few layers: nearly always the best of them, and
// never far off, as maps are counted as turned that only a later layer may need.

import { expect, it } from 'vitest';
import {
  loadConfiguration,
  type Stay,
  turnMaps,
  type Turned,
  unsupportedImages,
  unsupportedStationary,
} from '../../src/compile/index.ts';
import { chooseLayers, networkCounters } from '../../src/cycles/index.ts';
import { type Layer, picture, type QuantizedNetwork, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { HOLDING_CONFIGURATIONS } from '../support/configurations.ts';
import { randomCase } from '../support/integer-networks.ts';
import { roomy } from '../support/layer-schedules.ts';

const LIMITS = { bits: [8], maxLayers: 5, maxImages: 1, maxChannels: 6, maxFilters: 9, onArray: true };

it('should hold no weights of a layer whose partial sums have no room', () => {
  const network = readQuantized(shippedWeights('lenet5'));
  const held = (partialDepth: number): string[] => {
    const chosen = chooseLayers(network, { ...loadConfiguration('single'), partialDepth }, 3);
    expect(chosen.schedule.images).toBe(3);
    const names = chosen.network.layers.map(({ layer }) => layer.name);
    return names.filter((_, index) => chosen.schedule.stays[index] === 'weight');
  };
  // An image of conv1 has 28x28 pixels, one of conv2 10x10. Without these two it is not worth turning a map.
  const others = ['conv2', 'fc1', 'fc2', 'fc3'];
  expect([784, 783, 100, 99].map(held)).toEqual([['conv1', ...others], others, others, []]);
});

it.each(['4x4', '3x5'])('should be best of all on %s cells, or nearly', (name) => {
  const configuration = {
    ...roomy(HOLDING_CONFIGURATIONS[name]!),
    accBits: 32,
    sumBits: 40,
    padDepth: 4096,
    resultDepth: 4096,
  };
  const holds = (layer: Layer): boolean =>
    (unsupportedImages(layer) ?? unsupportedStationary(layer, configuration)) === null;
  const images = 3;
  const clocksOf = ({ network, schedule }: Turned<QuantizedNetwork>): number =>
    networkCounters(network, configuration, images, schedule).reduce((sum, { cycles }) => sum + cycles.total, 0);
  const over: number[] = [];
  for (let seed = 1; seed <= 150; seed++) {
    const { network } = randomCase(seed, LIMITS);
    const { layers } = network.network;
    if (layers.filter(({ source }) => source === picture).length > 1) continue;
    const chosen = chooseLayers(network, configuration, images);
    // Where maps of all images have no room, fewer run at once.
    if (chosen.schedule.images < images) continue;
    const ways = Array.from({ length: 2 ** layers.length }, (_way, bits) =>
      layers.map((_layer, index): Stay => (((bits >> index) & 1) === 1 ? 'weight' : 'output')),
    ).filter((stays) => layers.every((layer, index) => stays[index] === 'output' || holds(layer)));
    const best = Math.min(...ways.map((stays) => clocksOf(turnMaps(network, stays, images))));
    over.push(clocksOf(chosen) / best);
  }
  expect(over.length).toBeGreaterThan(100);
  expect(over.filter((ratio) => ratio === 1).length / over.length).toBeGreaterThan(0.95);
  expect(Math.max(...over)).toBeLessThan(1.05);
});
