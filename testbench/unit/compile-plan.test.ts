// SPDX-License-Identifier: Apache-2.0
// How layers are cut into tiles, and what that puts into weight, fold and padding words.

import { describe, expect, it } from 'vitest';
import {
  columnParts,
  compileNetwork,
  type CompiledNetwork,
  type Configuration,
  FOLD_PARTS,
  getLane,
  type LayerPlan,
  loadConfiguration,
  planLayer,
  PROGRAM_WORDS,
  weightPlanes,
  weightWords,
} from '../../src/compile/index.ts';
import { cellOf } from '../../src/device/made-at.ts';
import { type Layer, lenet5, type QuantizedLayer } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { readFields } from '../support/program-fields.ts';

const base: Configuration = { ...loadConfiguration('default'), programDepth: 512 };

describe('planLayer', () => {
  const wide = (channels: number): Layer['input'] => ({ height: 1, width: 8, channels });

  it.each<[string, Layer, number, Partial<LayerPlan>]>([
    // 14 windows of 25 taps, or 7 of a union 7 wide: two pooling windows are 2 apart.
    [
      'conv1 of lenet5 on 16',
      lenet5.layers[0]!,
      16,
      { packed: 2, tileFilters: 6, kernelColumns: 7, taps: 35, windowColumns: 7 },
    ],
    // Two pixels of 6 filters do not fit.
    [
      'conv1 of lenet5 on 4',
      lenet5.layers[0]!,
      4,
      { packed: 1, tileFilters: 4, lastFilters: 2, filterTiles: 2, taps: 25 },
    ],
    // 8 x 9, 4 x 12 or 2 x 18 clocks.
    [
      'a depthwise layer on 4',
      layerOf({
        input: { height: 3, width: 8, channels: 6 },
        filters: 6,
        groups: 6,
        kernelHeight: 3,
        kernelWidth: 3,
        padding: 1,
      }),
      4,
      { packed: 4, tileFilters: 1, filterTiles: 1, kernelColumns: 6, columnStep: 1, taps: 18, windowColumns: 2 },
    ],
    // Pixels 2 apart in steps of 2: no column of the union that is nobody's.
    [
      'a kernel of 1 with stride 2',
      layerOf({ input: wide(1), stride: 2, dilation: 3 }),
      4,
      { packed: 4, kernelColumns: 4, columnStep: 2, taps: 4, windowColumns: 1 },
    ],
    // Taps at 0 and 2, and 4 and 6 further right.
    [
      'dilation and stride with a common step',
      layerOf({ input: wide(1), kernelWidth: 2, dilation: 2, stride: 4 }),
      4,
      { packed: 2, kernelColumns: 4, columnStep: 2, taps: 4, windowColumns: 1 },
    ],
    // 2 x 4 or 1 x 8 clocks.
    ['a tie', layerOf({ input: { height: 4, width: 2, channels: 1 }, kernelHeight: 4 }), 2, { packed: 1 }],
    // Three pixels do not divide eight: two tiles of them and one of two would take a clock less, and a record more.
    ['three pixels', layerOf({ input: wide(1) }), 3, { packed: 2, rest: null }],
    [
      'padding around pooling',
      layerOf({ input: { height: 8, width: 8, channels: 1 }, pool: 2, poolPadding: 1 }),
      8,
      { packed: 1 },
    ],
    [
      'two groups of 35 filters on 16',
      layerOf({ input: wide(4), filters: 70, groups: 2 }),
      16,
      { packed: 1, tileFilters: 16, lastFilters: 3, filterTiles: 3, taps: 2 },
    ],
  ])('should cut %s', (_, layer, columns, expected) => {
    expect(planLayer(layer, { rows: 1, columns }, 1)).toMatchObject(expected);
  });
});

describe('planLayer where cells take several taps in a clock', () => {
  const conv1 = lenet5.layers[0]!;
  /** A kernel of 3x3 over so many channels. */
  const square = (channels: number, fields: Partial<Layer> = {}): Layer =>
    layerOf({ input: { height: 8, width: 8, channels }, kernelHeight: 3, kernelWidth: 3, padding: 1, ...fields });

  it.each<[string, Layer, number, number, Partial<LayerPlan>]>([
    // A run is a row of the kernel: ceil(5 / 2) and ceil(5 / 4) clocks, five times.
    ['conv1 of lenet5', conv1, 4, 1, { packed: 1, rowRun: true, taps: 25, tileClocks: 25 }],
    ['conv1 of lenet5', conv1, 4, 2, { packed: 1, rowRun: true, taps: 25, tileClocks: 15 }],
    ['conv1 of lenet5', conv1, 4, 4, { packed: 1, rowRun: true, taps: 25, tileClocks: 10 }],
    // Two pixels side by side: a row of seven.
    ['conv1 of lenet5 on 16', conv1, 16, 2, { packed: 2, taps: 35, tileClocks: 20 }],
    // A run is the channels.
    ['16 channels', square(16), 1, 2, { rowRun: false, taps: 144, tileClocks: 72 }],
    ['16 channels', square(16), 1, 4, { rowRun: false, taps: 144, tileClocks: 36 }],
    ['3 channels', square(3), 1, 2, { rowRun: false, taps: 27, tileClocks: 18 }],
    ['3 channels', square(3), 1, 4, { rowRun: false, taps: 27, tileClocks: 9 }],
    ['two groups of 3 channels', square(6, { groups: 2, filters: 2 }), 1, 4, { taps: 27, tileClocks: 9 }],
    // Columns of the window that are two apart are no run, and channels of a group are one.
    ['one channel, dilated', square(1, { dilation: 2 }), 1, 4, { rowRun: false, taps: 9, tileClocks: 9 }],
    ['a kernel of one column', square(1, { kernelWidth: 1 }), 1, 4, { rowRun: false, taps: 3, tileClocks: 3 }],
    ['a channel a group', square(4, { groups: 4, filters: 4 }), 1, 4, { taps: 9, tileClocks: 9 }],
  ])('should cut %s, on %i columns with %i taps a clock', (_, layer, columns, tapsPerClock, expected) => {
    expect(planLayer(layer, { rows: 1, columns, tapsPerClock }, 1)).toMatchObject(expected);
  });

  it.each<[string, Partial<Layer>, number, number[]]>([
    // Tiles of 1, 2 and 3 pixels have 12, 16 and 20 taps: 6 x 12, 3 x 16 or 2 x 20 clocks; two taps a clock, 6 x 8, 3 x 8 or
    // 2 x 12; four, 6 x 4, 3 x 4 or 2 x 8.
    ['a row', { input: { height: 4, width: 8, channels: 1 } }, 3, [3, 2, 2]],
    // Columns two apart are no run, and those of two pixels are one: 6 x 12 or 3 x 24 clocks; 6 x 12 or 3 x 12; 6 x 12 or 3 x 8.
    ['a dilated row', { input: { height: 7, width: 10, channels: 1 }, dilation: 2 }, 2, [1, 2, 2]],
  ])('should take the pixels of %s side by side that take the fewest clocks', (_, fields, columns, expected) => {
    const layer = layerOf({ kernelHeight: 4, kernelWidth: 3, ...fields });
    const packed = (tapsPerClock: number): number => planLayer(layer, { rows: 1, columns, tapsPerClock }, 1).packed;
    expect([1, 2, 4].map(packed)).toEqual(expected);
  });

  it('should leave words where they are', () => {
    const images = { height: 5, width: 9, channels: 3 };
    const weights = Uint8Array.from({ length: 5 * 27 }, (_, tap) => tap);
    const fields = { input: images, filters: 5, kernelHeight: 3, kernelWidth: 3 };
    const network = networkOf('words', [quantizedOf(fields, { weights })]);
    const room: Configuration = { ...base, columns: 5, activationDepth: 8192, resultDepth: 8192 };
    const [one, two, four] = [1, 2, 4].map((tapsPerClock) => compileNetwork(network, { ...room, tapsPerClock }));
    for (const several of [two!, four!]) {
      expect(several.plans.map(({ tileClocks }) => tileClocks)).not.toEqual(
        one!.plans.map(({ tileClocks }) => tileClocks),
      );
      expect(several.program).toEqual(one!.program);
      expect(several.weights).toEqual(one!.weights);
      expect(several.images).toEqual(one!.images);
    }
  });
});

describe('planLayer where pixels do not divide a row', () => {
  /** 19 columns of 21 input columns, 16 groups of one filter. */
  const depthwise = layerOf({
    input: { height: 19, width: 21, channels: 16 },
    filters: 16,
    groups: 16,
    kernelHeight: 3,
    kernelWidth: 3,
  });

  it('should leave some columns to a part of fewer pixels', () => {
    // 19 x 16 clocks, as sums leave in 16; 36 and 33; 54 and 16.
    const plan = planLayer(depthwise, { rows: 1, columns: 16 }, 1);
    expect(plan).toMatchObject({
      columns: { from: 0, to: 10 },
      packed: 10,
      windowColumns: 1,
      kernelColumns: 12,
      taps: 36,
      rest: { columns: { from: 10, to: 19 }, packed: 9, windowColumns: 1, kernelColumns: 11, taps: 33, rest: null },
    });
    expect(columnParts(plan).map(({ columns, rest }) => [columns.from, columns.to, rest])).toEqual([
      [0, 10, null],
      [10, 19, null],
    ]);
    expect(weightWords(plan)).toBe(16 * 36 + 16 * 33);
  });

  it('should not where that is not asked for', () => {
    const plan = planLayer(depthwise, { rows: 1, columns: 16 }, 1, { parted: false });
    expect(plan).toMatchObject({ columns: { from: 0, to: 19 }, packed: 1, windowColumns: 19, rest: null });
  });

  const network = networkOf('wide', [quantizedOf(depthwise, { weights: new Uint8Array(16 * 9) })]);
  const room: Configuration = { ...base, activationDepth: 8192, resultDepth: 8192, weightDepth: 16 * 69 };

  it('should run the parts one after the other, with their weights', () => {
    const { plans, records, weights, weightParts, program } = compileNetwork(network, room);
    expect(records.map(({ plan, weightBase }) => [plan.columns, weightBase])).toEqual([
      [{ from: 0, to: 10 }, 0],
      [{ from: 10, to: 19 }, 16 * 36],
    ]);
    expect(weights).toHaveLength(16 * 69 * weightParts);
    expect(weightWords(plans[0]!)).toBe(16 * 69);
    const fields = [0, 1].map((record) =>
      readFields(program.slice(record * PROGRAM_WORDS, (record + 1) * PROGRAM_WORDS)),
    );
    // The second begins 10 columns of 16 channels to the right, in the map that is read and in the one that is written.
    expect(fields.map(({ origin, convolved, out }) => [origin.address, origin.x, convolved.x, out.base])).toEqual([
      [0, 0, 0, 0],
      [160, 10, 10, 160],
    ]);
  });

  it.each<[string, Partial<Configuration>]>([
    ['words for the weights of both', { weightDepth: 16 * 69 - 1 }],
    ['words for the program of both', { programDepth: 2 * PROGRAM_WORDS - 1 }],
  ])('should be one part where there are too few %s', (_, sizes) => {
    const { records } = compileNetwork(network, { ...room, ...sizes });
    expect(records.map(({ plan }) => plan.columns)).toEqual([{ from: 0, to: 19 }]);
  });

  it('should say where each value is made', () => {
    const laid = compileNetwork(network, room);
    // Row 2 of channel 5, a tile a row and channel: first all of one part, then all of the other.
    const madeIn = (column: number) => cellOf(laid, 0, 0, (2 * 19 + column) * 16 + 5);
    expect(madeIn(9)).toEqual({ tile: 5 * 17 + 2, row: 0, column: 9 });
    expect(madeIn(10)).toEqual({ tile: 16 * 17 + 5 * 17 + 2, row: 0, column: 0 });
  });
});

describe('planLayer for cells of minima', () => {
  const wide = (cell: Layer['cell']): Layer =>
    layerOf({ cell, input: { height: 4, width: 8, channels: 1 }, kernelHeight: 4, filters: 2 });

  it.each<[string, Layer, number, Partial<LayerPlan>]>([
    // Two pixels of two filters, and of their activations; three do not divide eight.
    ['two pixels', wide('adder'), 6, { packed: 2, sumColumns: true, tileFilters: 2, lastFilters: 2, taps: 8 }],
    ['one pixel where two have no room', wide('adder'), 5, { packed: 1, sumColumns: false, tileFilters: 2 }],
    ['pixels that multiply without sums of activations', wide('multiply'), 5, { packed: 2, sumColumns: false }],
    ['as many filters as there are columns', wide('adder'), 2, { packed: 1, sumColumns: false, filterTiles: 1 }],
  ])('should cut %s', (_, layer, columns, expected) => {
    expect(planLayer(layer, { rows: 1, columns, cell: 'minimum' }, 1)).toMatchObject(expected);
  });
});

describe('weightPlanes', () => {
  it.each([
    [[0], 1],
    [[-1, 0], 1],
    [[1], 1],
    [[-2], 2],
    [[3, -4], 3],
    [[127, -127], 7],
    [[-128], 8],
    [[-32768, 32767], 16],
  ])('should be the bits of %j without the sign', (weights, planes) => {
    expect(weightPlanes(quantizedOf({ cell: 'multiply' }, { weights: Int16Array.from(weights) }), {})).toBe(planes);
  });

  it('should be one where cells add', () => {
    expect(weightPlanes(quantizedOf({}, { weights: Uint8Array.of(255) }), {})).toBe(1);
  });
});

function compiled(layer: QuantizedLayer, change: Partial<Configuration> = {}): CompiledNetwork {
  return compileNetwork(networkOf('n', [layer]), { ...base, ...change });
}

/** Lanes of each weight word: a code, or null where the lane is not used. */
function lanes({ weights, weightParts, configuration }: CompiledNetwork): (number | null)[][] {
  const { columns, dataBits } = configuration;
  return Array.from({ length: weights.length / weightParts }, (_, word) =>
    Array.from({ length: columns }, (__, column) => {
      const lane = getLane(weights, word * weightParts, column, dataBits + 1);
      return lane >= 2 ** dataBits ? lane - 2 ** dataBits : null;
    }),
  );
}

describe('weight words', () => {
  it('should leave to each packed pixel its own window', () => {
    const layer = quantizedOf(
      { input: { height: 1, width: 3, channels: 1 }, kernelWidth: 2 },
      { weights: Uint8Array.of(7, 0) },
    );
    expect(lanes(compiled(layer, { columns: 3 }))).toEqual([
      [7, null, null],
      [0, 7, null],
      [null, 0, null],
    ]);
  });

  it('should have a column for the activations of each packed pixel of minima', () => {
    const layer = quantizedOf(
      { input: { height: 1, width: 3, channels: 1 }, kernelWidth: 2 },
      { weights: Uint8Array.of(7, 0) },
    );
    expect(lanes(compiled(layer, { columns: 4, cell: 'minimum' }))).toEqual([
      [7, 255, null, null],
      [0, 255, 7, 255],
      [null, null, 0, 255],
    ]);
  });

  it('should hold one digit of multiplying weights a plane, the highest first', () => {
    const layer = quantizedOf(
      { input: { height: 1, width: 1, channels: 3 }, cell: 'multiply' },
      { weights: Int16Array.of(-3, 2, 5), padCodes: new Uint8Array(3) },
    );
    const net = { ...networkOf('n', [layer]), imageBits: 6 };
    // 011 below zero, which is |x - 63|, 010 and 101.
    expect(lanes(compileNetwork(net, { ...base, columns: 1 }))).toEqual(
      [null, null, 0, 63, 0, null, 63, null, 0].map((lane) => [lane]),
    );
  });

  it('should follow each other by group, tile of filters, kernel row and channel', () => {
    const layer = quantizedOf(
      { input: { height: 2, width: 1, channels: 4 }, kernelHeight: 2, filters: 6, groups: 2 },
      // Filter f: 10 f + tap, taps in the order of row and channel.
      { weights: Uint8Array.from({ length: 24 }, (_, at) => 10 * Math.floor(at / 4) + (at % 4)) },
    );
    expect(lanes(compiled(layer, { columns: 2 }))).toEqual([
      ...[0, 1, 2, 3].map((tap) => [tap, 10 + tap]),
      ...[0, 1, 2, 3].map((tap) => [20 + tap, null]),
      ...[0, 1, 2, 3].map((tap) => [30 + tap, 40 + tap]),
      ...[0, 1, 2, 3].map((tap) => [50 + tap, null]),
    ]);
  });
});

/** Fields of a fold word. */
function foldOf({ folds }: CompiledNetwork, filter: number): Record<string, bigint> {
  const word = [2, 1, 0].reduce((bits, part) => (bits << 32n) | BigInt(folds[filter * FOLD_PARTS + part]!), 0n);
  return {
    mul: BigInt.asIntN(16, word),
    add: BigInt.asIntN(40, word >> 16n),
    shift: (word >> 56n) & 63n,
    shortcutMul: BigInt.asIntN(24, word >> 62n),
    unused: word >> 86n,
  };
}

describe('fold words', () => {
  const product = (mul: number, add: number, padCodes = Uint8Array.of(10, 20)): QuantizedLayer =>
    quantizedOf(
      { name: 'm', input: { height: 1, width: 2, channels: 2 }, kernelWidth: 2, cell: 'multiply' },
      {
        weights: Int16Array.of(2, -3, 5, 1),
        mul: Int16Array.of(mul),
        add: Float64Array.of(add),
        shift: Uint8Array.of(47),
        padCodes,
      },
    );

  it('should hold both slopes, the shift and the offset', () => {
    const net = networkOf('n', [
      quantizedOf({ name: 'a', filters: 2 }, { weights: Uint8Array.of(1, 2) }),
      quantizedOf(
        { name: 'b', source: 'a', input: { height: 1, width: 1, channels: 2 }, filters: 2 },
        { weights: new Uint8Array(4) },
      ),
      quantizedOf(
        { name: 'c', source: 'b', shortcut: 'a', input: { height: 1, width: 1, channels: 2 }, filters: 2 },
        {
          weights: new Uint8Array(4),
          mul: Int16Array.of(-32768, 3),
          add: Float64Array.of(-(2 ** 39), 2 ** 39 - 1),
          shift: Uint8Array.of(47, 5),
          shortcutMul: Int32Array.of(-(2 ** 23) + 1, 2 ** 23 - 1),
        },
      ),
    ]);
    const words = compileNetwork(net, base);
    expect(foldOf(words, 0)).toEqual({ mul: 1n, add: 0n, shift: 0n, shortcutMul: 0n, unused: 0n });
    expect(foldOf(words, 4)).toEqual({
      mul: -32768n,
      add: -(2n ** 39n),
      shift: 47n,
      shortcutMul: 1n - 2n ** 23n,
      unused: 0n,
    });
    expect(foldOf(words, 5)).toEqual({
      mul: 3n,
      add: 2n ** 39n - 1n,
      shift: 5n,
      shortcutMul: 2n ** 23n - 1n,
      unused: 0n,
    });
  });

  it('should take the padding and minus signs out of products', () => {
    // In the sum beside (x - pad) w: 10 x 2 - 20 x 3 + 10 x 5 + 20 x 1 = 30, and 255 x 3 of the one weight below zero.
    expect(foldOf(compiled(product(3, 7)), 0)).toMatchObject({ mul: 3n, add: 7n - 3n * 795n });
    expect(foldOf(compiled(product(-3, 7)), 0)).toMatchObject({ mul: -3n, add: 7n + 3n * 795n });
  });

  it('should take the padding of each group out of its products', () => {
    const layer = quantizedOf(
      { input: { height: 1, width: 1, channels: 2 }, groups: 2, filters: 2, cell: 'multiply' },
      { weights: Int16Array.of(5, 7), padCodes: Uint8Array.of(10, 20) },
    );
    const words = compiled(layer);
    expect([foldOf(words, 0)['add'], foldOf(words, 1)['add']]).toEqual([-50n, -140n]);
  });

  it('should refuse offsets that leave 40 bits with these in them', () => {
    expect(foldOf(compiled(product(-1, 2 ** 39 - 796)), 0)).toMatchObject({ add: 2n ** 39n - 1n });
    expect(() => compiled(product(-1, 2 ** 39 - 795))).toThrow(
      'Expected layer m to have offsets of 40 bits with the constants of its products in them, but received 549755813888 for filter 0.',
    );
    expect(() => compiled(product(1, 794 - 2 ** 39))).toThrow('but received -549755813889 for filter 0.');
  });
});

describe('padding codes', () => {
  it('should be shared by layers that read the same', () => {
    const input = { height: 2, width: 2, channels: 3 };
    const layer = (name: string, source: string, padCodes: number[], padding = 1, groups = 1): QuantizedLayer =>
      quantizedOf(
        {
          name,
          source,
          input,
          filters: 3,
          groups,
          padding,
          kernelHeight: 2 * padding + 1,
          kernelWidth: 2 * padding + 1,
        },
        { weights: new Uint8Array((3 * 9 * 3) / groups), padCodes: Uint8Array.from(padCodes) },
      );
    const { pads, placements } = compileNetwork(
      networkOf('n', [
        layer('each', 'image', [5, 6, 7]),
        layer('one', 'each', [6, 6, 6]),
        layer('none', 'one', [1, 2, 3], 0),
        layer('again', 'each', [5, 6, 7]),
        layer('other', 'image', [6, 7, 8]),
        layer('depthwise', 'one', [8, 8, 8], 1, 3),
        layer('groups', 'one', [8, 8, 9], 1, 3),
      ]),
      base,
    );
    expect([...pads]).toEqual([5, 6, 7, 6, 7, 8, 8, 8, 9]);
    expect(placements.map(({ padBase, padEach }) => [padBase, padEach])).toEqual([
      [0, true],
      [1, false],
      [0, false],
      [0, true],
      [3, true],
      [5, false],
      [6, true],
    ]);
  });
});
