// SPDX-License-Identifier: Apache-2.0
// The core with cells of products runs layers worked out by hand: signed weights, one pass, and the clocks of distances.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { buildCore, errorsOf, readCounters, reset } from '../support/core-ports.ts';
import {
  finish,
  HAND,
  type HandLayer,
  loadLayers,
  loadPictures,
  results,
  start,
  UNUSED,
} from '../support/hand-core.ts';

let model: Model;
beforeAll(async () => {
  model = await buildCore({ ...HAND, cell: 'product' });
});

/** Runs a layer; gives its results, a list for each image, and what was counted. */
function run(pictures: number[][], layer: HandLayer, count: number) {
  using sim = model.create({ seed: 3 });
  reset(sim);
  loadLayers(sim, [layer]);
  loadPictures(sim, pictures);
  start(sim);
  finish(sim);
  expect(errorsOf(sim)).toBeUndefined();
  return { codes: results(sim, count), counters: readCounters(sim, 0) };
}

/** A weight in two's complement of eight bits. */
const w = (weight: number): number => weight & 255;

describe('adder_core with cells of products', () => {
  it('should sum x w in one pass, with weights of either sign, and fold the sums', () => {
    const layer: HandLayer = {
      fields: { limit_0: 1 },
      weights: [
        [w(-3), w(2), w(127)],
        [w(1), w(-1), w(-128)],
      ],
      folds: [{ add: 100 }, { mul: -1, add: 50 }, { shift: 2, add: 300 }],
    };
    const pictures = [
      [10, 20],
      [0, 3],
    ];
    const { codes, counters } = run(pictures, layer, 3);
    expect(codes).toEqual([
      // 100 - 30 + 20, 50 - (20 - 20), (300 + 1270 - 2560) >> 2 is below the smallest code
      [90, 50, 0],
      // 100 + 3, 50 + 3, (300 - 384) >> 2
      [103, 53, 0],
    ]);
    // Two taps of three filters and two images, however few of them are not 0.
    expect(counters.events).toMatchObject({ sads: 12, activationReads: 2, weightReads: 2, partialReads: 0 });
    expect(counters.cycles).toMatchObject({ stream: 2, scan: 0 });
  });

  it('should multiply what taps off the map read, and lay pixels side by side', () => {
    const layer: HandLayer = {
      fields: {
        ...{ limit_1: 3, addr_step_1: 1, x_step_1: 1, x_origin: -1, addr_origin: -1 },
        ...{ in_width: 2, conv_width: 2, conv_step_6: 2, tile_filters: 1, tile_columns: 2, out_top: 1, out_wrap: 0 },
      },
      // The filter 3, -2, 1; the second pixel's taps are one column further right.
      weights: [
        [w(3), UNUSED],
        [w(-2), w(3)],
        [w(1), w(-2)],
        [UNUSED, w(1)],
      ],
      folds: [{ add: 100 }],
      pads: [7],
    };
    const pictures = [
      [5, 9],
      [0, 100],
    ];
    expect(run(pictures, layer, 2).codes).toEqual([
      // 21 - 10 + 9, 15 - 18 + 7
      [120, 104],
      // 21 + 100, 100 - 200 + 7 is below the smallest code
      [221, 0],
    ]);
  });
});
