// SPDX-License-Identifier: Apache-2.0
// Program words of networks whose layers have a schedule each, worked by hand with the fields of docs/program.md: maps that
// are turned, and weights that are held for several images.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  PROGRAM_WORDS,
  type Stay,
  turnMaps,
} from '../../src/compile/index.ts';
import { type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { THREE_LANES } from '../support/configurations.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { encodeLayerFields, type FieldValues, LAYER_FIELDS, layerField } from '../support/program-document.ts';

/** A layer of zeros. */
function zeros(fields: Partial<Layer>, rest: Partial<QuantizedLayer> = {}): QuantizedLayer {
  const layer = layerOf(fields);
  return quantizedOf(layer, { weights: new Uint8Array(layerGeometry(layer).taps * layer.filters), ...rest });
}

/** Layers for two images at once. */
function compiled(
  layers: readonly QuantizedLayer[],
  stays: readonly Stay[],
  sizes: Partial<Configuration> = {},
): CompiledNetwork {
  const { network, schedule } = turnMaps(networkOf('n', layers), stays, 2);
  return compileNetwork(network, { ...THREE_LANES, ...sizes }, { schedule });
}

/** Fields of a layer's words by name. */
function named(words: Uint32Array): FieldValues {
  return Object.fromEntries(LAYER_FIELDS.map(({ name }) => [name, layerField(words, name)]));
}

/** Holds a record's words against fields worked by hand. */
function shouldBe({ program }: CompiledNetwork, record: number, fields: FieldValues): void {
  const words = program.subarray(record * PROGRAM_WORDS, (record + 1) * PROGRAM_WORDS);
  expect(named(words)).toEqual(named(encodeLayerFields({ mark: 0xad, high: 255, ...fields })));
}

/** One pixel of one filter a column. */
const TURNED: FieldValues = {
  ...{ turned: 1, pads_zero: 1, tile_filters: 1, last_filters: 1 },
  ...{ in_width: 1, in_height: 1, conv_width: 1, conv_height: 1 },
};

describe('layers of which some hold their weights', () => {
  // Pictures of 6 words, in two banks; a map of 2x3 pixels of five channels; one of 2x2 of four; one of 1x2 of two.
  const a = zeros({ name: 'a', input: { height: 2, width: 3, channels: 1 }, filters: 5 });
  const b = zeros({ name: 'b', source: 'a', input: { height: 2, width: 3, channels: 5 }, kernelWidth: 2, filters: 4 });
  const c = zeros({ name: 'c', source: 'b', input: { height: 2, width: 2, channels: 4 }, kernelHeight: 2, filters: 2 });
  const network = compiled([a, b, c], ['output', 'weight', 'weight']);

  it('should be records of each, two where the last block of a pixel is not full', () => {
    expect(network.records.map(({ layer }) => network.network.layers[layer]!.layer.name)).toEqual(
      'a a-turned a-turned b c c-turned'.split(' '),
    );
    expect(network.resultWords).toBe(4);
    expect(network.images).toMatchObject({ addresses: [0, 6], words: 6, rowsOf: null });
  });

  it('should turn words of all images to blocks of channels, of one image behind the other', () => {
    // 30 words at 0 of buffer 1; behind the pictures two images of 6 pixels of two blocks.
    const common: FieldValues = {
      ...{ ...TURNED, each_image: 1, source: 1, dest: 0, limit_7: 5, addr_step_6: 3, addr_step_7: 5 },
      ...{ fold_base: 5, tile_columns: 2, last_columns: 2, out_step_6: 1, out_step_7: 2, out_top: 12, out_wrap: 11 },
    };
    shouldBe(network, 1, { ...common, limit_0: 2, addr_origin: 0, out_base: 12 });
    shouldBe(network, 2, { ...common, limit_0: 1, addr_origin: 3, out_base: 13 });
  });

  it('should turn blocks of channels to words of all images', () => {
    // Two images of two pixels of one block each, to pixels of two values.
    shouldBe(network, 5, {
      ...{ ...TURNED, all_images: 1, last_layer: 1, source: 0, dest: 2, limit_2: 1, limit_7: 1 },
      ...{ addr_step_2: 2, addr_step_6: 1, addr_step_7: 1, addr_origin: 12, fold_base: 6 },
      ...{ tile_columns: 2, last_columns: 2, out_step_6: 3, out_step_7: 2, out_top: 1 },
    });
  });

  it('should hold weights for one image after the other, from 12 words to 8', () => {
    shouldBe(network, 3, {
      ...{ held: 1, each_image: 1, pads_zero: 1, source: 0, dest: 1 },
      // Two blocks, columns of the kernel, columns and rows of pixels, tiles of filters, and images.
      ...{ limit_0: 1, limit_1: 1, limit_6: 1, limit_7: 1, limit_8: 1, limit_9: 1 },
      ...{ addr_step_1: 2, addr_step_6: 2, addr_step_7: 6, addr_step_9: 12, x_step_1: 1, x_step_6: 1, y_step_7: 1 },
      ...{ addr_origin: 12, in_width: 3, in_height: 2, fold_base: 0 },
      // Two weight words of a come first; then two tiles of four folds of three.
      ...{ weight_base: 2, out_top: 2 + 24 },
      ...{ tile_filters: 3, tile_columns: 3, last_filters: 1, last_columns: 1 },
      ...{ conv_width: 2, conv_height: 2, conv_step_6: 1, conv_step_7: 1 },
      ...{ out_base: 0, out_step_6: 2, out_step_7: 4, group_filters: 2, out_wrap: 8 },
    });
  });

  it('should hold weights for all images at once where a map has one row', () => {
    shouldBe(network, 4, {
      ...{ held: 1, all_images: 1, pads_zero: 1, source: 1, dest: 0 },
      // Two blocks, rows of the kernel, pixels, and images.
      ...{ limit_0: 1, limit_2: 1, limit_6: 1, limit_7: 1 },
      ...{ addr_step_2: 4, addr_step_6: 2, addr_step_7: 8, y_step_2: 1, x_step_6: 1, y_step_7: 0 },
      ...{ addr_origin: 0, in_width: 2, in_height: 2, fold_base: 2, weight_base: 26, out_top: 26 + 12 },
      ...{ tile_filters: 2, tile_columns: 2, last_filters: 2, last_columns: 2 },
      ...{ conv_width: 2, conv_height: 1, conv_step_6: 1, conv_step_7: 0 },
      ...{ out_base: 12, out_step_6: 1, out_step_7: 2, group_filters: 1 },
    });
  });

  it('should turn all full blocks of a pixel in one record', () => {
    // One pixel of six values, behind pictures of one word; then two blocks of each image.
    const six = zeros({ name: 'a', filters: 6 });
    const dense = zeros({ name: 'b', source: 'a', input: { height: 1, width: 1, channels: 6 }, filters: 6 });
    const full = compiled([six, dense], ['output', 'weight']);
    expect(full.records).toHaveLength(4);
    shouldBe(full, 1, {
      ...{ ...TURNED, each_image: 1, source: 1, dest: 0, limit_0: 2, limit_6: 1, addr_step_6: 3, addr_step_7: 6 },
      ...{ fold_base: 6, tile_columns: 2, last_columns: 2 },
      ...{ out_base: 2, out_step_6: 1, out_step_7: 2, out_top: 2, out_wrap: 1 },
    });
    shouldBe(full, 3, {
      ...{ ...TURNED, all_images: 1, last_layer: 1, source: 1, dest: 2, limit_2: 1, limit_6: 1 },
      ...{ addr_step_2: 2, addr_step_6: 1, addr_step_7: 2, fold_base: 7, tile_columns: 3, last_columns: 3 },
      ...{ out_step_6: 3, out_step_7: 6, out_top: 2 },
    });
  });

  it('should have one fold word for each map that is turned, with which a sum is its own code', () => {
    expect([...network.folds]).toEqual(Array.from({ length: 7 }, () => [1, 0, 0]).flat());
    // Lane and word: three filters and one of b, two of c.
    expect([...network.laneFolds.addresses]).toEqual([0, 1, 2, 256, 512, 513]);
  });
});

describe('layers that hold their weights and add maps', () => {
  // Maps of 2x2 pixels of one block; the last one's windows are of all four.
  const map = { input: { height: 2, width: 2, channels: 3 }, filters: 3 };
  const added = { shortcutMul: new Int32Array(3) };
  const a = zeros({ name: 'a', ...map });
  const padded = { kernelHeight: 3, kernelWidth: 3, padding: 1 };
  const b = zeros({ name: 'b', ...map, ...padded, shortcut: 'a' }, { ...added, padCodes: Uint8Array.of(1, 2, 3) });
  const c = zeros({ name: 'c', ...map, source: 'b', shortcut: 'a', pool: 2 }, added);
  const network = compiled([a, b, c], ['weight', 'weight', 'weight']);
  const lanes: FieldValues = { tile_filters: 3, tile_columns: 3, last_filters: 3, last_columns: 3, group_filters: 1 };

  it('should step from one image to the next around all folds', () => {
    // Pictures of two images are 8 words; padding codes are the last word of the buffer that is read.
    shouldBe(network, 1, {
      ...{ ...lanes, held: 1, each_image: 1, shortcut: 1, reads_pictures: 1, pad_per_channel: 1, source: 0, dest: 0 },
      ...{ limit_1: 2, limit_2: 2, limit_6: 1, limit_7: 1, limit_9: 1, pad_base: 59 },
      ...{ addr_step_1: 1, addr_step_2: 2, addr_step_6: 1, addr_step_7: 2, addr_step_9: 4 },
      ...{ x_step_1: 1, y_step_2: 1, x_step_6: 1, y_step_7: 1, addr_origin: -3, x_origin: -1, y_origin: -1 },
      ...{ in_width: 2, in_height: 2, weight_base: 3, out_top: 3 + 27, fold_base: 1 },
      ...{ conv_width: 2, conv_height: 2, conv_step_6: 1, conv_step_7: 1 },
      ...{ out_base: 16, out_step_6: 1, out_step_7: 2, out_wrap: 4 },
      ...{ shortcut_step_4: 1, shortcut_step_5: 2, shortcut_step_6: 1, shortcut_step_7: 2, shortcut_wrap: 4 },
    });
  });

  it('should step from one image to the next in a fold', () => {
    shouldBe(network, 2, {
      ...{ ...lanes, held: 1, all_images: 1, shortcut: 1, pads_zero: 1, source: 0, dest: 1 },
      ...{
        limit_4: 1,
        limit_5: 1,
        limit_7: 1,
        addr_step_4: 1,
        addr_step_5: 2,
        addr_step_7: 4,
        x_step_4: 1,
        y_step_5: 1,
      },
      ...{ addr_origin: 16, in_width: 2, in_height: 2, weight_base: 30, out_top: 30 + 3, fold_base: 2 },
      ...{ conv_width: 2, conv_height: 2, conv_step_6: 2, conv_step_7: 0, out_base: 8, out_step_6: 1, out_step_7: 1 },
      ...{ shortcut_step_4: 1, shortcut_step_5: 2, shortcut_step_6: 2, shortcut_step_7: 4 },
    });
  });
});

describe('parts of a layer that holds its weights', () => {
  // Room for two segments of three words; a layer of twelve.
  const sizes = { weightDepth: 6, resultDepth: 24 };
  const part = (record: number): FieldValues => ({
    ...{ held: 1, segment: 1, reads_pictures: 1, pads_zero: 1, source: 0, dest: 1 },
    ...{ tile_filters: 3, tile_columns: 3, last_filters: 3, last_columns: 3 },
    ...{ weight_base: 3 * (record % 2), out_top: 3 * (record % 2) + 3, fold_base: record, out_base: record },
  });

  it('should step from one whole map to the next around all folds of some tiles', () => {
    const layer = zeros({ name: 'a', input: { height: 2, width: 1, channels: 3 }, filters: 12 });
    const network = compiled([layer], ['weight'], sizes);
    expect(network.records).toHaveLength(4 + 1);
    for (const record of [0, 1, 2, 3]) {
      shouldBe(network, record, {
        ...{ ...part(record), each_image: 1, limit_7: 1, limit_9: 1, addr_step_7: 1, addr_step_9: 2, y_step_7: 1 },
        ...{ in_width: 1, in_height: 2, conv_width: 1, conv_height: 2, conv_step_6: 1, conv_step_7: 1 },
        ...{ group_filters: 4, out_step_6: 4, out_step_7: 4, out_wrap: 8 },
      });
    }
  });

  it('should step from one whole map to the next in a fold of some groups', () => {
    const layer = zeros({ name: 'a', input: { height: 1, width: 2, channels: 12 }, filters: 12, groups: 4 });
    const network = compiled([layer], ['weight'], sizes);
    expect(network.records).toHaveLength(4 + 1);
    for (const record of [0, 1, 2, 3]) {
      shouldBe(network, record, {
        ...{ ...part(record), all_images: 1, limit_6: 1, limit_7: 1, addr_step_6: 4, addr_step_7: 8, x_step_6: 1 },
        ...{ addr_origin: record, in_width: 2, in_height: 1, conv_width: 2, conv_height: 1, conv_step_6: 1 },
        ...{ group_filters: 1, out_step_6: 4, out_step_7: 8 },
      });
    }
  });
});
