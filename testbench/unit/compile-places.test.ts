// SPDX-License-Identifier: Apache-2.0
// Where maps lie in the two activation buffers, and the words of a layer.

import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, loadConfiguration, PROGRAM_WORDS } from '../../src/compile/index.ts';
import { type Layer, layerGeometry, type QuantizedLayer, resnet20 } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';

const base: Configuration = { ...loadConfiguration('cifar'), columns: 4, resultDepth: 100 };

/** A layer of zeros that keeps the size of a map of 2x2 pixels. */
function same(fields: Partial<Layer>): QuantizedLayer {
  const layer = layerOf({ input: { height: 2, width: 2, channels: 3 }, filters: 3, ...fields });
  const weights = new Uint8Array(layerGeometry(layer).taps * layer.filters);
  return quantizedOf(layer, { weights, shortcutMul: new Int32Array(layer.shortcut === null ? 0 : layer.filters) });
}

/** Places of a network of such layers as text: what a layer reads, adds and writes. */
function placesOf(layers: readonly QuantizedLayer[], activationDepth = base.activationDepth): string[] {
  const { placements, images } = compileNetwork(networkOf('n', layers), { ...base, activationDepth });
  return [
    `pictures ${images.buffer}: ${images.addresses.join(', ')}`,
    ...placements.map(({ source, dest, shortcut }) =>
      [source, ...(shortcut ? [shortcut] : []), dest].map((place) => `${place.buffer}:${place.base}`).join(' '),
    ),
  ];
}

describe('places of maps', () => {
  it('should be the lowest that are free while a map lives', () => {
    // 12 words each. The pictures' two banks stay; a is free for c, and b for d.
    const chain = ['a', 'b', 'c', 'd', 'e'].map((name, i) =>
      same({ name, source: i === 0 ? 'image' : 'abcd'[i - 1]! }),
    );
    expect(placesOf(chain)).toEqual(['pictures 0: 0, 12', '0:0 1:0', '1:0 1:12', '1:12 1:0', '1:0 1:12', '1:12 2:0']);
    // With one bank, pictures make room as soon as a has read them.
    expect(placesOf(chain, 23)).toEqual(['pictures 0: 0', '0:0 1:0', '1:0 0:0', '0:0 1:0', '1:0 0:0', '0:0 2:0']);
    expect(() => placesOf(chain, 11)).toThrow('Expected activationDepth to be at least 12 words for the maps at');
  });

  it('should write over a shortcut that nothing reads later, in the other buffer than the source', () => {
    expect(
      placesOf([
        same({ name: 'a' }),
        same({ name: 'b', source: 'a' }),
        same({ name: 'c', source: 'b', shortcut: 'a' }),
        same({ name: 'd', source: 'c' }),
        same({ name: 'e', source: 'd', shortcut: 'c' }),
        same({ name: 'f', source: 'e' }),
      ]),
    ).toEqual(['pictures 0: 0, 12', '0:0 1:0', '1:0 0:24', '0:24 1:0 1:0', '1:0 0:24', '0:24 1:0 1:0', '1:0 2:0']);
  });

  it('should keep a shortcut that is read later or is pooled', () => {
    const block = (last: QuantizedLayer, pool: Partial<Layer> = {}): string =>
      placesOf([
        same({ name: 'a' }),
        same({ name: 'b', source: 'a' }),
        same({ name: 'c', source: 'b', shortcut: 'a', ...pool }),
        last,
      ])[3]!;
    expect(block(same({ name: 'd', source: 'c' }))).toBe('0:24 1:0 1:0');
    expect(block(same({ name: 'd', source: 'a' }))).toBe('0:24 1:0 1:12');
    expect(block(same({ name: 'd', source: 'c', input: { height: 1, width: 1, channels: 3 } }), { pool: 2 })).toBe(
      '0:24 1:0 1:12',
    );
  });

  it('should put a map that would clash into both buffers', () => {
    // b is added to what is read from it: read from 0, added from 1. a makes way for it.
    expect(
      placesOf([
        same({ name: 'a' }),
        same({ name: 'b', source: 'a' }),
        same({ name: 'c', source: 'b', shortcut: 'b' }),
        same({ name: 'd', source: 'c' }),
      ]),
    ).toEqual(['pictures 0: 0, 12', '0:0 1:0', '1:0 3:24', '0:24 1:24 1:0', '1:0 2:0']);
    // Of a, b and c each is added to another, so that b lies in both. Over it e may be written, as it is read last.
    expect(
      placesOf([
        same({ name: 'a' }),
        same({ name: 'b', source: 'a' }),
        same({ name: 'c', source: 'a', shortcut: 'b' }),
        same({ name: 'd', source: 'a', shortcut: 'c' }),
        same({ name: 'e', source: 'c', shortcut: 'b' }),
        same({ name: 'f', source: 'e' }),
      ]),
    ).toEqual([
      'pictures 0: 0, 12',
      '0:0 1:0',
      '1:0 3:24',
      '1:0 0:24 0:36',
      '1:0 0:36 1:12',
      '0:36 1:24 0:24',
      '0:24 2:0',
    ]);
  });

  it('should put the smaller of two maps into both, but never the pictures', () => {
    // One channel of 4 words; maps of three that are added to what is read from it, and to each other.
    const input = { height: 2, width: 2, channels: 1 };
    const three = (one: string, chain: readonly QuantizedLayer[]): string[] =>
      placesOf([
        ...chain,
        same({ name: 'a', source: one, input }),
        same({ name: 'b', source: one, input, shortcut: 'a' }),
        same({ name: 'c', source: 'a', shortcut: 'b' }),
        same({ name: 'd', source: one, input, shortcut: 'b' }),
        same({ name: 'e', source: 'd' }),
      ]).map((places) => places.replaceAll(/:\d+/g, ''));
    expect(three('image', [])).toEqual(['pictures 0: 0, 4', '0 1', '0 1 3', '1 0 0', '0 1 0', '0 2']);
    expect(three('p', [same({ name: 'p', input, filters: 1 })])).toEqual([
      'pictures 0: 0, 4',
      '0 3',
      '0 0',
      '1 0 1',
      '0 1 0',
      '0 1 0',
      '0 2',
    ]);
  });

  it('should read what lies in both from the buffer that the other map is not in', () => {
    // d reads b, which is in both, and adds c, which is in 0: where the pictures were, which have one bank.
    expect(
      placesOf(
        [
          same({ name: 'a' }),
          same({ name: 'b', source: 'a' }),
          same({ name: 'c', source: 'b', shortcut: 'b' }),
          same({ name: 'd', source: 'b', shortcut: 'c' }),
          same({ name: 'e', source: 'a', shortcut: 'd' }),
        ],
        24,
      ),
    ).toEqual(['pictures 0: 0', '0:0 1:0', '1:0 3:12', '0:12 1:12 0:0', '1:12 0:0 0:0', '1:0 0:0 2:0']);
  });

  it('should not write over a shortcut where the other buffer is in use', () => {
    // c goes into both, for d reads and adds it; in place of b it would be in place of a, too, which it reads.
    expect(
      placesOf(
        [
          same({ name: 'a' }),
          same({ name: 'b', source: 'a' }),
          same({ name: 'c', source: 'a', shortcut: 'b' }),
          same({ name: 'd', source: 'c', shortcut: 'c' }),
        ],
        24,
      ),
    ).toEqual(['pictures 0: 0', '0:0 1:0', '1:0 0:0', '1:0 0:0 3:12', '0:12 1:12 2:0']);
  });

  it('should hold resnet20 in 24,576 words a buffer', () => {
    const layers = resnet20.layers.map((layer) => {
      const length = layerGeometry(layer).taps * layer.filters;
      // Eight bits where cells multiply.
      const weights = layer.cell === 'adder' ? new Uint8Array(length) : new Int16Array(length).fill(-128);
      const shortcutMul = new Int32Array(layer.shortcut === null ? 0 : layer.filters);
      return quantizedOf(layer, { weights, shortcutMul, poolShift: layer.poolKind === 'average' ? 6 : 0 });
    });
    const compile = (activationDepth: number) =>
      compileNetwork(networkOf('resnet20', layers), { ...loadConfiguration('cifar'), activationDepth });
    expect(compile(24576).images.addresses).toHaveLength(2);
    expect(() => compile(24575)).toThrow(
      'Expected activationDepth to be at least 24576 words for the maps at the time of layer layer2.0.downsample, but received 24575.',
    );
  });
});

describe('program words', () => {
  it('should be these for a multiplying, padded, pooled layer that adds a shortcut', () => {
    // c reads a 4x6 map of 2 channels in 2 groups, stride 1, padding 1, 3x3, and pools 2x2: 4x6x2 sums, 2x3x2 codes.
    const input = { height: 4, width: 6, channels: 2 };
    const shared = { input, filters: 2, kernelHeight: 3, kernelWidth: 3, padding: 1 };
    const c = same({ ...shared, name: 'c', source: 'b', shortcut: 'a', groups: 2, cell: 'multiply', pool: 2 });
    const { program, plans, pads } = compileNetwork(
      networkOf('n', [
        same({ ...shared, name: 'a' }),
        same({ ...shared, name: 'b', source: 'a' }),
        { ...c, weights: new Int16Array(18).fill(-3), padCodes: Uint8Array.of(9, 9), low: 5, bits: 7 },
        same({ name: 'd', source: 'c', input: { height: 2, width: 3, channels: 2 } }),
      ]),
      base,
    );
    // Three pixels on three columns: 2 x 2 more columns in the union.
    expect(plans[2]).toMatchObject({ packed: 3, tileFilters: 1, kernelColumns: 7, taps: 21, planes: 2 });
    // a and b: 18 taps, two pixels and so 24 in the union; pictures lie at 0 to 95, b's map behind them.
    expect([plans[0]!.taps, plans[1]!.taps]).toEqual([24, 24]);
    expect([...pads]).toEqual([0, 9]);
    const hex = (word: number): string => word.toString(16).padStart(8, '0');
    expect([...program.subarray(2 * PROGRAM_WORDS, 3 * PROGRAM_WORDS)].map(hex)).toEqual([
      'ad000044', // reads 0, adds 1, writes 1
      '00060000', // 1 channel, 7 columns
      '00010002', // 3 rows, 2 planes
      '00010001', // windows of 2x2
      '00010000', // 1 window of three pixels, 2 rows of them
      '00010000', // 1 tile, 2 groups
      '00000002',
      '0000000c',
      '00000002',
      '0000000c',
      '00000000', // there is one window in a row
      '00000018',
      '00000001',
      '00010001',
      '00010001',
      '00020000',
      hex(96 - 14), // a row and a column before the map
      'ffffffff',
      '00040006',
      '00000030',
      '00000004',
      '007f0005',
      '00000001',
      '03030101', // three columns of one filter
      '00000000',
      '00040006',
      '00020006',
      '00000030', // behind the shortcut's map
      '00000006',
      '00000006',
      '00000001',
      '00000004',
      '00000001',
      '00000000', // the shortcut's map
      '00000002',
      '0000000c',
      '0000000c',
      '00000018',
      '00000008',
      '00000003',
    ]);
  });
});
