// SPDX-License-Identifier: Apache-2.0
// Which schedule a network takes: the one with fewer clocks of those that there is room for.

import { expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { chooseSchedule } from '../../src/cycles/index.ts';
import { resnet20 } from '../../src/network/index.ts';

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
