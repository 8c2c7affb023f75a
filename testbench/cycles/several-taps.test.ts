// SPDX-License-Identifier: Apache-2.0
// What layers take where cells take several taps in a clock, worked by hand.

import { describe, expect, it } from 'vitest';
import { type Configuration, planLayer } from '../../src/compile/index.ts';
import {
  arrayUse,
  layerCounters,
  networkCounters,
  occupanciesOf,
  skipsTaps,
  tiledCycles,
} from '../../src/cycles/index.ts';
import { type Layer, lenet5 } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { MINIMUM_CONFIGURATIONS, SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';

/** Two rows and columns, or as many as are given. */
function core(fields: Partial<Configuration>): Configuration {
  return { ...SMALL_CONFIGURATIONS['4x4']!, rows: 2, columns: 2, ...fields };
}

/** 3x3 pixels of two filters of 2x2x3. */
const SQUARE = layerOf({
  input: { height: 4, width: 4, channels: 3 },
  filters: 2,
  kernelHeight: 2,
  kernelWidth: 2,
});

describe('the counters of a layer', () => {
  it.each<[string, Layer, Partial<Configuration>, object, object]>([
    // Nine tiles of four positions of three channels: 2 + 1 taps, 2 clocks each. Flush: 2 + 2 + 2 + 6.
    [
      '2x2x3 with two taps a clock',
      SQUARE,
      { tapsPerClock: 2 },
      { setup: 42, stream: 72, drain: 0, scan: 0, flush: 12, total: 126 },
      { sads: 2 * 9 * 2 * 12, activationReads: 108, weightReads: 108, foldReads: 18, flagReads: 0 },
    ],
    // A position is a clock. Sums of four clocks leave in two.
    [
      '2x2x3 with four taps a clock',
      SQUARE,
      { tapsPerClock: 4 },
      { setup: 42, stream: 36, drain: 0, scan: 0, flush: 12, total: 90 },
      { sads: 2 * 9 * 2 * 12, activationReads: 108, weightReads: 108, foldReads: 18, flagReads: 0 },
    ],
    // One block of 2x2 cells: two clocks less. Tiles end 4 apart, as sums leave one by one.
    [
      '1x1x3 with two taps a clock, folded row by row in one block',
      layerOf({ input: { height: 1, width: 2, channels: 3 }, filters: 2 }),
      { tapsPerClock: 2, serialFold: 1, reach: 2 },
      { setup: 42, stream: 4, drain: 2, scan: 0, flush: 12, total: 60 },
      { sads: 2 * 2 * 2 * 3, activationReads: 6, weightReads: 6, foldReads: 4, flagReads: 0 },
    ],
    // Two tiles of 4 + 1 taps; the first one's sums leave in four clocks.
    [
      'eight filters of five values on four columns',
      layerOf({ input: { height: 1, width: 1, channels: 5 }, filters: 8 }),
      { columns: 4, tapsPerClock: 4 },
      { setup: 42, stream: 4, drain: 2, scan: 0, flush: 16, total: 64 },
      { sads: 2 * 8 * 5, activationReads: 10, weightReads: 10, foldReads: 8, flagReads: 0 },
    ],
    // A row of a kernel of three over one channel, outside the map at both ends: 2 + 1 taps, of which one pixel's are on it.
    [
      'a padded row',
      layerOf({ input: { height: 1, width: 3, channels: 1 }, kernelWidth: 3, padding: 1, kernelHeight: 3, filters: 2 }),
      { tapsPerClock: 2 },
      { setup: 42, stream: 3 * 6, drain: 0, scan: 0, flush: 12, total: 72 },
      { sads: 2 * 3 * 2 * 9, activationReads: 2 + 3 + 2, weightReads: 27, foldReads: 6, flagReads: 0 },
    ],
    // Minima look for no zeros.
    [
      '2x2x3 with two minima a clock',
      SQUARE,
      { tapsPerClock: 2, cell: 'minimum' },
      { setup: 42, stream: 72, drain: 0, scan: 0, flush: 12, total: 126 },
      { sads: 2 * 9 * 2 * 12, activationReads: 108, weightReads: 108, foldReads: 18, flagReads: 0 },
    ],
  ])('should be those of %s', (_, layer, fields, cycles, events) => {
    const configuration = core(fields);
    const plan = planLayer(layer, configuration, 1);
    expect(layerCounters(plan, configuration, 2, { first: true })).toMatchObject({ cycles, events });
  });
});

describe('what cells do', () => {
  it('should count taps that they could take, and those that a last clock leaves over', () => {
    const configuration = core({ tapsPerClock: 2 });
    const plan = planLayer(SQUARE, configuration, 1);
    const counters = layerCounters(plan, configuration, 2, { first: true });
    expect(arrayUse(plan, configuration, 2, counters, true)).toMatchObject({
      taps: 12,
      tileClocks: 8,
      bound: 'array',
      clocks: {
        cells: 4 * 2 * 126,
        used: 432,
        rows: 0,
        columns: 0,
        masked: 0,
        leftOver: 4 * (2 * 72 - 108),
        scanning: 0,
        waiting: 4 * 2 * (42 + 12),
      },
    });
  });

  it('should leave nothing over with one tap a clock', () => {
    const plan = planLayer(SQUARE, core({}), 1);
    const { clocks } = arrayUse(plan, core({}), 1, layerCounters(plan, core({}), 1), true);
    expect(clocks).toMatchObject({ used: 216, rows: 216, leftOver: 0 });
  });

  it('should be compared with whole tiles of as many taps a clock', () => {
    const [conv1] = lenet5.layers as [Layer];
    const tiled = (tapsPerClock: number): number => {
      const configuration = core({ rows: 16, columns: 16, tapsPerClock });
      return tiledCycles(planLayer(conv1, configuration, 1), configuration, 16);
    };
    expect([1, 2, 4].map(tiled)).toEqual([784 * 25, 784 * 13, 784 * 7]);
  });
});

describe('cells of minima that take several taps in a clock', () => {
  const one = MINIMUM_CONFIGURATIONS['3x5 of minima']!;
  const two = { ...one, tapsPerClock: 2 };

  it('should skip nothing, whatever is 0', () => {
    expect([one, two].map((configuration) => skipsTaps(configuration, 'output'))).toEqual([true, false]);
    const weights = Uint8Array.from({ length: 24 }, (_, tap) => tap);
    const given = networkOf('zeros', [quantizedOf(SQUARE, { weights })]);
    const pictures = new Uint8Array(48);
    const { maps } = inferReference(given, pictures, 1);
    const occupied = occupanciesOf(given.network, two, pictures, maps, 1);
    const counted = (configuration: Configuration, zeros?: typeof occupied) =>
      networkCounters(given, configuration, 1, 'output', zeros)[0]!;
    expect(counted(one, occupied).cycles.stream).toBeLessThan(counted(one).cycles.stream);
    expect(counted(two, occupied)).toEqual(counted(two));
  });
});
