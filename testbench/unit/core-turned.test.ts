// SPDX-License-Identifier: Apache-2.0
// The core runs programs worked out by hand whose layers are of both kinds: words of all images become blocks of one
// image's channels, which layers that hold their weights read, and become words of all images again.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { type Configuration, getLane } from '../../src/compile/index.ts';
import { watchWrites } from '../../src/device/written-words.ts';
import { buildCore, errorsOf, readCounters, reset } from '../support/core-ports.ts';
import {
  finish,
  HAND,
  type HandLayer,
  lanes,
  loadLayers,
  loadPictures,
  ofMinima,
  put,
  results,
  start,
  UNUSED,
} from '../support/hand-core.ts';
import { encodeFold, type FieldValues } from '../support/program-document.ts';
import { SOON_COMPILED } from '../support/rtl-device.ts';

/** Two lanes, of arrays that are wider and taller. */
const CORES: Readonly<Record<string, Configuration>> = {
  '2x3 distances': { ...HAND, rows: 2, columns: 3, resultDepth: 8, partialDepth: 6 },
  '3x2 minima': { ...HAND, rows: 3, columns: 2, resultDepth: 8, partialDepth: 6, cell: 'minimum' },
};

/** Two pixels of four channels, the distances of a picture's pixel to 0, 10, 20 and 30, at 0 of buffer 1. */
const FOUR: HandLayer = {
  fields: {
    ...{ limit_6: 1, limit_8: 1, addr_step_6: 1, x_step_6: 1, in_width: 2, conv_width: 2, conv_step_6: 1 },
    ...{ tile_filters: 2, last_filters: 2, last_columns: 2, group_filters: 4, out_step_6: 4, dest: 1 },
  },
  weights: [
    [0, 10],
    [20, 30],
  ],
  folds: [{}, {}, {}, {}],
};

/** Two blocks of each pixel, in two columns; images are four words apart, from 20 of buffer 0 on. */
const TO_CHANNELS: HandLayer = {
  fields: {
    ...{ turned: 1, each_image: 1, source: 1, dest: 0, tile_filters: 1, tile_columns: 2, last_columns: 2 },
    ...{ limit_0: 1, limit_6: 1, limit_7: 1, addr_step_6: 2, addr_step_7: 4 },
    ...{ out_base: 20, out_step_6: 1, out_step_7: 2, out_top: 4, out_wrap: 3 },
  },
  weights: [],
  folds: [{}],
};

/** Turns blocks back; the limit of the loop that counts images is not read. */
function toImages(fields: FieldValues): HandLayer {
  const columns: FieldValues = { tile_filters: 1, tile_columns: 2, last_columns: 2, out_top: 1 };
  return {
    fields: { turned: 1, all_images: 1, limit_2: 9, limit_7: 1, ...columns, ...fields },
    weights: [],
    folds: [{}],
  };
}

/** Two filters of the four channels, with weights 0 and 10, 20, 30, 40: of the last channel of each block first. */
const HELD: HandLayer = {
  fields: {
    ...{ held: 1, source: 0, dest: 1, tile_filters: 2, tile_columns: 2, group_filters: 1, fold_base: 0 },
    ...{ limit_0: 1, limit_6: 1, addr_step_6: 2, x_step_6: 1, in_width: 2, addr_origin: 20 },
    ...{ conv_width: 2, conv_step_6: 1, out_base: 30, out_step_6: 1, out_step_7: 2, out_top: 6 },
  },
  weights: [
    [0, 20],
    [0, 10],
    [0, 40],
    [0, 30],
  ],
  folds: [],
};

/** The same filters of a pixel's left neighbour, before the first of which are padding codes; none uses the pixel itself. */
const PADDED: HandLayer = {
  ...HELD,
  fields: {
    ...HELD.fields,
    ...{ limit_1: 1, addr_step_1: 2, x_step_1: 1, x_origin: -1, addr_origin: 18, pad_per_channel: 1, pad_base: 40 },
    out_top: 10,
  },
  weights: [...HELD.weights, ...[0, 1, 2, 3].map(() => [UNUSED, UNUSED])],
};
/** Padding codes of the four channels, in two blocks. */
const PADS = [lanes([1, 2], 8), lanes([3, 4], 8)];

const PICTURES = [
  [10, 50],
  [0, 60],
];
/** Channels of both pixels of each. */
const MAPS = [
  [10, 0, 10, 20, 50, 40, 30, 20],
  [0, 10, 20, 30, 60, 50, 40, 30],
];

describe.each(Object.entries(CORES))('adder_core of %s', (_, configuration) => {
  const minima = configuration.cell === 'minimum';
  let model: Model;
  beforeAll(async () => {
    model = await buildCore(configuration, SOON_COMPILED);
  });

  /** Runs layers, so many times; gives the words of the results, and what a record wrote and counted. */
  function run(layers: readonly HandLayer[], images: number, count: number, times = 1) {
    using sim = model.create({ seed: 3 });
    reset(sim);
    // Filters of HELD have folds of their own in each lane; minima lack the sum of their weights.
    put(sim, 'lanes', 0, [encodeFold({ mul: 1 }), encodeFold({ mul: 1, add: minima ? 100 : 0 })]);
    loadLayers(sim, minima ? layers.map((layer) => (layer.fields['held'] === 1 ? layer : ofMinima(layer))) : layers);
    loadPictures(sim, PICTURES);
    put(sim, 'activations0', 40, PADS);
    using writes = watchWrites(sim);
    for (let time = 0; time < times; time++) {
      start(sim, { images });
      finish(sim);
      expect(errorsOf(sim)).toBeUndefined();
    }
    const { words, addresses, layers: records } = writes.take();
    /** What a record wrote, by address: the lanes of a word. */
    const written = (record: number): Record<number, number[]> =>
      Object.fromEntries(
        [...addresses].flatMap((address, word) =>
          records[word] === record ? [[address, [0, 1].map((lane) => getLane(words, word, lane, 8))]] : [],
        ),
      );
    return {
      codes: results(sim, count).slice(0, images),
      written,
      counted: layers.map((_layer, record) => readCounters(sim, record)),
    };
  }

  const back = toImages({
    ...{ source: 0, limit_6: 1, addr_step_2: 4, addr_step_6: 1, addr_step_7: 2, addr_origin: 20 },
    ...{ out_step_6: 2, out_step_7: 4 },
  });

  it.each([1, 2])('should turn a map and turn it back: %i images', (images) => {
    const { codes, written, counted } = run([FOUR, TO_CHANNELS, back], images, 8);
    expect(written(1)).toEqual(
      Object.fromEntries(
        MAPS.slice(0, images).flatMap((map, image) =>
          [0, 1, 2, 3].map((block) => [20 + 4 * image + block, map.slice(2 * block, 2 * block + 2)]),
        ),
      ),
    );
    expect(codes).toEqual(MAPS.slice(0, images));
    // Four tiles of two taps, of which each counts for one row and two columns, and of a word for each image.
    expect(counted[1]!.events).toMatchObject({ activationReads: 8, weightReads: 0, sads: 16, flagReads: 0 });
    expect(counted[1]!.events).toMatchObject({ activationWrites: 4 * images, foldReads: 4 * images });
  });

  it.each([1, 2])(
    'should go on with sums that stay, of taps that are not 0 for minima, run after run: %i images',
    (images) => {
      const again = { ...back, fields: { ...back.fields, dest: 1, out_base: 8 } };
      const sum: HandLayer = {
        fields: { source: 1, limit_0: 7, addr_origin: 8 },
        weights: Array.from({ length: 8 }, () => [0]),
        folds: [{}],
      };
      const { codes, counted } = run([FOUR, TO_CHANNELS, again, sum], images, 1, 2);
      expect(codes).toEqual([[180], [240]].slice(0, images));
      // The first picture's second channel is 0, the second one's first.
      expect(counted[3]!.cycles.stream).toBe(minima && images === 1 ? 7 : 8);
    },
  );

  // 0 + ... of all channels, and |x - 10| + |x - 20| + |x - 30| + |x - 40| of each.
  const sums = [
    [40, 0 + 20 + 20 + 20, 140, 40 + 20 + 0 + 20],
    [60, 10 + 10 + 10 + 10, 180, 50 + 30 + 10 + 10],
  ];
  const heldBack = toImages({ source: 1, addr_step_2: 2, addr_step_7: 1, addr_origin: 30, out_step_7: 2 });
  it.each<[string, FieldValues, boolean]>([
    ['one after the other', { each_image: 1, limit_9: 9, addr_step_9: 4, out_wrap: 2 }, true],
    ['in a fold', { all_images: 1, limit_7: 9, addr_step_7: 4 }, false],
  ])('should hold weights for the images of a batch, %s', (_loop, fields, again) => {
    const held = { ...HELD, fields: { ...HELD.fields, ...fields } };
    for (const images of [1, 2]) {
      const { codes, written, counted } = run([FOUR, TO_CHANNELS, held, heldBack], images, 4);
      expect(Object.keys(written(2)).map(Number)).toEqual([30, 31, 32, 33].slice(0, 2 * images));
      expect(codes).toEqual(sums.slice(0, images));
      // Two folds of two words, for each image again or for all; two pixels of each; eight weights, which all count.
      expect(counted[2]!.events).toMatchObject({ weightReads: 4 * (again ? images : 1), activationReads: 4 * images });
      expect(counted[2]!.events).toMatchObject({ sads: 16 * images, activationWrites: 2 * images });
    }
  });

  it('should read the same padding codes of channels for each image', () => {
    const padded = { ...PADDED, fields: { ...PADDED.fields, each_image: 1, limit_9: 9, addr_step_9: 4, out_wrap: 2 } };
    const { codes, counted } = run([FOUR, TO_CHANNELS, padded, heldBack], 2, 4);
    // Of 1, 2, 3, 4: 10, and 9 + 18 + 27 + 36; then of the first pixel.
    expect(codes).toEqual([
      [10, 90, ...sums[0]!.slice(0, 2)],
      [10, 90, ...sums[1]!.slice(0, 2)],
    ]);
    // Four folds of two words for each image, and of two pixels, but for the first one's left neighbour, which is on no map.
    expect(counted[2]!.events).toMatchObject({ weightReads: 16, activationReads: 12 });
  });
});
