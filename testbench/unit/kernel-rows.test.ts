// SPDX-License-Identifier: Apache-2.0
// Pictures laid by the rows of the first kernel: worked by hand, and when they are.

import { describe, expect, it } from 'vitest';
import {
  compileNetwork,
  type CompiledNetwork,
  type Configuration,
  getLane,
  kernelRows,
  kernelRowsShape,
  loadConfiguration,
  planHeld,
  PROGRAM_WORDS,
} from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { picturePacket } from '../../src/device/network-packets.ts';
import { type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { readFields } from '../support/program-fields.ts';

/** Four lanes. */
const base: Configuration = {
  ...loadConfiguration('tiny'),
  programDepth: 8 * PROGRAM_WORDS,
  partialDepth: 100,
  resultDepth: 100,
};

/** A layer whose weights are 1, 2, 3 ... */
function counting(fields: Partial<Layer>, padCodes: readonly number[]): QuantizedLayer {
  const layer = layerOf(fields);
  return quantizedOf(layer, {
    weights: Uint8Array.from({ length: layerGeometry(layer).taps * layer.filters }, (_, tap) => tap + 1),
    padCodes: Uint8Array.from(padCodes),
  });
}

/** Pictures of 1x4 pixels of two channels; two rows of three columns, two apart, with a column and a row around the map. */
const twoApart = counting(
  { name: 'a', input: { height: 1, width: 4, channels: 2 }, kernelHeight: 2, kernelWidth: 3, stride: 2, padding: 1 },
  [91, 92],
);
const picture = Uint8Array.of(10, 11, 20, 21, 30, 31, 40, 41);

/** Pictures of 6x6 pixels of one channel. */
const plain: Partial<Layer> = {
  name: 'a',
  input: { height: 6, width: 6, channels: 1 },
  kernelHeight: 3,
  kernelWidth: 3,
  filters: 4,
};

function held(layers: readonly QuantizedLayer[], sizes: Partial<Configuration> = {}): CompiledNetwork {
  return compileNetwork(networkOf('n', layers), { ...base, ...sizes }, { schedule: 'weight' });
}

/** Words of a picture and folds of the first layer. */
function layOf(compiled: CompiledNetwork): string {
  const { images, plans } = compiled;
  return `${images.rowsOf?.layer.name ?? 'plain'}, ${images.words} words, ${plans[0]!.taps} folds`;
}

describe('pictures laid by the rows of a kernel', () => {
  it('should hold what a row of it covers, padding too', () => {
    expect(kernelRowsShape(twoApart.layer)).toEqual({ height: 1, width: 2, channels: 6 });
    const before = [91, 92, 10, 11, 20, 21];
    const after = [20, 21, 30, 31, 40, 41];
    expect([...kernelRows(picture, twoApart)]).toEqual([...before, ...after]);
  });

  it('should have its columns as far apart as they are', () => {
    const dilated = counting({ ...twoApart.layer, stride: 1, dilation: 2 }, [91, 92]);
    // Columns -1, 1 and 3, then 0, 2 and 4.
    const rows = [91, 92, 20, 21, 40, 41, 10, 11, 30, 31, 91, 92];
    expect([...kernelRows(picture, { ...dilated, layer: { ...dilated.layer, kernelHeight: 1 } })]).toEqual(rows);
  });

  it('should leave out columns that no window reaches', () => {
    const layer = layerOf({ ...plain, pool: 3 });
    expect(layerGeometry(layer).convolved.width).toBe(4);
    expect(kernelRowsShape(layer)).toEqual({ height: 6, width: 3, channels: 3 });
  });

  it('should be blocks of lanes that the weights follow', () => {
    const compiled = held([twoApart]);
    const { words } = picturePacket(compiled, picture, 1, 0);
    const parts = words.length / 4;
    const lanes = (word: number): number[] => [0, 1, 2, 3].map((lane) => getLane(words, word * parts, lane, 8));
    expect([0, 1, 2, 3].map(lanes)).toEqual([
      [91, 92, 10, 11],
      [20, 21, 0, 0],
      [20, 21, 30, 31],
      [40, 41, 0, 0],
    ]);
    // The first row's six taps, then the second's; from the last channel of a block on, those in use 256 more.
    const weights = Array.from({ length: 16 }, (_, word) =>
      getLane(compiled.weights, word * compiled.weightParts, 0, 9),
    );
    const used = [4, 3, 2, 1, 0, 0, 6, 5, 10, 9, 8, 7, 0, 0, 12, 11];
    expect(weights).toEqual(used.map((weight) => (weight === 0 ? 0 : 256 + weight)));
    // Rows outside the map read the codes of all columns.
    const [{ words: pads }] = compiled.padWords as [CompiledNetwork['padWords'][0]];
    expect([...pads]).toEqual([0x5c5b5c5b, 0x00005c5b]);
  });

  it('should be read by a nest of one column a kernel, a column a pixel', () => {
    const fields = readFields(held([twoApart]).program);
    expect(fields).toMatchObject({ origin: { y: -1, x: 0, address: -4 }, input: { height: 1, width: 2 } });
    expect(fields.loops.slice(0, 3)).toMatchObject([{ count: 2 }, { count: 1 }, { count: 2, address: 4, y: 1, x: 0 }]);
    expect(fields.loops[6]).toMatchObject({ count: 2, address: 2, x: 1, y: 0 });
  });
});

describe('how pictures are laid', () => {
  const first = counting(plain, [0]);
  const more = (fields: Partial<Layer>): QuantizedLayer => counting({ ...plain, ...fields }, [0]);

  it.each<[string, string, readonly QuantizedLayer[], Partial<Configuration>]>([
    ['by rows where that takes fewer folds', 'a, 24 words, 3 folds', [first], {}],
    ['plain where another layer reads them', 'plain, 36 words, 9 folds', [first, more({ name: 'b' })], {}],
    [
      'plain where channels fill the lanes',
      'plain, 36 words, 9 folds',
      [counting({ ...plain, input: { height: 6, width: 6, channels: 4 } }, [0, 0, 0, 0])],
      {},
    ],
    ['plain where the kernel has one column', 'plain, 36 words, 3 folds', [more({ kernelWidth: 1 })], {}],
    ['plain with one lane', 'plain, 36 words, 9 folds', [first], { rows: 1, columns: 1 }],
    // Sums of three distances take two bits more than one.
    ['plain where sums are too short', 'plain, 36 words, 9 folds', [first], { accBits: 9 }],
    // Five columns are two words of four lanes: of 6 x 2 positions.
    ['by rows of two blocks', 'a, 24 words, 6 folds', [more({ kernelWidth: 5, kernelHeight: 3 })], {}],
  ])('should be %s', (_, expected, layers, sizes) => {
    expect(layOf(held(layers, sizes))).toBe(expected);
  });

  it('should be plain where only that fits', () => {
    // Padded, five columns take two words a pixel: 72 in place of 36, and a bank of its own for the next picture.
    const wide = counting({ ...plain, kernelWidth: 5, kernelHeight: 5, padding: 2 }, [7]);
    expect(layOf(held([wide]))).toBe('a, 72 words, 10 folds');
    expect(layOf(held([wide], { activationDepth: 72 }))).toBe('a, 72 words, 10 folds');
    expect(layOf(held([wide], { activationDepth: 71 }))).toBe('plain, 36 words, 25 folds');
    expect(() => held([wide], { activationDepth: 35 })).toThrow('Expected activationDepth to be at least 36 words');
  });

  it('should be counted, words of pictures and clocks', () => {
    const network = networkOf('n', [first]);
    const [{ cycles, events }] = networkCounters(network, base, 2, 'weight') as [
      ReturnType<typeof networkCounters>[number],
    ];
    // For each of two images 3 folds of 16 pixels.
    expect(cycles.stream).toBe(2 * 3 * 16);
    expect(events).toMatchObject({ activationReads: 2 * 48, weightReads: 2 * 12, sads: 2 * 4 * 9 * 16 });
    expect(hostCycles(network, base, 2, 'weight').imageLoad).toBe(2 * (24 + 2));
  });

  it('should be so where weights are not known', () => {
    const { plans } = planHeld([first.layer], base);
    expect(plans[0]!.reads).toEqual({ byRows: true, width: 4, depth: 3, stride: 1, padding: 0 });
  });
});
