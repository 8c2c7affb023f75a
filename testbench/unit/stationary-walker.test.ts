// SPDX-License-Identifier: Apache-2.0
// stationary_walker by itself: where each sum belongs, against plain loops over images, folds and pixels.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { encodeLayerFields, LAYER_WORDS } from '../support/program-document.ts';
import { testedSources } from '../support/tested-rtl.ts';

let model: Model;
beforeAll(async () => {
  model = await build({ top: 'stationary_walker', sources: testedSources(), params: { FIELDS: LAYER_WORDS } });
});

const few = fc.integer({ min: 1, max: 3 });
const layers = fc
  .record({
    blocks: few,
    kernelColumns: few,
    kernelRows: few,
    planes: few,
    pool: few,
    poolStride: few,
    poolPadding: fc.nat(1),
    columns: few,
    rows: few,
    tiles: few,
    groups: few,
    tileFilters: fc.integer({ min: 1, max: 64 }),
    lastFilters: fc.integer({ min: 1, max: 64 }),
    /** Which loop counts images, and how many: around all folds (9), or in a fold (7). */
    imageLoop: fc.constantFrom(null, 7, 9),
    images: few,
    /** Words between the maps of two images, and what the limit that is not read holds. */
    gap: fc.nat(9),
    unread: fc.nat(65_535),
  })
  .map(({ imageLoop, ...given }) => {
    const images = imageLoop === null ? 1 : given.images;
    const shape = {
      ...given,
      images,
      lastImage: given.images - 1,
      inFold: imageLoop === 7,
      aroundFolds: imageLoop === 9,
    };
    // Such a loop counts nothing else.
    if (shape.inFold) shape.rows = 1;
    if (shape.aroundFolds) shape.groups = 1;
    const { pool, poolPadding, poolStride, columns, rows } = shape;
    const padding = pool === 1 ? 0 : poolPadding;
    const before = (count: number): number => (count - 1) * poolStride + pool - 2 * padding;
    return { ...shape, poolPadding: padding, convWidth: before(columns), convHeight: before(rows) };
  })
  .filter(({ convWidth, convHeight }) => convWidth > 0 && convHeight > 0);

type Shape = typeof layers extends fc.Arbitrary<infer T> ? T : never;

/** Words from an image's map to the next one's: of the map that is written, and of that which is added. */
function apart({ columns, rows, tiles, groups, convWidth, convHeight, gap }: Shape) {
  const all = tiles * groups;
  return { written: rows * columns * all + gap, added: convWidth * convHeight * all + 2 * gap };
}

const BASES = { fold_base: 1000, out_base: 2000, shortcut_base: 3000 };

function wordsOf(shape: Shape): Uint32Array {
  const { blocks, kernelColumns, kernelRows, planes, pool, poolStride, poolPadding, columns, rows } = shape;
  const { tiles, groups, tileFilters, lastFilters, convWidth, convHeight } = shape;
  const { inFold, aroundFolds, unread } = shape;
  const all = tiles * groups;
  const { written, added } = apart(shape);
  return encodeLayerFields({
    ...BASES,
    each_image: Number(aroundFolds),
    all_images: Number(inFold),
    ...{ limit_0: blocks - 1, limit_1: kernelColumns - 1, limit_2: kernelRows - 1, limit_3: planes - 1 },
    ...{ limit_4: pool - 1, limit_5: pool - 1, limit_6: columns - 1, limit_7: inFold ? unread : rows - 1 },
    ...{
      limit_8: tiles - 1,
      limit_9: aroundFolds ? unread : groups - 1,
      tile_filters: tileFilters,
      last_filters: lastFilters,
    },
    ...{ conv_x: -poolPadding, conv_y: -poolPadding, conv_width: convWidth, conv_height: convHeight },
    ...{ conv_step_6: poolStride, conv_step_7: inFold ? 0 : poolStride, out_step_6: all, out_step_7: columns * all },
    group_filters: tiles,
    shortcut_base: BASES.shortcut_base - poolPadding * (convWidth + 1) * all,
    ...{ shortcut_step_4: all, shortcut_step_5: convWidth * all },
    ...{ shortcut_step_6: poolStride * all, shortcut_step_7: inFold ? added : poolStride * convWidth * all },
    ...(aroundFolds && { out_wrap: written, shortcut_wrap: added }),
  });
}

/** Every sum of a layer in the order in which they leave the array. */
function sumsOf(shape: Shape): Record<string, number>[] {
  const { blocks, kernelColumns, kernelRows, planes, pool, poolStride, poolPadding, columns, rows } = shape;
  const { tiles, groups, tileFilters, lastFilters, convWidth, convHeight, images, inFold, aroundFolds } = shape;
  const { written, added } = apart(shape);
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const folds = blocks * kernelColumns * kernelRows;
  const all = tiles * groups;
  const pixels = [inFold ? images : 1, rows, columns, pool, pool].reduce<number[][]>(
    (outer, count) => outer.flatMap((at) => range(count).map((i) => [...at, i])),
    [[]],
  );
  return range(all * (aroundFolds ? images : 1)).flatMap((run) => {
    /** Images around folds, and tiles of each. */
    const [outer, tile] = [Math.floor(run / all), run % all];
    return range(planes).flatMap((plane) =>
      range(folds).flatMap((fold) =>
        pixels.map(([inner, row, column, down, right], index) => {
          const y = row! * poolStride - poolPadding + down!;
          const x = column! * poolStride - poolPadding + right!;
          const last = plane === planes - 1 && fold === folds - 1;
          return {
            first_fold: Number(fold === 0),
            first_plane: Number(plane === 0),
            last_sum: Number(last),
            first_pixel: Number(down === 0 && right === 0),
            last_pixel: Number(down === pool - 1 && right === pool - 1),
            outside: Number(y < 0 || x < 0 || y >= convHeight || x >= convWidth),
            lanes: tile % tiles === tiles - 1 ? lastFilters : tileFilters,
            index,
            fold_addr: BASES.fold_base + tile,
            // Of images in a fold, each of one row, the maps that are written follow each other.
            out_addr: BASES.out_base + outer * written + ((inner! + row!) * columns + column!) * all + tile,
            shortcut_addr: BASES.shortcut_base + (outer + inner!) * added + (y * convWidth + x) * all + tile,
            layer_end: Number(last && run === all * (aroundFolds ? images : 1) - 1 && index === pixels.length - 1),
          };
        }),
      ),
    );
  });
}

describe('stationary_walker', () => {
  it('should say of every sum where it belongs', () => {
    fc.assert(
      fc.property(layers, fc.nat(3), fc.nat(300), (shape, gap, before) => {
        using sim = model.create({ seed: gap + 1 });
        const { dut } = sim;
        const fields = [...wordsOf(shape)].reduceRight((all, word) => (all << 32n) | BigInt(word), 0n);
        // What a layer before has left in the middle.
        Object.assign(dut, { fields, last_image: shape.lastImage, start: 1, sums_valid: 0 });
        sim.tick();
        Object.assign(dut, { start: 0, sums_valid: 1 });
        sim.run(before);
        Object.assign(dut, { start: 1, sums_valid: 0 });
        sim.tick();
        dut['start'] = 0;
        sumsOf(shape).forEach((expected, index) => {
          dut['sums_valid'] = 1;
          sim.eval();
          const got = Object.fromEntries(Object.keys(expected).map((name) => [name, dut[name]]));
          expect({ sum: index, ...got }).toEqual({ sum: index, ...expected });
          sim.tick();
          if (gap === 0 || index % 5 > 0) return;
          dut['sums_valid'] = 0;
          sim.run(gap);
        });
      }),
      { numRuns: 60 },
    );
  });
});
