// SPDX-License-Identifier: Apache-2.0
// Which schedule a network takes: the one with fewer clocks of those that there is room for.

import { expect, it } from 'vitest';
import { type Configuration, loadConfiguration, scheduleName, type Stay, turnMaps } from '../../src/compile/index.ts';
import { chooseSchedule, networkCounters, type Scheduled, scheduleNetwork } from '../../src/cycles/index.ts';
import { buildNetwork, lenet5, type Network, type QuantizedNetwork, resnet20 } from '../../src/network/index.ts';

const both = loadConfiguration('single');

it.each<[what: string, sizes: Partial<Configuration>, images: number, schedule: string]>([
  ['one image, room for either', {}, 1, 'weight'],
  ['a full batch, room for either', {}, 16, 'output'],
  ['a full batch, maps of a batch do not fit', { activationDepth: 4096 }, 16, 'weight'],
  ['one image, partial sums do not fit', { partialDepth: 1023 }, 1, 'output'],
  ['one image, no partial sums are built', { partialDepth: 0 }, 1, 'output'],
  ['one image, weights in segments', { weightDepth: 10_000 }, 1, 'weight'],
  ['one image, no room for segments', { weightDepth: 100 }, 1, 'output'],
  ['one image, nothing fits', { activationDepth: 1 }, 1, 'output'],
])('should be chosen for %s', (_, sizes, images, schedule) => {
  expect(chooseSchedule(resnet20, { ...both, ...sizes }, images)).toBe(schedule);
});

/** Clocks of the layers of a network for all images. */
function clocksOf({ network, schedule }: Scheduled<Network | QuantizedNetwork>, images: number): number {
  return networkCounters(network, both, images, schedule).reduce((sum, { cycles }) => sum + cycles.total, 0);
}

/** Fewest clocks of all ways to give each of some layers one of two schedules; the others have their sums stay. */
function fewest(network: Network, images: number, free: readonly number[]): number {
  const ways = Array.from({ length: 2 ** free.length }, (_way, bits) =>
    network.layers.map((_layer, index): Stay =>
      free.includes(index) && ((bits >> free.indexOf(index)) & 1) === 1 ? 'weight' : 'output',
    ),
  );
  return Math.min(...ways.map((stays) => clocksOf(turnMaps(network, stays, images), images)));
}

it.each([2, 3, 4, 5])('should be the best of all schedules of the layers of LeNet-5, for %i images', (images) => {
  const chosen = scheduleNetwork(lenet5, both, images, 'layers');
  expect(clocksOf(chosen, images)).toBe(fewest(lenet5, images, [0, 1, 2, 3, 4]));
});

it('should turn maps that a residual block adds, where that pays', () => {
  const block = buildNetwork({
    name: 'block',
    input: { height: 12, width: 12, channels: 3 },
    layers: [
      { name: 'stem', kernel: 3, padding: 1, filters: 16, cell: 'multiply' },
      { name: 'one', kernel: 3, padding: 1, filters: 16 },
      { name: 'two', kernel: 3, padding: 1, filters: 16, shortcut: 'stem' },
      { name: 'fc', kernel: 'full', filters: 10, relu: false },
    ],
  });
  const { network, schedule } = scheduleNetwork(block, both, 12, 'layers');
  expect(clocksOf({ network, schedule }, 12)).toBe(fewest(block, 12, [0, 1, 2, 3]));
  expect(network.layers.map(({ name, source, shortcut }) => [name, source, shortcut])).toEqual([
    ['stem', 'image', null],
    ['stem-turned', 'stem', null],
    ['one', 'stem-turned', null],
    ['two', 'one', 'stem-turned'],
    ['fc', 'two', null],
    ['fc-turned', 'fc', null],
  ]);
  expect(schedule).toEqual({
    images: 12,
    stays: ['output', 'to-channels', 'weight', 'weight', 'weight', 'to-images'],
  });
});

it.each([
  [1, 'weight'],
  [3, 'layers'],
  [16, 'output'],
])('should be for %i images of LeNet-5, of all three, %s', (images, name) => {
  const chosen = scheduleNetwork(lenet5, both, images, 'auto');
  expect(scheduleName(chosen.schedule)).toBe(name);
  const others = (['output', 'weight', 'layers'] as const).map((choice) =>
    clocksOf(scheduleNetwork(lenet5, both, images, choice), images),
  );
  expect(clocksOf(chosen, images)).toBe(Math.min(...others));
});

it('should run fewer images at once where maps of all have no room', () => {
  const { schedule } = scheduleNetwork(lenet5, { ...both, activationDepth: 2000 }, 3, 'layers');
  expect(schedule).toMatchObject({ images: 2 });
});

it.each<[what: string, sizes: Partial<Configuration>, received: string]>([
  ['no partial sums are built', { partialDepth: 0 }, 'a configuration without partialDepth'],
  ['cells of minima skip taps', { cell: 'minimum' }, 'cells of minimum'],
])('should not be of each layer where %s', (_, sizes, received) => {
  expect(() => scheduleNetwork(lenet5, { ...both, ...sizes }, 3, 'layers')).toThrow(received);
  expect(scheduleName(scheduleNetwork(lenet5, { ...both, ...sizes }, 3, 'auto').schedule)).not.toBe('layers');
});
