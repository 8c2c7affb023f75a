// SPDX-License-Identifier: Apache-2.0
// How leading layers whose weights are held are cut into strips of rows: worked by hand.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  loadConfiguration,
  PROGRAM_WORDS,
} from '../../src/compile/index.ts';
import { networkCounters, stripCost } from '../../src/cycles/index.ts';
import { type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { readFields } from '../support/program-fields.ts';

/** Four lanes. */
const base: Configuration = { ...loadConfiguration('tiny'), programDepth: 64 * PROGRAM_WORDS, partialDepth: 100 };

/** A layer of zeros of 3x3 taps that keeps the size of the map that it reads. */
function same(fields: Partial<Layer>): QuantizedLayer {
  const layer = layerOf({ kernelHeight: 3, kernelWidth: 3, padding: 1, ...fields });
  return quantizedOf(layer, { weights: new Uint8Array(layerGeometry(layer).taps * layer.filters) });
}

/** Pictures of 6x2 pixels, three of a row in a word; a map of as many of two words; one that is pooled to 3x1 pixels, and is read whole. */
const chain = [
  same({ name: 'a', input: { height: 6, width: 2, channels: 1 }, filters: 5 }),
  same({ name: 'b', source: 'a', input: { height: 6, width: 2, channels: 5 }, pool: 2 }),
  same({ name: 'c', source: 'b', input: { height: 3, width: 1, channels: 1 }, filters: 2 }),
];
const network = networkOf('n', chain);

function compiled(sizes: Partial<Configuration>): CompiledNetwork {
  return compileNetwork(network, { ...base, ...sizes }, { schedule: 'weight' });
}

/** Records as text: the layer and the rows of its map, and the rows that it reads. */
function rowsOf({ records }: CompiledNetwork): string[] {
  return records.map(({ layer, rows: { output, source } }) =>
    [`abc`[layer], `${output.from}-${output.to}`, 'of', `${source.from}-${source.to}`].join(' '),
  );
}

const TWO = ['a 0-3 of 0-6', 'b 0-1 of 0-3', 'a 1-6 of 0-6', 'b 1-3 of 1-6', 'c 0-3 of 0-3'];
const THREE = [
  'a 0-3 of 0-6',
  'b 0-1 of 0-3',
  'a 1-5 of 0-6',
  'b 1-2 of 1-5',
  'a 3-6 of 0-6',
  'b 2-3 of 3-6',
  'c 0-3 of 0-3',
];

describe('strips of layers whose weights are held', () => {
  it('should be none where all maps and partial sums fit', () => {
    // One bank of pictures and b's map in one buffer, a's in the other; 12 pixels of a, and of b before it is pooled.
    const { strips, records } = compiled({ activationDepth: 24, partialDepth: 12 });
    expect(strips).toBeNull();
    expect(records).toHaveLength(3);
  });

  it('should be as few as maps of blocks fit in', () => {
    // Rows of a are four words: five of them in two strips, four in three.
    const two = compiled({ activationDepth: 23 });
    expect(rowsOf(two)).toEqual(TWO);
    expect(two.strips).toMatchObject({ layers: 2, strips: 2, heights: [5, null] });
    expect(rowsOf(compiled({ activationDepth: 20 }))).toEqual(TWO);
    expect(rowsOf(compiled({ activationDepth: 19 }))).toEqual(THREE);
  });

  it('should be as few as partial sums fit in, where all maps do', () => {
    // Five rows of two pixels; four.
    expect(rowsOf(compiled({ partialDepth: 11 }))).toEqual(TWO);
    expect(rowsOf(compiled({ partialDepth: 10 }))).toEqual(TWO);
    expect(rowsOf(compiled({ partialDepth: 9 }))).toEqual(THREE);
  });

  it('should be records of a nest, origins and heights of their own', () => {
    const { program } = compiled({ activationDepth: 20 });
    const [, , a, b] = [0, 1, 2, 3].map((record) =>
      readFields(program.slice(record * PROGRAM_WORDS, (record + 1) * PROGRAM_WORDS)),
    );
    // Rows 1 to 5 of a from rows 0 to 6 of the pictures, whose words hold the column before the map, too.
    expect(a).toMatchObject({ origin: { address: 0, y: 0, x: 0 }, input: { height: 6, width: 2 } });
    expect(a).toMatchObject({ convolved: { y: 1, height: 6 }, out: { base: 0, column: 2, row: 4 } });
    expect(a!.loops[7]!.count).toBe(5);
    // Rows 1 and 2 of b are windows of rows 2 to 5, made of rows 1 to 6, which lie at 0: one below them is padding. Its
    // map lies behind the pictures.
    expect(b).toMatchObject({ origin: { address: -2, y: 0, x: -1 }, input: { height: 5, width: 2 } });
    expect(b).toMatchObject({ convolved: { y: 2, height: 6 }, out: { base: 13 } });
    expect(b!.loops[7]!.count).toBe(2);
  });

  it('should take the clocks of their folds, and the first weights of each', () => {
    // a is 3 rows of the kernel times 2 tiles of filters, over 3 rows of two pixels and over 5; b 9 positions of the kernel
    // times 2 blocks of channels, of one tile, over 1 row of two by two and over 2.
    const configuration = { ...base, activationDepth: 20 };
    const cycles = networkCounters(network, configuration, 1, 'weight').map((layer) => layer.cycles);
    expect(cycles[0]).toMatchObject({ setup: 42 + 27, stream: 6 * (6 + 10), drain: 5 + 5, flush: 15 + 15 });
    expect(cycles[1]).toMatchObject({ setup: 27 + 27, stream: 18 * (4 + 8), drain: 5 + 5, flush: 15 + 15 });
    expect(cycles[0]!.total).toBe(69 + 96 + 10 + 30);
    expect(stripCost(network, configuration, 3, 'weight')).toEqual({
      strips: 2,
      layers: [
        { name: 'a', rows: 5, haloCycles: 3 * 6 * 4, recordCycles: 3 * (27 + 5 + 15) },
        { name: 'b', rows: null, haloCycles: 0, recordCycles: 3 * (27 + 5 + 15) },
      ],
    });
  });
});

describe('a network that does not fit in strips either, with weights that are held', () => {
  it('should be refused with the layer, the buffer and the least that would do', () => {
    expect(compiled({ activationDepth: 16 }).strips).toMatchObject({ strips: 3 });
    expect(() => compiled({ activationDepth: 15 })).toThrow(
      'Expected activationDepth to be at least 16 words for the maps at the time of layer a, with a to b in 3 strips, ' +
        'and padding codes, but received 15.',
    );
    expect(compiled({ partialDepth: 8 }).strips).toMatchObject({ strips: 3 });
    expect(() => compiled({ partialDepth: 7 })).toThrow(
      'Expected partialDepth to be at least 8 words for the partial sums of layer a, with a to b in 3 strips, ' +
        'but received 7.',
    );
  });
});
