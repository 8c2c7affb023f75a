// SPDX-License-Identifier: Apache-2.0
// How leading layers whose maps do not fit are cut into strips of rows: worked by hand.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  loadConfiguration,
  PROGRAM_WORDS,
} from '../../src/compile/index.ts';
import { type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { readFields } from '../support/program-fields.ts';

const base: Configuration = { ...loadConfiguration('tiny'), programDepth: 64 * PROGRAM_WORDS };

/** A layer of zeros of 3x3 taps that keeps the size of the map that it reads. */
function same(fields: Partial<Layer>): QuantizedLayer {
  const layer = layerOf({ kernelHeight: 3, kernelWidth: 3, padding: 1, ...fields });
  const weights = new Uint8Array(layerGeometry(layer).taps * layer.filters);
  return quantizedOf(layer, { weights, shortcutMul: new Int32Array(layer.shortcut === null ? 0 : layer.filters) });
}

/** Pictures of 6x2 pixels, 12 words; a map of 36; one that is pooled to 3x1 pixels, and is read whole. */
const chain = [
  same({ name: 'a', input: { height: 6, width: 2, channels: 1 }, filters: 3 }),
  same({ name: 'b', source: 'a', input: { height: 6, width: 2, channels: 3 }, pool: 2 }),
  same({ name: 'c', source: 'b', input: { height: 3, width: 1, channels: 1 }, kernelWidth: 3, filters: 2 }),
];

function compiled(layers: readonly QuantizedLayer[], sizes: Partial<Configuration>): CompiledNetwork {
  return compileNetwork(networkOf('n', layers), { ...base, ...sizes });
}

/** Records as text: the layer and the rows of its map, and the rows that it reads. */
function rowsOf({ records }: CompiledNetwork): string[] {
  return records.map(({ layer, rows: { output, source } }) =>
    [`abcd`[layer], `${output.from}-${output.to}`, 'of', `${source.from}-${source.to}`].join(' '),
  );
}

function fieldsOf({ program }: CompiledNetwork, record: number) {
  return readFields(program.slice(record * PROGRAM_WORDS, (record + 1) * PROGRAM_WORDS));
}

describe('strips', () => {
  it('should be none where all maps fit', () => {
    const { strips, records } = compiled(chain, { activationDepth: 36 });
    expect(strips).toBeNull();
    expect(records).toHaveLength(3);
  });

  it('should be as few as fit, with the rows at their edges again', () => {
    // b's first row is pooled from rows 0 and 1, which are made of a's rows -1 to 2; its others of rows 1 to 6.
    const two = compiled(chain, { activationDepth: 35 });
    expect(rowsOf(two)).toEqual(['a 0-3 of 0-6', 'b 0-1 of 0-3', 'a 1-6 of 0-6', 'b 1-3 of 1-6', 'c 0-3 of 0-3']);
    expect(two.strips).toMatchObject({ layers: 2, strips: 2, heights: [5, null] });
    // Five rows of six words are too much; of three strips the second has most, rows 1 to 4.
    expect(rowsOf(compiled(chain, { activationDepth: 29 }))).toEqual([
      'a 0-3 of 0-6',
      'b 0-1 of 0-3',
      'a 1-5 of 0-6',
      'b 1-2 of 1-5',
      'a 3-6 of 0-6',
      'b 2-3 of 3-6',
      'c 0-3 of 0-3',
    ]);
  });

  it('should have one place, beside maps that stay from one to the next', () => {
    // Two banks of pictures at 0, and behind them all of b; a's strips in the other buffer. Then c's map of results.
    const { placements, images } = compiled(chain, { activationDepth: 30 });
    expect(images.addresses).toEqual([0, 12]);
    expect(placements.map(({ source, dest }) => [source, dest])).toEqual([
      [
        { buffer: 0, base: 0 },
        { buffer: 1, base: 0 },
      ],
      [
        { buffer: 1, base: 0 },
        { buffer: 0, base: 24 },
      ],
      [
        { buffer: 0, base: 24 },
        { buffer: 2, base: 0 },
      ],
    ]);
  });

  it('should be records of a nest, origins and heights of their own', () => {
    const two = compiled(chain, { activationDepth: 30 });
    const [, , a, b] = [0, 1, 2, 3].map((record) => fieldsOf(two, record));
    // Rows 1 to 5 of a from rows 0 to 6 of the pictures, a column before the map.
    expect(a).toMatchObject({ origin: { address: -1, y: 0, x: -1 }, input: { height: 6, width: 2 } });
    expect(a).toMatchObject({ convolved: { y: 1, height: 6 }, out: { base: 0 } });
    expect(a!.loops[7]!.count).toBe(5);
    // Rows 1 and 2 of b are windows of rows 2 to 5, made of rows 1 to 6, which lie at 0: one below them is padding.
    expect(b).toMatchObject({ origin: { address: -3, y: 0, x: -1 }, input: { height: 5, width: 2 } });
    expect(b).toMatchObject({ convolved: { y: 2, height: 6 }, out: { base: 25 } });
    expect(b!.loops[7]!.count).toBe(2);
  });

  it('should hold the rows that are added, and be written over them', () => {
    // c adds a's rows, which d reads no more: so its strip lies on a's.
    const input = { height: 12, width: 2, channels: 3 };
    const all = compiled(
      [
        same({ name: 'a', input: { height: 12, width: 2, channels: 1 }, filters: 3 }),
        same({ name: 'b', source: 'a', input, filters: 3 }),
        same({ name: 'c', source: 'b', shortcut: 'a', input, filters: 3 }),
        same({ name: 'd', source: 'c', input, kernelHeight: 1, kernelWidth: 1, padding: 0, pool: 2 }),
      ],
      { activationDepth: 70 },
    );
    expect(rowsOf(all)).toEqual([
      'a 0-8 of 0-12',
      'b 0-7 of 0-8',
      'c 0-6 of 0-7',
      'd 0-3 of 0-6',
      'a 4-12 of 0-12',
      'b 5-12 of 4-12',
      'c 6-12 of 5-12',
      'd 3-6 of 6-12',
    ]);
    const [, , c] = all.placements;
    expect(c!.dest).toEqual(c!.shortcut);
    // Its rows from 6 on are those of a from the third on that is there, of six words each.
    expect([2, 6].map((record) => fieldsOf(all, record).added.base - c!.shortcut!.base)).toEqual([0, 2 * 6]);
    // d writes the results, the second strip behind the first.
    expect([3, 7].map((record) => fieldsOf(all, record).out.base)).toEqual([0, 3]);
  });

  it('should compute no row again of a map that stays', () => {
    // b is added by e, which runs whole: c finds its rows there. Those of d are made of c's, and c's of b's next rows.
    const [one, many] = [1, 8].map((channels) => ({ height: 12, width: 2, channels }));
    const all = compiled(
      [
        same({ name: 'a', input: one!, filters: 8 }),
        same({ name: 'b', source: 'a', input: many! }),
        same({ name: 'c', source: 'b', input: one!, filters: 8 }),
        same({ name: 'd', source: 'c', input: many! }),
        same({ name: 'e', source: 'd', shortcut: 'b', input: one! }),
      ],
      { activationDepth: 170, resultDepth: 24 },
    );
    expect(all.strips).toMatchObject({ layers: 4, strips: 2, heights: [9, null, 7, null] });
    expect(all.records.map(({ layer, rows: { output } }) => `${'abcde'[layer]} ${output.from}-${output.to}`)).toEqual([
      'a 0-9',
      'b 0-8',
      'c 0-7',
      'd 0-6',
      'a 7-12',
      'b 8-12',
      'c 5-12',
      'd 6-12',
      'e 0-12',
    ]);
  });

  it('should send segments of weights again for each', () => {
    // Four filters a word: two tiles of 9 words, three of 72, one of 12.
    const wide = [
      same({ name: 'a', input: { height: 6, width: 2, channels: 1 }, filters: 8 }),
      same({ name: 'b', source: 'a', input: { height: 6, width: 2, channels: 8 }, filters: 12, pool: 2 }),
      same({ name: 'c', source: 'b', input: { height: 3, width: 1, channels: 12 }, kernelHeight: 1, kernelWidth: 1 }),
    ].map((one, index) => ({ ...one, weights: one.weights.map((_, at) => (at * 37 + index) % 256) }));
    const sizes = { activationDepth: 90, resultDepth: 45 };
    const { strips, segments, records, weights, weightParts } = compiled(wide, { ...sizes, weightDepth: 200 });
    expect(strips).toMatchObject({ layers: 2, strips: 2 });
    expect(records.map(({ layer, segment, weightBase }) => `${'abc'[layer]} ${segment} ${weightBase}`)).toEqual([
      'a false 0',
      ...[30, 102, 30].map((at) => `b true ${at}`),
      'a false 0',
      ...[102, 30, 102].map((at) => `b true ${at}`),
      'c false 18',
    ]);
    expect(weights).toHaveLength(30 * weightParts);
    const [first, second] = [segments.slice(0, 3), segments.slice(3)].map((strip) => strip.map((one) => one.weights));
    expect(first).toEqual(second);
    expect(first![0]).not.toEqual(first![1]);
  });
});

describe('a network that does not fit in strips either', () => {
  it('should be refused with the layer, the buffer and the least that would do', () => {
    // Three strips of a, of 24 words at most; the pictures, which are whole, and b beside them.
    expect(compiled(chain, { activationDepth: 24 }).strips).toMatchObject({ strips: 3 });
    expect(() => compiled(chain, { activationDepth: 23 })).toThrow(
      'Expected activationDepth to be at least 24 words for the maps at the time of layer a, with a to b in 3 strips, but received 23.',
    );
  });

  it('should be refused with the pictures, which are never cut', () => {
    // 36 words in one buffer; in the other a strip of 24 and b's 3.
    const large = same({ ...chain[0]!.layer, input: { height: 6, width: 2, channels: 3 } });
    expect(() => compiled([large, ...chain.slice(1)], { activationDepth: 35 })).toThrow(
      'Expected activationDepth to be at least 36 words for the maps at the time of layer a, but received 35.',
    );
  });

  it('should be refused where a program has no room for so many records', () => {
    const sizes = (records: number) => ({ activationDepth: 35, programDepth: records * PROGRAM_WORDS });
    expect(compiled(chain, sizes(5)).records).toHaveLength(5);
    expect(() => compiled(chain, sizes(4))).toThrow(
      'Expected activationDepth to be at least 36 words for the maps at the time of layer a, but received 35.',
    );
  });
});
