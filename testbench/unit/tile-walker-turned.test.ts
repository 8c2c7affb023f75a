// SPDX-License-Identifier: Apache-2.0
// tile_walker in layers that turn words, worked by hand: each column is a pixel of one filter, and where columns are
// images, those that the batch lacks are not written.

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { encodeLayerFields, type FieldValues, LAYER_WORDS } from '../support/program-document.ts';
import { SOON_COMPILED } from '../support/rtl-device.ts';
import { testedSources } from '../support/tested-rtl.ts';

const COLUMNS = 4;

let model: Model;
beforeAll(async () => {
  const params = { COLUMNS, FIELDS: LAYER_WORDS, TILES: 1, STATIONARY: 1 };
  model = await build({ top: 'tile_walker', sources: testedSources(), params, flags: SOON_COMPILED });
});

/** Two pixels of two blocks each, three columns from 3 to 1: out addresses of those in use, for a batch of some images. */
function walk(values: FieldValues, images: number): { out: (number | null)[][]; folds: Set<number>; ends: number } {
  using sim = model.create({ seed: 5 });
  const { dut } = sim;
  const fields = [
    ...encodeLayerFields({
      ...{ turned: 1, limit_6: 1, limit_7: 1, tile_filters: 1, last_filters: 1, tile_columns: 3, last_columns: 3 },
      ...{ conv_width: 1, conv_height: 1, fold_base: 5, out_base: 100, ...values },
    }),
  ].reduceRight((all, word) => (all << 32n) | BigInt(word), 0n);
  // The loops that step after each tile: blocks, pixels, blocks, and none.
  const steps = [3, 4, 3, 7];
  Object.assign(dut, { fields, images, rst: 1, start: 0, issued: 0, sums_valid: 0, leave: 1, sums_column: 0 });
  sim.tick();
  Object.assign(dut, { rst: 0, start: 1, issued: 1, issued_step: steps[0], issued_last: 1 });
  sim.tick();
  Object.assign(dut, { start: 0, issued: 0 });
  const folds = new Set<number>();
  let ends = 0;
  const out = steps.map((_, tile) => {
    const columns = Array.from({ length: COLUMNS }, (_column, index) => {
      // The next tile ends with this one's first sum.
      const issued = Number(index === 0 && tile < steps.length - 1);
      Object.assign(dut, {
        sums_valid: 1,
        sums_column: COLUMNS - 1 - index,
        issued,
        issued_step: steps[tile + 1] ?? 0,
      });
      sim.eval();
      expect(dut['outside']).toBe(0);
      ends += Number(dut['layer_end']);
      const used = dut['used'] === 1;
      if (used) folds.add(Number(dut['fold_addr']));
      const address = used ? Number(dut['out_addr']) : null;
      sim.tick();
      return address;
    });
    return columns.toReversed();
  });
  return { out, folds, ends };
}

/** Blocks of two pixels of an image lie side by side, those of the next image 20 words on. */
const TO_CHANNELS: FieldValues = { each_image: 1, out_step_6: 1, out_step_7: 2, out_top: 40, out_wrap: 19 };
/** Values of pixels of six channels, of which a block holds three. */
const TO_IMAGES: FieldValues = { all_images: 1, out_step_6: 3, out_step_7: 6, out_top: 2, out_wrap: 0 };

describe('tile_walker', () => {
  it.each([1, 2, 3])('should write a block of each of the %i images that a batch has', (images) => {
    const { out, folds, ends } = walk(TO_CHANNELS, images);
    expect(out).toEqual(
      [100, 101, 102, 103].map((first) => [0, 1, 2, 3].map((image) => (image < images ? first + 20 * image : null))),
    );
    expect([...folds]).toEqual([5]);
    expect(ends).toBe(1);
  });

  it.each([1, 3])('should write all values of a block, whatever the images: %i', (images) => {
    const { out, folds, ends } = walk(TO_IMAGES, images);
    expect(out).toEqual([100, 103, 106, 109].map((first) => [first, first + 1, first + 2, null]));
    expect([...folds]).toEqual([5]);
    expect(ends).toBe(1);
  });

  it('should take as many columns as its words say where words are not turned, or images are not columns', () => {
    expect(walk({ ...TO_CHANNELS, turned: 0 }, 1).out[0]).toEqual([100, 120, 140, null]);
    expect(walk({ ...TO_CHANNELS, each_image: 0 }, 1).out[0]).toEqual([100, 120, 140, null]);
  });
});
