// SPDX-License-Identifier: Apache-2.0
// stationary_walker in layers that count the images of a batch, worked by hand: addresses of each image's words, of the
// map that is written and of the one that is added, and folds that start again.

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { encodeLayerFields, type FieldValues, LAYER_WORDS } from '../support/program-document.ts';
import { testedSources } from '../support/tested-rtl.ts';

let model: Model;
beforeAll(async () => {
  model = await build({ top: 'stationary_walker', sources: testedSources(), params: { FIELDS: LAYER_WORDS } });
});

/** Where each sum belongs, from the first that leaves to the layer's last: values of some outputs. */
function walk(values: FieldValues, images: number, outputs: readonly string[]): number[][] {
  using sim = model.create({ seed: 5 });
  const { dut } = sim;
  const fields = [...encodeLayerFields(values)].reduceRight((all, word) => (all << 32n) | BigInt(word), 0n);
  Object.assign(dut, { fields, last_image: images - 1, start: 1, sums_valid: 0 });
  sim.tick();
  Object.assign(dut, { start: 0, sums_valid: 1 });
  const seen: number[][] = [];
  for (let last = false; !last && seen.length < 100;) {
    sim.eval();
    seen.push(outputs.map((name) => Number(dut[name])));
    last = dut['layer_end'] === 1;
    sim.tick();
  }
  return seen;
}

/** A row of two pixels, of two tiles of filters, the last of one, in two folds each: positions of a kernel of two columns. */
const TWO_TILES: FieldValues = {
  ...{ limit_1: 1, limit_6: 1, limit_8: 1, tile_filters: 3, last_filters: 1 },
  ...{ conv_width: 2, conv_height: 1, conv_step_6: 1, fold_base: 7, out_base: 100, out_step_6: 2 },
  ...{ shortcut_base: 500, shortcut_step_6: 2 },
};

describe('stationary_walker', () => {
  it('should walk all tiles of one image and then of the next, by the same folds', () => {
    const fields = { ...TWO_TILES, each_image: 1, limit_9: 9, out_wrap: 10, shortcut_wrap: 30 };
    const outputs = ['first_fold', 'last_sum', 'index', 'lanes', 'fold_addr', 'out_addr', 'shortcut_addr'];
    expect(walk(fields, 3, outputs)).toEqual(
      [0, 1, 2].flatMap((image) => [
        ...[1, 0].flatMap((first) => [
          [first, 1 - first, 0, 3, 7, 100 + 10 * image, 500 + 30 * image],
          [first, 1 - first, 1, 3, 7, 102 + 10 * image, 502 + 30 * image],
        ]),
        ...[1, 0].flatMap((first) => [
          [first, 1 - first, 0, 1, 8, 101 + 10 * image, 501 + 30 * image],
          [first, 1 - first, 1, 1, 8, 103 + 10 * image, 503 + 30 * image],
        ]),
      ]),
    );
    // A last batch has fewer.
    expect(walk(fields, 1, ['out_addr'])).toHaveLength(8);
  });

  it('should walk the pixels of all images with each fold, whose maps that are added lie apart', () => {
    const fields = { ...TWO_TILES, all_images: 1, limit_7: 9, shortcut_step_7: 30 };
    const outputs = ['first_fold', 'last_sum', 'index', 'lanes', 'fold_addr', 'out_addr', 'shortcut_addr'];
    const fold = (first: number, lanes: number, tile: number): number[][] =>
      [0, 1, 2, 3].map((index) => {
        const [image, pixel] = [Math.floor(index / 2), index % 2];
        // An image's map is of four words.
        const out = 100 + 4 * image + 2 * pixel + tile;
        return [first, 1 - first, index, lanes, 7 + tile, out, 500 + 30 * image + 2 * pixel + tile];
      });
    expect(walk(fields, 2, outputs)).toEqual([...fold(1, 3, 0), ...fold(0, 3, 0), ...fold(1, 1, 1), ...fold(0, 1, 1)]);
    expect(walk(fields, 1, ['out_addr'])).toHaveLength(8);
  });

  it.each([
    ['images around folds', { each_image: 1, out_wrap: 2, shortcut_wrap: 9 }],
    ['images in a fold', { all_images: 1, shortcut_step_7: 9 }],
  ])('should be at the same padding of each image: %s', (_, loop) => {
    // Two windows of two pixels, the first of which begins left of a row of three.
    const fields = {
      ...{ limit_4: 1, limit_6: 1, conv_width: 3, conv_height: 1, conv_x: -1, conv_step_6: 2, out_step_6: 1 },
      ...{ tile_filters: 1, last_filters: 1, shortcut_base: 49, shortcut_step_4: 1, shortcut_step_6: 2, ...loop },
    };
    const image = (at: number): number[][] => [
      [1, 0, 49 + 9 * at, 2 * at],
      [0, 1, 50 + 9 * at, 2 * at],
      [0, 0, 51 + 9 * at, 2 * at + 1],
      [0, 1, 52 + 9 * at, 2 * at + 1],
    ];
    expect(walk(fields, 2, ['outside', 'last_pixel', 'shortcut_addr', 'out_addr'])).toEqual([...image(0), ...image(1)]);
  });
});
