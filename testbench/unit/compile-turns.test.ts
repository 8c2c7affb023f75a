// SPDX-License-Identifier: Apache-2.0
// Networks whose layers have a schedule each: which maps are turned, what that makes of places and needs, and what is
// refused.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  type LayerSchedule,
  sizeNeeds,
  type Stay,
  turnMaps,
} from '../../src/compile/index.ts';
import { checkNetwork, type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { THREE_LANES } from '../support/configurations.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';

/** A layer of zeros. */
function zeros(fields: Partial<Layer>): QuantizedLayer {
  const layer = layerOf(fields);
  const shortcutMul = new Int32Array(layer.shortcut === null ? 0 : layer.filters);
  return quantizedOf(layer, { weights: new Uint8Array(layerGeometry(layer).taps * layer.filters), shortcutMul });
}

/** Layers of 1x1 taps of one map of 2x2 pixels of three channels, each by its source and what it adds. */
function layersOf(...ties: readonly (readonly [source: string, shortcut?: string])[]): QuantizedLayer[] {
  return ties.map(([source, shortcut = null], index) =>
    zeros({ name: 'abcdef'[index]!, source, shortcut, input: { height: 2, width: 2, channels: 3 }, filters: 3 }),
  );
}

/** A network with the maps that are turned, as text: what stays, the layer, what it reads and adds. */
function turned(layers: readonly QuantizedLayer[], ...stays: Stay[]): string[] {
  const { network, schedule } = turnMaps(networkOf('n', layers), stays, 2);
  checkNetwork(network.network);
  expect(network.layers.map(({ layer }) => layer)).toEqual(network.network.layers);
  expect(schedule.images).toBe(2);
  return network.network.layers.map(({ name, source, shortcut }, index) =>
    [schedule.stays[index], name, source, shortcut ?? []].flat().join(' '),
  );
}

describe('maps that are turned', () => {
  it('should be none where all layers leave sums in the cells', () => {
    expect(turned(layersOf(['image'], ['a']), 'output', 'output')).toEqual(['output a image', 'output b a']);
  });

  it('should be those that the other kind of layer reads, and results', () => {
    expect(turned(layersOf(['image'], ['a'], ['b'], ['c']), 'output', 'weight', 'output', 'weight')).toEqual([
      'output a image',
      'to-channels a-turned a',
      'weight b a-turned',
      'to-images b-turned b',
      'output c b-turned',
      'to-channels c-turned c',
      'weight d c-turned',
      'to-images d-turned d',
    ]);
  });

  it('should be turned once, for all that read and add them, and read as they are by the others', () => {
    const layers = layersOf(['image'], ['a'], ['a', 'b'], ['b', 'a'], ['a', 'd']);
    expect(turned(layers, 'output', 'weight', 'output', 'weight', 'output')).toEqual([
      'output a image',
      'to-channels a-turned a',
      'weight b a-turned',
      'to-images b-turned b',
      'output c a b-turned',
      'weight d b a-turned',
      'to-images d-turned d',
      'output e a d-turned',
    ]);
  });

  it('should be turned for a later reader as results are, once', () => {
    // The last layer's map is results, whoever else is of its kind.
    expect(turned(layersOf(['image'], ['image']), 'weight', 'weight')).toEqual([
      'weight a image',
      'weight b image',
      'to-images b-turned b',
    ]);
  });

  it('should have names of their own', () => {
    const [a, b, c] = layersOf(['image'], ['a'], ['a-turned']) as [QuantizedLayer, QuantizedLayer, QuantizedLayer];
    const taken = [a, { ...b, layer: { ...b.layer, name: 'a-turned' } }, c];
    expect(turned(taken, 'output', 'weight', 'output')).toEqual([
      'output a image',
      'to-channels a-turned- a',
      'weight a-turned a-turned-',
      'to-images a-turned-turned a-turned',
      'output c a-turned-turned',
    ]);
  });

  it('should hold the codes of the maps that they turn, however wide these are', () => {
    const input = { height: 1, width: 2, channels: 2 };
    // |x - 3| and x * 16 of 8 bits; an average of two pixels of 4 bits.
    const first = zeros({ name: 'a', input, filters: 2, kernelWidth: 1 });
    const wide = {
      ...first,
      weights: Uint8Array.of(3, 0, 0, 0),
      mul: Int16Array.of(1, -2),
      add: Float64Array.of(0, 255),
    };
    const { network } = turnMaps(networkOf('n', [wide]), ['weight'], 1);
    const { maps } = inferReference(network, Uint8Array.of(0, 9, 200, 50), 1);
    // |0 - 3| + 9, 255 - 2 * 9; |200 - 3| + 50, and one below 0
    expect([...maps[0]!]).toEqual([12, 237, 247, 0]);
    expect(maps[1]).toEqual(maps[0]);
    expect(network.layers[1]).toMatchObject({ bits: 8, low: 0, layer: { groups: 2, relu: false } });
    const narrow = turnMaps(networkOf('n', [{ ...first, bits: 4 }]), ['weight'], 1).network;
    expect(narrow.layers[1]!.bits).toBe(4);
  });

  it('should be turned of a network without integers, too', () => {
    const layers = layersOf(['image'], ['a']).map(({ layer }) => layer);
    const { network } = turnMaps({ name: 'n', layers }, ['weight', 'output'], 2);
    expect(network.layers.map(({ name }) => name)).toEqual(['a', 'a-turned', 'b']);
  });
});

/** Pictures of 2x3 pixels of one channel, a map of as many of five, one of 2x2 of four, one of 1x2 of two. */
const LAYERS = [
  zeros({ name: 'a', input: { height: 2, width: 3, channels: 1 }, filters: 5 }),
  zeros({ name: 'b', source: 'a', input: { height: 2, width: 3, channels: 5 }, kernelWidth: 2, filters: 4 }),
  zeros({ name: 'c', source: 'b', input: { height: 2, width: 2, channels: 4 }, kernelHeight: 2, filters: 2 }),
];

function compiled(images: number, sizes: Partial<Configuration> = {}): CompiledNetwork {
  const { network, schedule } = turnMaps(networkOf('n', LAYERS), ['output', 'weight', 'weight'], images);
  return compileNetwork(network, { ...THREE_LANES, ...sizes }, { schedule });
}

describe('a network whose layers have a schedule each', () => {
  it('should have places for blocks of all images that a batch may have', () => {
    const places = (images: number): string[] =>
      compiled(images).placements.map(
        ({ source, dest }) => `${source.buffer}:${source.base} ${dest.buffer}:${dest.base}`,
      );
    // Two banks of pictures of 6 words, then 12 words of each image beside 30; then 8 of each, and 2 of each.
    expect(places(2)).toEqual(['0:0 1:0', '1:0 0:12', '0:12 1:0', '1:0 0:12', '0:12 2:0']);
    // Two banks and 36 words are 48; the last map, of 6 words, is the lowest behind the pictures again.
    expect(places(3)).toEqual(['0:0 1:0', '1:0 0:12', '0:12 1:0', '1:0 0:12', '0:12 2:0']);
  });

  it.each([
    [1, 30, 4],
    [2, 36, 4],
    [3, 48, 6],
  ])('should need what its maps take with %i images: %i words, and %i partial sums', (images, maps, partials) => {
    const { network, schedule } = turnMaps(networkOf('n', LAYERS), ['output', 'weight', 'weight'], images);
    const needs = sizeNeeds(network.network, THREE_LANES, network.layers, schedule);
    const needed = Object.fromEntries(needs.map((need) => [need.name, need.needed]));
    // b has 4 pixels, of each image by itself; c 2, of all images at once.
    expect(needed).toMatchObject({ activationDepth: maps, partialDepth: partials });
    // Two tiles of one word; two tiles of four folds of three words; four folds of three words. Five filters and two maps.
    expect(needed).toMatchObject({ weightDepth: 2 + 24 + 12, foldDepth: 7, resultDepth: 4, programDepth: 6 * 40 });
  });

  it.each<[Partial<Configuration>, string]>([
    [
      { activationDepth: 35 },
      'Expected activationDepth to be at least 36 words for the maps at the time of layer a-turned, and padding codes, ' +
        'but received 35.',
    ],
    [
      { partialDepth: 5 },
      'Expected partialDepth to be at least 6 words for the partial sums of layer c, but received 5.',
    ],
    [{ foldDepth: 6 }, 'Expected foldDepth to be at least 7 words for the folds of n, but received 6.'],
    [
      { resultDepth: 3 },
      'Expected resultDepth to be at least 4 words for the output of layer c-turned, but received 3.',
    ],
    [{ programDepth: 239 }, 'Expected programDepth to be at least 240 words for the program of n, but received 239.'],
  ])('should be refused where there is no room: %j', (sizes, message) => {
    expect(() => compiled(3, sizes)).toThrow(message);
  });

  const held = ['weight', 'to-images'] as const;
  const schedule = (stays: readonly Stay[], images = 2): LayerSchedule => ({ images, stays });
  const [one, other] = layersOf(['image'], ['a']) as [QuantizedLayer, QuantizedLayer];
  const grouped = (height: number, filters: number): QuantizedLayer =>
    zeros({ name: 'a', input: { height, width: 1, channels: 6 }, filters, groups: 2 });
  it.each<[string, QuantizedLayer, readonly Stay[], number, string]>([
    ['no images', one, held, 0, 'Expected images of a schedule to be an integer from 1 to 3, but received 0.'],
    [
      'more images than lanes',
      one,
      held,
      4,
      'Expected images of a schedule to be an integer from 1 to 3, but received 4.',
    ],
    ['a layer less', one, ['weight'], 2, 'Expected a schedule for the 2 layers of n, but received one for 1.'],
    [
      'groups of several rows',
      grouped(2, 6),
      held,
      1,
      'Expected layer a of n to have one group, or a map of one row, where its weights are held for images of a batch, on ' +
        'the array, but received 2 groups of 2 rows.',
    ],
    [
      'groups that lanes do not fill',
      grouped(1, 4),
      held,
      1,
      'Expected layer a of n to have groups of 3 channels and filters or a multiple, or one group, on the array, but ' +
        'received groups of 3 channels and 2 filters.',
    ],
  ])('should be refused: %s', (_, layer, stays, images, message) => {
    const { network } = turnMaps(networkOf('n', [layer]), ['weight'], 1);
    expect(() => compileNetwork(network, THREE_LANES, { schedule: schedule(stays, images) })).toThrow(message);
  });

  it.each<[readonly Stay[], string]>([
    [['output', 'weight'], 'Expected layer b of n to read blocks of channels, but received a map of a of values.'],
    [['weight', 'output'], 'Expected layer b of n to read values, but received a map of a of blocks of channels.'],
    [['weight', 'to-channels'], 'Expected layer b of n to read values, but received a map of a of blocks of channels.'],
    [['output', 'to-images'], 'Expected layer b of n to read blocks of channels, but received a map of a of values.'],
    [
      ['weight', 'weight'],
      'Expected the last layer of n to write values, but received b, which writes blocks of channels.',
    ],
  ])('should be refused where a map is not turned: %j', (stays, message) => {
    expect(() => compileNetwork(networkOf('n', [one, other]), THREE_LANES, { schedule: schedule(stays) })).toThrow(
      message,
    );
  });

  it('should be refused where layers read the pictures in two ways', () => {
    const { network, schedule: made } = turnMaps(
      networkOf('n', layersOf(['image'], ['image'])),
      ['weight', 'output'],
      2,
    );
    expect(() => compileNetwork(network, THREE_LANES, { schedule: made })).toThrow(
      'Expected layer b of n to read values, but received pictures of blocks of channels.',
    );
  });

  it('should take groups of one row', () => {
    const { network, schedule: made } = turnMaps(networkOf('n', [grouped(1, 6)]), ['weight'], 3);
    expect(compileNetwork(network, THREE_LANES, { schedule: made }).records).toHaveLength(2);
  });
});
