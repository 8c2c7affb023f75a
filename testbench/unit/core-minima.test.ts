// SPDX-License-Identifier: Apache-2.0
// A core of minima runs layers worked out by hand, clock by clock: which taps it skips, and what it counts.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model, Simulation } from '../../sim/index.ts';
import { watchWrites } from '../../src/device/written-words.ts';
import type { Configuration } from '../../src/compile/index.ts';
import { buildCore, errorsOf, readCount, reset } from '../support/core-ports.ts';
import {
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
import { documentTable } from '../support/program-document.ts';

const MINIMA: Configuration = { ...HAND, cell: 'minimum' };
const COUNTERS = documentTable('index', 'counter', 'counts').map(([, counter]) => counter!);
/** Counters of the clocks of a layer, which sum up to its total. */
const CLOCKS = ['setup', 'stream', 'drain', 'stall', 'flush', 'load', 'scan'];

let model: Model;
beforeAll(async () => {
  model = await buildCore(MINIMA);
});

/** A layer's counters by their names in docs/program.md. */
function counters(sim: Simulation, layer = 0): Record<string, number> {
  const counted = Object.fromEntries(COUNTERS.map((name, index) => [name, readCount(sim, layer, index)]));
  expect(counted['total']).toBe(CLOCKS.reduce((sum, name) => sum + counted[name]!, 0));
  return counted;
}

interface Run {
  readonly pictures: readonly (readonly number[])[];
  readonly layers: readonly HandLayer[];
  /** Words of the results. */
  readonly count: number;
  readonly images?: number;
  /** For each clock from the start on, whether taps are held back. */
  readonly holds?: readonly number[];
}

/** Runs layers, written for cells of distances; gives each image's results and each layer's counters. */
function run({ pictures, layers, count, images = 2, holds = [] }: Run) {
  using sim = model.create({ seed: 3 });
  reset(sim);
  loadLayers(sim, layers.map(ofMinima));
  loadPictures(sim, pictures);
  start(sim, { images });
  if (holds.length > 0) sim.batch({ hold: Uint8Array.from(holds) });
  sim.dut['hold'] = 0;
  finish(sim);
  expect(errorsOf(sim)).toBeUndefined();
  return { codes: results(sim, count), counted: layers.map((_, layer) => counters(sim, layer)) };
}

/** Sum of |x - w|. */
function distance(codes: readonly number[], weights: readonly number[]): number {
  return codes.reduce((sum, code, tap) => sum + Math.abs(code - weights[tap]!), 0);
}

/** A tile of as many taps as there are weights, of one filter. */
function tileOf(weights: readonly number[], fields: HandLayer['fields'] = {}): HandLayer {
  return {
    fields: { limit_0: weights.length - 1, ...fields },
    weights: weights.map((weight) => [weight]),
    folds: [{}],
  };
}

describe('adder_core with cells of minima', () => {
  it('should issue the taps whose word is not 0 for some image', () => {
    const pictures = [
      [0, 7, 0, 0, 0, 1, 0, 0, 0],
      [0, 7, 0, 1, 0, 0, 0, 0, 0],
    ];
    const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const { codes, counted } = run({ pictures, layers: [tileOf(weights)], count: 1 });
    expect(codes).toEqual(pictures.map((picture) => [distance(picture, weights)]));
    // Taps 1, 3 and 5 of one window, which is found in two clocks.
    expect(counted[0]).toMatchObject({
      ...{ scan: 2, 'flag reads': 1, stream: 3, drain: 0, stall: 0 },
      ...{ 'activation reads': 3, 'weight reads': 3, sads: 6 },
    });
  });

  it('should issue one tap of a tile of zeros', () => {
    const weights = [10, 20, 30, 40];
    const { codes, counted } = run({
      pictures: [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      layers: [tileOf(weights)],
      count: 1,
    });
    expect(codes).toEqual([[100], [100]]);
    expect(counted[0]).toMatchObject({ scan: 2, 'flag reads': 1, stream: 1, 'activation reads': 1, sads: 2 });
  });

  it('should read the flags of a run in its words of 16 addresses, and see at most so many ahead', () => {
    // From address 10 on: 6, 16, and 8 taps. The first window is 0, of the second tap 20, of the third 32 and 39 are not.
    const picture = Array.from({ length: 40 }, (_, address) => Number([20, 32, 39].includes(address)));
    const weights = Array.from({ length: 30 }, (_, tap) => tap % 4);
    const layer = tileOf(weights, { addr_origin: 10 });
    const { codes, counted } = run({ pictures: [picture, picture.map(() => 0)], layers: [layer], count: 1 });
    expect(codes).toEqual([[distance(picture.slice(10), weights)], [7 * 6 + 1]]);
    // Windows are walked in clocks 0 to 2, there from clocks 3 (the second) and 4 (the third) on.
    expect(counted[0]).toMatchObject({ scan: 3, 'flag reads': 3, stream: 3, drain: 0 });
  });

  describe('taps off the map', () => {
    // Three pixels of a row of three, each with a neighbour on either side: every tap is a window by itself.
    const fields = {
      ...{ limit_1: 2, limit_6: 2, addr_step_1: 1, addr_step_6: 1, x_step_1: 1, x_step_6: 1 },
      ...{ in_width: 3, conv_width: 3, conv_step_6: 1, x_origin: -1, addr_origin: -1, out_step_6: 1 },
    };
    const weights = [[1], [2], [3]];
    const pictures = [
      [5, 0, 2],
      [0, 0, 100],
    ];
    const expected = (pad: number): number[][] =>
      pictures.map((picture) =>
        [0, 1, 2].map((pixel) => distance([pad, ...picture, pad].slice(pixel, pixel + 3), [1, 2, 3])),
      );

    it('should be skipped where all padding codes are 0', () => {
      const layer: HandLayer = { fields: { ...fields, pads_zero: 1 }, weights, folds: [{}], pads: [0] };
      const { codes, counted } = run({ pictures, layers: [layer], count: 3 });
      expect(codes).toEqual(expected(0));
      // Clocks from the first after setup on, a window in each but where the queue is full. Pixel 0: tap 1 in clock 3, tap
      // 2, which is 0 and ends the tile, in 4. Pixel 1: tap 0 in 5, none in 6, tap 2 there in 7, four after the last end
      // in 8. Pixel 2: tap 1 in 9, tap 2, which is padding and ends the tile, there in 10, issued in 12.
      expect(counted[0]).toMatchObject({
        ...{ scan: 4, stream: 6, drain: 3, 'flag reads': 9, 'activation reads': 5, 'weight reads': 6, sads: 12 },
      });
    });

    it('should be issued where padding codes may be others, even if they are 0', () => {
      for (const pad of [7, 0]) {
        const layer: HandLayer = { fields, weights, folds: [{}], pads: [pad] };
        const { codes, counted } = run({ pictures, layers: [layer], count: 3 });
        expect(codes).toEqual(expected(pad));
        // Pixel 0: taps 0, 1 and 2 in clocks 2 to 4. Pixel 1: tap 0 in 5, none in 6, tap 2 in 8. Pixel 2: tap 1 in 9, tap 2
        // in 12.
        expect(counted[0]).toMatchObject({
          ...{ scan: 3, stream: 7, drain: 3, 'flag reads': 9, 'activation reads': 5, 'weight reads': 7, sads: 14 },
        });
      }
    });
  });

  it('should walk a row of a map of one channel in one run', () => {
    // Windows of 1x3 around each pixel of a row of four, from address 14 on: addresses 13 to 15, 14 to 16, 15 to 17, 16 to 18.
    const layer: HandLayer = {
      fields: {
        ...{
          row_run: 1,
          pads_zero: 1,
          limit_0: 2,
          limit_6: 3,
          addr_step_6: 1,
          x_step_6: 1,
          in_width: 4,
          conv_width: 4,
        },
        ...{ x_origin: -1, addr_origin: 13, conv_step_6: 1, out_step_6: 1 },
      },
      weights: [[1], [2], [3]],
      folds: [{}],
      pads: [0],
    };
    // What is beside the row is not 0, and no tap.
    const rows = [
      [5, 0, 6, 0],
      [1, 0, 0, 0],
    ];
    const pictures = rows.map((row) => [...Array.from({ length: 14 }, () => 99), ...row, 99]);
    const { codes, counted } = run({ pictures, layers: [layer], count: 4 });
    expect(codes).toEqual(
      rows.map((row) => [0, 1, 2, 3].map((pixel) => distance([0, ...row, 0].slice(pixel, pixel + 3), [1, 2, 3]))),
    );
    // Windows, by the columns of the row: (-1 0 1), (0 1)(2), (1)(2 3), (2 3 4). Columns 0 and 2 are not 0.
    // Tile 0: column 0, its only tap. Tile 1: columns 0 and 2. Tile 2: column 2. Tile 3: column 2.
    expect(counted[0]).toMatchObject({ 'flag reads': 6, stream: 5, 'activation reads': 5, 'weight reads': 5 });
  });

  it('should sum two pixels side by side, each with a column for its activations', () => {
    const layer: HandLayer = {
      fields: {
        sum_columns: 1,
        ...{ limit_1: 2, limit_6: 1, addr_step_1: 1, addr_step_6: 2, x_step_1: 1, x_step_6: 2 },
        ...{ in_width: 5, conv_width: 4, conv_step_6: 2, tile_filters: 1, tile_columns: 4 },
        ...{ out_step_6: 2, out_top: 1, out_wrap: 0 },
      },
      // Weights (4, 7): the second pixel's taps are one column further right. min(x, 255) = x.
      weights: [
        [4, 255, UNUSED, UNUSED],
        [7, 255, 4, 255],
        [UNUSED, UNUSED, 7, 255],
      ],
      folds: [{}],
    };
    const pictures = [
      [10, 0, 3, 0, 6],
      [2, 0, 9, 0, 0],
    ];
    using sim = model.create({ seed: 3 });
    reset(sim);
    loadLayers(sim, [ofMinima(layer)]);
    loadPictures(sim, pictures);
    using writes = watchWrites(sim);
    start(sim);
    finish(sim);
    const { addresses, cycles } = writes.take();
    // |10-4| + |0-7|, |0-4| + |3-7|, |3-4| + |0-7|, |0-4| + |6-7|
    expect(results(sim, 4)).toEqual([
      [13, 8, 8, 5],
      [9, 6, 12, 11],
    ]);
    // Sums leave from the last column on, a pixel's activations before its filter.
    expect([...addresses]).toEqual([1, 0, 3, 2]);
    expect([...cycles].map((cycle) => cycle - cycles[0]!)).toEqual([0, 2, 4, 6]);
    // The middle tap is 0 in both tiles. Clocks from the first after setup on: taps of tile 0 in 2 and 4, of tile 1 in 5, and
    // in 8, four after the end of tile 0. The outer taps are two lanes, of two images.
    expect(counters(sim)).toMatchObject({
      ...{ scan: 4, stream: 4, drain: 1, 'flag reads': 6, sads: 16 },
      ...{ 'fold reads': 4, 'result writes': 4, 'partial reads': 0 },
    });
  });

  it('should give minima themselves where it multiplies', () => {
    // Weights of three bits, of which the middle one is 0 in both of the first tap's; the second tap is 0 in both images.
    const layer: HandLayer = {
      fields: { limit_0: 1, limit_3: 2, multiply: 1 },
      weights: [
        [null, 255],
        [255, null],
        [null, null],
        [null, 255],
        [255, 255],
        [255, null],
      ].map(([a, b]) => [a!, b!]),
      folds: [{ add: 100 }, { add: 100 }],
    };
    const { codes, counted } = run({
      pictures: [
        [10, 0],
        [7, 0],
      ],
      layers: [layer],
      count: 2,
    });
    // Bits of the first tap's weights: (0, 0, 1) and (1, 0, 1) = -3.
    expect(codes).toEqual([
      [110, 70],
      [107, 79],
    ]);
    // Every plane is a tile, and ends four clocks after the one before, for so many columns there are. Planes 0 and 2 issue
    // their first tap, of one column and of two; plane 1 has none, and issues its last, of one column.
    expect(counted[0]).toMatchObject({ stream: 3, scan: 2, drain: 6, 'flag reads': 3, sads: 8 });
  });

  // Seven taps of two filters in two planes, of which few have a bit: two's complement (1, 0) = -2, (0, 1) = 1, (1, 1) = -1.
  const sparse: HandLayer = {
    fields: { limit_0: 6, limit_3: 1, multiply: 1 },
    weights: [
      ...[UNUSED, 255, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED].map((a) => [a, UNUSED]),
      ...[UNUSED, 255, UNUSED, UNUSED, 255, UNUSED, UNUSED].map((a, tap) => [a, tap === 4 || tap === 6 ? 255 : UNUSED]),
    ],
    folds: [{ add: 100 }, { add: 100 }],
  };

  it('should issue only taps whose weight word has a lane in use where it multiplies', () => {
    const pictures = [
      [1, 2, 3, 4, 5, 6, 7],
      [9, 8, 7, 6, 5, 4, 3],
    ];
    const { codes, counted } = run({ pictures, layers: [sparse], count: 2 });
    // -x1 + x4 and x4 + x6.
    expect(codes).toEqual([
      [103, 112],
      [97, 108],
    ]);
    // Plane 0: tap 1 in clock 2, and its window leaves, as the highest of it ends the tile. Plane 1: taps 1, 4 and 6 in
    // clocks 3 to 5, the last four after clock 2 at the earliest: in 6. Lanes: 1, then 1, 2 and 1, of two images.
    expect(counted[0]).toMatchObject({
      ...{ stream: 4, scan: 2, drain: 1, 'flag reads': 2, 'activation reads': 4, 'weight reads': 4, sads: 10 },
    });
  });

  it('should skip taps of either zero, and end a tile of none with its last tap', () => {
    // Taps 1 and 4 are 0: plane 0 has no tap that adds anything, plane 1 its tap 6.
    const pictures = [
      [1, 0, 3, 4, 0, 6, 7],
      [9, 0, 7, 6, 0, 4, 3],
    ];
    const { codes, counted } = run({ pictures, layers: [sparse], count: 2 });
    expect(codes).toEqual([
      [100, 107],
      [100, 103],
    ]);
    expect(counted[0]).toMatchObject({ stream: 2, 'flag reads': 2, 'activation reads': 2, 'weight reads': 2, sads: 2 });
  });

  it('should issue such taps where it adds, before a layer that multiplies and behind it', () => {
    // A tap that no column uses adds x: the sum of all three, and then of what a weight of -1 makes of it.
    const adds: HandLayer = {
      fields: { dest: 1, limit_0: 2 },
      weights: [[0], [UNUSED], [UNUSED]],
      folds: [{}],
    };
    const multiplies: HandLayer = {
      fields: { source: 1, dest: 0, limit_0: 0, limit_3: 1, multiply: 1 },
      weights: [[255], [255]],
      folds: [{ add: 100 }],
    };
    const last: HandLayer = { fields: { limit_0: 1 }, weights: [[UNUSED], [UNUSED]], folds: [{}] };
    const { codes, counted } = run({
      pictures: [
        [1, 2, 3],
        [9, 8, 7],
      ],
      layers: [adds, multiplies, last],
      count: 1,
    });
    // 100 - 6 and 100 - 24, and the second picture value, which lies behind.
    expect(codes).toEqual([[94 + 2], [76 + 8]]);
    expect(counted.map(({ stream }) => stream)).toEqual([3, 2, 2]);
  });

  it('should see what the layer before wrote, only in rows with an image', () => {
    // 20 - x, of which 0 is the smallest; then a sum over the four of them.
    const first: HandLayer = {
      fields: {
        dest: 1,
        limit_7: 3,
        addr_step_7: 1,
        y_step_7: 1,
        in_height: 4,
        conv_height: 4,
        conv_step_7: 1,
        out_step_7: 1,
      },
      weights: [[0]],
      folds: [{ mul: -1, add: 20 }],
    };
    const second: HandLayer = { ...tileOf([1, 2, 3, 4]), fields: { source: 1, limit_0: 3 } };
    const pictures = [
      [15, 20, 30, 18],
      [0, 0, 0, 0],
    ];
    const one = run({ pictures, layers: [first, second], count: 1, images: 1 });
    expect(one.codes[0]).toEqual([distance([5, 0, 0, 2], [1, 2, 3, 4])]);
    expect(one.counted.map(({ stream }) => stream)).toEqual([4, 2]);
    const two = run({ pictures, layers: [first, second], count: 1 });
    expect(two.codes).toEqual([one.codes[0], [distance([20, 20, 20, 20], [1, 2, 3, 4])]]);
    expect(two.counted.map(({ stream }) => stream)).toEqual([4, 4]);
  });

  it('should take a word that the host loaded for one that is not 0 where any row is not', () => {
    const layers = [tileOf([1, 2, 3])];
    const counted = (row: number) =>
      run({
        pictures: [
          [0, 1, 2],
          [row, 0, 0],
        ],
        layers,
        count: 1,
        images: 1,
      });
    expect(counted(0)).toMatchObject({ counted: [{ stream: 2 }] });
    const other = counted(9);
    expect(other).toMatchObject({ counted: [{ stream: 3, sads: 3 }] });
    expect(other.codes[0]).toEqual([3]);
  });

  it('should walk on under a hold, which costs the clocks in which there was a tap', () => {
    const pictures = [
      [0, 7, 0, 0, 5],
      [0, 0, 0, 0, 5],
    ];
    const free = run({ pictures, layers: [tileOf([1, 2, 3, 4, 5])], count: 1 });
    const setup = free.counted[0]!['setup']!;
    // The first two of the clocks after setup are scanned in anyway.
    const holds = Array.from({ length: setup + 10 }, () => 1);
    const held = run({ pictures, layers: [tileOf([1, 2, 3, 4, 5])], count: 1, holds });
    expect(held.codes).toEqual(free.codes);
    expect(held.counted[0]).toEqual({ ...free.counted[0], stall: 8, total: free.counted[0]!['total']! + 8 });
  });

  it('should run again after a reset at any moment', () => {
    // Five pixels of eight taps: some dense, so that windows wait, and one of zeros.
    const weights = [10, 20, 30, 40, 50, 60, 70, 80];
    const layer = tileOf(weights, {
      ...{ limit_7: 4, addr_step_7: 8, y_step_7: 1, in_height: 5, conv_height: 5, conv_step_7: 1, out_step_7: 1 },
    });
    const row = [0, 0, 0, 0, 3, 0, 0, 9].map((code, tap) => [1 + tap, 255 - tap, 0, code, 4 * tap]);
    const pictures = [0, 1].map((image) =>
      [0, 1, 2, 3, 4].flatMap((pixel) => row.map((codes) => codes[pixel]! >> image)),
    );
    const right = pictures.map((picture) =>
      [0, 1, 2, 3, 4].map((pixel) => Math.min(distance(picture.slice(8 * pixel, 8 * pixel + 8), weights), 255)),
    );
    using sim = model.create({ seed: 5 });
    reset(sim);
    loadLayers(sim, [ofMinima(layer)]);
    loadPictures(sim, pictures);
    const before = sim.cycle;
    start(sim);
    finish(sim);
    const clocks = sim.cycle - before;
    expect(results(sim, 5)).toEqual(right);
    const free = counters(sim);
    expect(free).toMatchObject({ stream: 8 + 8 + 1 + 2 + 7, 'flag reads': 5 });
    for (let cycle = 1; cycle < clocks; cycle++) {
      start(sim);
      sim.run(cycle);
      reset(sim);
      sim.eval();
      expect([cycle, sim.dut['busy'], sim.dut['write_valid']]).toEqual([cycle, 0, 0]);
      start(sim);
      finish(sim);
      expect([cycle, results(sim, 5), counters(sim)]).toEqual([cycle, right, free]);
    }
  });
});
