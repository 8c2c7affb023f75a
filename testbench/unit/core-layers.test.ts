// SPDX-License-Identifier: Apache-2.0
// The core runs layers worked out by hand, one for each thing that a layer can do. Cells of minima give the same codes.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { watchWrites } from '../../src/device/written-words.ts';
import { PROGRAM_LAYERS } from '../../src/compile/index.ts';
import { buildCore, errorsOf, readCounters, reset } from '../support/core-ports.ts';
import {
  ADDING_CELLS,
  type AddingCell,
  codesOf,
  finish,
  HAND,
  type HandLayer,
  loadLayers,
  loadPictures,
  ofMinima,
  results,
  start,
  UNUSED,
} from '../support/hand-core.ts';
import { LAYER_WORDS } from '../support/program-document.ts';

let models: Record<AddingCell, Model>;
beforeAll(async () => {
  const [distance, minimum] = await Promise.all(ADDING_CELLS.map((cell) => buildCore({ ...HAND, cell })));
  models = { distance: distance!, minimum: minimum! };
});

/** Runs layers, written for cells of distances; gives the words of the results, a list for each image. */
function run(cell: AddingCell, pictures: number[][], layers: HandLayer[], count: number): number[][] {
  using sim = models[cell].create({ seed: 3 });
  reset(sim);
  loadLayers(sim, cell === 'minimum' ? layers.map(ofMinima) : layers);
  loadPictures(sim, pictures);
  start(sim);
  finish(sim);
  expect(errorsOf(sim)).toBeUndefined();
  sim.eval();
  expect(sim.dut['result_count']).toBe(count);
  return results(sim, count);
}

/** Copies what it reads. */
const copy = { weights: [[0]], folds: [{}] };

describe.each(ADDING_CELLS)('adder_core with cells of %ss', (cell) => {
  it('should sum |x - w| over a tile of taps and fold the sums', () => {
    const layer: HandLayer = {
      fields: { limit_0: 1, low: 3 },
      weights: [
        [10, 255, 0],
        [100, 0, 255],
      ],
      folds: [{ mul: 2, add: 1, shift: 1 }, { mul: -1, add: 500 }, {}],
    };
    const pictures = [
      [10, 200],
      [0, 255],
    ];
    expect(run(cell, pictures, [layer], 3)).toEqual([
      // (2 (|10-10| + |200-100|) + 1) >> 1, 500 - (|10-255| + |200-0|), |10-0| + |200-255|
      [100, 55, 65],
      // (2 (10 + 155) + 1) >> 1, 500 - (255 + 255) and 0 + 0 are below the smallest code
      [165, 3, 3],
    ]);
  });

  it('should read padding codes off the map, one for all channels', () => {
    const layer: HandLayer = {
      fields: {
        ...{ limit_1: 2, limit_6: 2, addr_step_1: 1, addr_step_6: 1, x_step_1: 1, x_step_6: 1 },
        ...{ in_width: 3, conv_width: 3, conv_step_6: 1, x_origin: -1, addr_origin: -1, out_step_6: 1 },
      },
      weights: [[1], [2], [3]],
      folds: [{}],
      pads: [7],
    };
    const pictures = [
      [5, 9, 2],
      [0, 0, 100],
    ];
    expect(run(cell, pictures, [layer], 3)).toEqual([
      // |7-1| + |5-2| + |9-3|, |5-1| + |9-2| + |2-3|, |9-1| + |2-2| + |7-3|
      [15, 12, 12],
      // 6 + 2 + 3, 1 + 2 + 97, 1 + 98 + 4
      [11, 100, 103],
    ]);
  });

  it('should read a padding code of each channel, also in groups', () => {
    const layer: HandLayer = {
      fields: {
        ...{ limit_1: 2, limit_9: 1, addr_step_1: 2, addr_step_9: 1, x_step_1: 1 },
        ...{ in_width: 1, x_origin: -1, addr_origin: -2, tile_filters: 1, group_filters: 1, pad_per_channel: 1 },
      },
      weights: [[1], [2], [3], [10], [20], [30]],
      folds: [{}, {}],
      pads: [7, 9],
    };
    const pictures = [
      [5, 50],
      [0, 200],
    ];
    expect(run(cell, pictures, [layer], 2)).toEqual([
      // |7-1| + |5-2| + |7-3|, |9-10| + |50-20| + |9-30|
      [13, 52],
      // 6 + 2 + 4, 1 + 180 + 21
      [12, 202],
    ]);
  });

  it('should walk a row of a map of one channel in its innermost loop', () => {
    const layer: HandLayer = {
      fields: {
        ...{ row_run: 1, limit_0: 2, limit_6: 3, addr_step_6: 1, x_step_6: 1, in_width: 4, conv_width: 4 },
        ...{ x_origin: -1, addr_origin: -1, conv_step_6: 1, out_step_6: 1 },
      },
      weights: [[1], [2], [3]],
      folds: [{}],
      pads: [7],
    };
    const pictures = [
      [5, 9, 0, 4],
      [0, 0, 100, 0],
    ];
    expect(run(cell, pictures, [layer], 4)).toEqual([
      // |7-1| + |5-2| + |9-3|, |5-1| + |9-2| + |0-3|, |9-1| + |0-2| + |4-3|, |0-1| + |4-2| + |7-3|
      [15, 14, 11, 7],
      // 6 + 2 + 3, 1 + 2 + 97, 1 + 98 + 3, 99 + 2 + 4
      [11, 100, 102, 105],
    ]);
  });

  it("should multiply by weights of three bits of two's complement, the highest bit negative", () => {
    const layer: HandLayer = {
      fields: { limit_0: 1, limit_3: 2, multiply: 1 },
      // Filters (-3, 2) = (101, 010) and (-4, -1) = (100, 111), bit by bit from the highest.
      weights: [
        ...[
          [0, 0],
          [UNUSED, 0],
        ],
        ...[
          [UNUSED, UNUSED],
          [0, 0],
        ],
        ...[
          [0, UNUSED],
          [UNUSED, 0],
        ],
      ],
      folds: [{ add: 100 }, { add: 100 }],
    };
    const pictures = [
      [10, 20],
      [0, 7],
    ];
    expect(run(cell, pictures, [layer], 2)).toEqual([
      // 100 - 30 + 40, 100 - 40 - 20
      [110, 40],
      // 100 + 14, 100 - 7
      [114, 93],
    ]);
  });

  it('should take filters in tiles, a last one with fewer', () => {
    const layer: HandLayer = {
      fields: {
        ...{ limit_7: 1, limit_8: 1, addr_step_7: 1, y_step_7: 1, in_height: 2, conv_height: 2, conv_step_7: 1 },
        ...{ tile_filters: 4, last_filters: 2, last_columns: 2, out_step_7: 6, dest: 1 },
      },
      weights: [
        [0, 1, 2, 3],
        [4, 5],
      ],
      folds: [{}, {}, {}, {}, {}, { add: 50 }],
    };
    // Reads the 12 codes as channels of one pixel, in two halves.
    const last: HandLayer = {
      fields: { source: 1, limit_0: 5, limit_7: 1, addr_step_7: 6, in_height: 12, conv_height: 2, out_step_7: 2 },
      weights: [0, 0, 0, 0, 0, 1].map((weight) => [weight, weight]),
      folds: [{}, { add: 9 }],
    };
    expect(run(cell, [[10], [0]].map(([x]) => [x!, 2 * x!]) as number[][], [layer, last], 4)).toEqual([
      // 10 + 9 + 8 + 7 + 6 + |5 + 50 - 1|; 20 + 19 + 18 + 17 + 16 + |15 + 50 - 1|
      [94, 103, 154, 163],
      // 0 + 1 + 2 + 3 + 4 + |5 + 50 - 1|
      [64, 73, 64, 73],
    ]);
  });

  it('should add a shortcut in the place of the map that it adds', () => {
    const first: HandLayer = {
      fields: { limit_0: 1, dest: 1, out_base: 4 },
      weights: [
        [10, 0, 3],
        [10, 0, 20],
      ],
      folds: [{}, {}, {}],
    };
    const second: HandLayer = {
      fields: { limit_0: 1, dest: 1, out_base: 4, shortcut: 1, shortcut_base: 4 },
      weights: [
        [0, 1, 2],
        [0, 1, 2],
      ],
      folds: [{ shortcut_mul: 2 }, { shortcut_mul: -1, add: 100 }, { mul: 0, shortcut_mul: 3, add: 1, shift: 1 }],
    };
    const last: HandLayer = {
      // Each code by itself: -(-x).
      fields: { source: 1, limit_0: 2, addr_origin: 4, multiply: 1 },
      weights: [
        [0, UNUSED, UNUSED],
        [UNUSED, 0, UNUSED],
        [UNUSED, UNUSED, 0],
      ],
      folds: [{ mul: -1 }, { mul: -1 }, { mul: -1 }],
    };
    const pictures = [
      [10, 20],
      [1, 2],
    ];
    // The first layer: |10-10| + |20-10|, 30, |10-3| + |20-20|; 9 + 8, 3, 2 + 18
    expect(run(cell, pictures, [first, second, last], 3)).toEqual([
      // 30 + 2 * 10, 9 + 19 - 30 + 100, (3 * 7 + 1) >> 1
      [50, 98, 11],
      // 3 + 2 * 17, 0 + 1 - 3 + 100, (3 * 20 + 1) >> 1
      [37, 98, 30],
    ]);
  });

  it('should write a map to both buffers, to be read and added at once', () => {
    const first: HandLayer = { fields: { dest: 3, out_base: 8 }, weights: [[3]], folds: [{}] };
    const twice: HandLayer = {
      fields: { dest: 1, addr_origin: 8, shortcut: 1, shortcut_base: 8 },
      weights: [[0]],
      folds: [{ shortcut_mul: 1 }],
    };
    const last: HandLayer = { ...copy, fields: { source: 1 } };
    expect(run(cell, [[10], [1]], [first, twice, last], 1)).toEqual([[14], [4]]);
  });

  it.each([
    // Windows of four pixels that share two: 1 + 2 + 5 + 6, 2 + 3 + 6 + 8, each with a half of 2
    ['average', { average: 1, pool_shift: 2 }, [4, 5]],
    ['largest', {}, [6, 8]],
  ])('should pool windows that overlap: %s', (_, fields, expected) => {
    const layer: HandLayer = {
      ...copy,
      fields: {
        ...{ limit_4: 1, limit_5: 1, limit_6: 1, addr_step_4: 1, addr_step_5: 3, addr_step_6: 1 },
        ...{ x_step_4: 1, y_step_5: 1, x_step_6: 1, in_height: 2, in_width: 3 },
        ...{ conv_height: 2, conv_width: 3, conv_step_6: 1, out_step_6: 1, ...fields },
      },
    };
    const pictures = [
      [1, 2, 3, 5, 6, 8],
      [0, 0, 0, 0, 0, 0],
    ];
    expect(run(cell, pictures, [layer], 2)).toEqual([expected, [0, 0]]);
  });

  it('should pool windows that reach past the map without what is outside, also with a shortcut', () => {
    const layer: HandLayer = {
      weights: [[0]],
      folds: [{ shortcut_mul: 1 }],
      // A pixel outside would be 255: it reads the padding.
      pads: [255],
      fields: {
        // Windows of 2x2 around the map's corners: each has one pixel of the map.
        ...{ limit_4: 1, limit_5: 1, limit_6: 1, limit_7: 1 },
        ...{ addr_step_4: 1, addr_step_5: 2, addr_step_6: 2, addr_step_7: 4, addr_origin: -3 },
        ...{ x_step_4: 1, y_step_5: 1, x_step_6: 2, y_step_7: 2, x_origin: -1, y_origin: -1 },
        ...{ in_height: 2, in_width: 2, conv_height: 2, conv_width: 2, conv_x: -1, conv_y: -1 },
        ...{ conv_step_6: 2, conv_step_7: 2, out_step_6: 1, out_step_7: 2, shortcut: 1, shortcut_base: -3 },
        ...{ shortcut_step_4: 1, shortcut_step_5: 2, shortcut_step_6: 2, shortcut_step_7: 4 },
      },
    };
    // A map to be added: 100 more than each picture's pixel, from the first word of buffer 1 on, before which is nothing.
    const added: HandLayer = {
      ...copy,
      folds: [{ add: 100 }],
      fields: {
        ...{ limit_7: 3, addr_step_7: 1, y_step_7: 1, in_height: 4, conv_height: 4, conv_step_7: 1 },
        ...{ dest: 1, out_step_7: 1 },
      },
    };
    const pictures = [
      [1, 2, 3, 4],
      [70, 60, 50, 40],
    ];
    expect(run(cell, pictures, [added, layer], 4)).toEqual([
      [102, 104, 106, 108],
      [240, 220, 200, 180],
    ]);
  });

  it('should give the rows in use the same, whatever is in the others', () => {
    const layer: HandLayer = { fields: {}, weights: [[10, 3]], folds: [{}, {}] };
    for (const other of [0, 255]) {
      using sim = models[cell].create({ seed: 8 });
      reset(sim);
      loadLayers(sim, [cell === 'minimum' ? ofMinima(layer) : layer]);
      loadPictures(sim, [[50], [other]]);
      start(sim, { images: 1 });
      finish(sim);
      expect(results(sim, 2)[0]).toEqual([40, 47]);
      // One image, two columns, one tap.
      expect(readCounters(sim, 0).events.sads).toBe(2);
    }
  });

  it('should run as many layers as a program may have, and count each', async () => {
    const layers = Array.from({ length: PROGRAM_LAYERS }, (_, index): HandLayer => {
      const even = index % 2 === 0;
      const last = index === PROGRAM_LAYERS - 1;
      return { fields: { source: even ? 0 : 1, dest: last ? 2 : even ? 1 : 0 }, weights: [[0]], folds: [{ add: 1 }] };
    });
    const room = { programDepth: PROGRAM_LAYERS * LAYER_WORDS, weightDepth: PROGRAM_LAYERS, foldDepth: PROGRAM_LAYERS };
    const large = await buildCore({ ...HAND, ...room, cell });
    using sim = large.create({ seed: 2 });
    reset(sim);
    loadLayers(sim, layers);
    loadPictures(sim, [[10], [0]]);
    using writes = watchWrites(sim);
    start(sim);
    finish(sim);
    expect(results(sim, 1)).toEqual([[10 + PROGRAM_LAYERS], [PROGRAM_LAYERS]]);
    expect([...writes.take().layers]).toEqual(layers.map((_, index) => index));
    const counted = layers.map((_, layer) => readCounters(sim, layer));
    expect(new Set(counted.map(({ events }) => JSON.stringify(events))).size).toBe(2);
    // Each is read under the one before, but for the first.
    expect(counted[0]!.cycles.setup).toBe(LAYER_WORDS + 2);
    expect(new Set(counted.slice(1).map(({ cycles }) => JSON.stringify(cycles))).size).toBe(1);
  });
});

describe('adder_core with cells of distances', () => {
  it('should sum two pixels side by side of two filters in one tile', () => {
    const layer: HandLayer = {
      fields: {
        ...{ limit_1: 2, limit_6: 1, addr_step_1: 1, addr_step_6: 2, x_step_1: 1, x_step_6: 2 },
        ...{ in_width: 5, conv_width: 4, conv_step_6: 2, tile_filters: 2, tile_columns: 4 },
        ...{ out_step_6: 4, out_top: 2, out_wrap: 0 },
      },
      // Filters (1, 1) and (0, 10): the second pixel's taps are one column further right.
      weights: [
        [1, 0, UNUSED, UNUSED],
        [1, 10, 1, 0],
        [UNUSED, UNUSED, 1, 10],
      ],
      folds: [{}, {}],
    };
    const pictures = [
      [1, 2, 4, 8, 16],
      [0, 0, 0, 0, 0],
    ];
    using sim = models.distance.create({ seed: 3 });
    reset(sim);
    loadLayers(sim, [layer, { fields: { dest: 0 }, ...copy }]);
    loadPictures(sim, pictures);
    using writes = watchWrites(sim);
    start(sim);
    finish(sim);
    const { words, addresses } = writes.take();
    // Sums leave the array from the last column on.
    expect([...addresses].slice(0, 8)).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
    expect(codesOf(words.slice(0, 8), 8)[0]).toEqual([
      // Filters 1 and 0 of pixel 1: 2 + |4-10|, |2-1| + |4-1|; of pixel 0: 1 + |2-10|, 0 + |2-1|
      ...[8, 4, 9, 1],
      // pixel 3: 8 + |16-10|, |8-1| + |16-1|; pixel 2: 4 + |8-10|, |4-1| + |8-1|
      ...[14, 22, 6, 10],
    ]);
  });

  it('should multiply by digits of either sign, x or 255 - x each', () => {
    const layer: HandLayer = {
      fields: { limit_3: 1 },
      // -3 = -2 - 1, 2 = 2 + 0, 1 = 2 - 1
      weights: [
        [255, 0, 0],
        [255, UNUSED, 255],
      ],
      // 255 (2 + 1) and 255 are in the sums, beside 100
      folds: [{ add: 100 - 765 }, { add: 100 }, { add: 100 - 255 }],
    };
    expect(run('distance', [[10], [33]], [layer], 3)).toEqual([
      [70, 120, 110],
      [1, 166, 133],
    ]);
  });
});
