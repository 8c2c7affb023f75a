// SPDX-License-Identifier: Apache-2.0
// Planted bugs in what turns maps, and in what holds weights for several images, are found by random networks whose layers
// have a schedule each; the RTL as it is has none, whatever holds taps back.

import { describe, expect, it } from 'vitest';
import { isHeld, isTurn } from '../../src/compile/index.ts';
import { networkRun } from '../../src/cycles/network-run.ts';
import { chooseLaid, findLaidFault, LAID_CORE, LAID_MINIMA } from '../support/laid-fault.ts';
import { withBug } from '../support/planted-bug.ts';

/** Random cases on each core. */
const CASES = 60;

/** A value that is not the reference's, and where and when it was made. */
const VALUE =
  /^layer layer\d(-turned)?, image \d+, element \d+, cell \(\d+, \d+\), tile \d+, cycle \d+: got \d+, expected \d+$/;
/** What the core itself says, or what it cannot have done. */
const FAULT = /^Expected /;

/** Bugs of one place: file, what is wrong, text and what takes its place. */
const BUGS: readonly (readonly [file: string, what: string, from: string, to: string, found: RegExp])[] = [
  [
    'feeder.v',
    'counts taps for rows of the tile before',
    "first_1 ? {{ROWS-1{1'b0}}, 1'b1} :",
    "first_1 ? {{ROWS-1{1'b0}}, 1'b1} | row :",
    VALUE,
  ],
  [
    'tile_walker.v',
    'writes blocks of images that are not there',
    'column_images ? images :',
    "column_images & images == {W_COLS{1'b0}} ? images :",
    FAULT,
  ],
  ['tap_walker.v', 'reads weights of the next image a word late', '& next_weight ==', '& weight_addr ==', FAULT],
  [
    'stationary_walker.v',
    'adds the first map from the second tile of filters on',
    '            image_shortcut <= next_image_shortcut;\n',
    '',
    VALUE,
  ],
];

describe('the cases', () => {
  it('should have all that a bug could be in', () => {
    const layers = chooseLaid(CASES).flatMap(({ network, schedule, count }) => {
      const { plans } = networkRun(network, LAID_CORE, schedule);
      const several = Math.min(count, schedule.images) > 1;
      return network.layers.map(({ layer, padCodes }, index) => ({
        layer,
        padCodes,
        plan: plans[index]!,
        several,
        schedule,
        count,
      }));
    });
    const count = (has: (layer: (typeof layers)[number]) => boolean): number => layers.filter(has).length;
    const counts = {
      'turned to channels': count(({ plan }) => isTurn(plan) && plan.turn === 'to-channels'),
      'turned to images': count(({ plan }) => isTurn(plan) && plan.turn === 'to-images'),
      'a last batch of fewer images': count(
        ({ plan, schedule, count: images }) => isTurn(plan) && images % schedule.images > 0,
      ),
      'images around folds': count(({ plan, several }) => several && isHeld(plan) && plan.imageLoop === 'layer'),
      'images in a fold': count(({ plan, several }) => several && isHeld(plan) && plan.imageLoop === 'fold'),
      'padding of channels': count(
        ({ plan, layer, padCodes, several }) =>
          several && isHeld(plan) && plan.imageLoop === 'layer' && layer.padding > 0 && new Set(padCodes).size > 1,
      ),
      'shortcuts of a third image': count(
        ({ plan, layer, schedule, count: images }) =>
          isHeld(plan) &&
          plan.imageLoop === 'layer' &&
          layer.shortcut !== null &&
          Math.min(images, schedule.images) > 2,
      ),
    };
    for (const [what, number] of Object.entries(counts)) expect(number, what).toBeGreaterThanOrEqual(3);
  });

  it('should show nothing wrong with the RTL as it is', async () => {
    expect(await findLaidFault(undefined, chooseLaid(CASES))).toBeUndefined();
  });
});

describe('a planted bug', () => {
  it.each(BUGS)('should be found: %s %s', { timeout: 180_000 }, async (file, _, from, to, found) => {
    await withBug(file, from, to, async (rtl) => {
      const fault = await findLaidFault(rtl, chooseLaid(CASES)).catch((error: Error) => error.message);
      expect(fault).toMatch(found);
    });
  });

  it('should be found in cells of minima: feeder.v looks for taps that are not 0 of a map that is turned', async () => {
    await withBug('feeder.v', '== 0 | held | turned;', '== 0 | held;', async (rtl) => {
      const chosen = chooseLaid(CASES, LAID_MINIMA);
      const fault = await findLaidFault(rtl, chosen, LAID_MINIMA).catch((error: Error) => error.message);
      expect(fault).toMatch(VALUE);
    });
  });
});
