// SPDX-License-Identifier: Apache-2.0
// tile_walker by itself: where each sum belongs, against plain loops over tiles, pixels and filters; also where a pixel has a
// column that sums its activations.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { encodeLayerFields, LAYER_WORDS } from '../support/program-document.ts';
import { testedSources } from '../support/tested-rtl.ts';

const COLUMNS = 6;

let models: readonly Model[];
beforeAll(async () => {
  models = await Promise.all(
    [0, 1].map((CELL) =>
      build({ top: 'tile_walker', sources: testedSources(), params: { COLUMNS, FIELDS: LAYER_WORDS, TILES: 1, CELL } }),
    ),
  );
});

/** A convolved map of packs of pixels, pooled, of groups of filters. */
const layers = fc
  .record({
    planes: fc.integer({ min: 1, max: 3 }),
    pool: fc.integer({ min: 1, max: 3 }),
    poolStep: fc.nat(2),
    poolPadding: fc.nat(1),
    packed: fc.integer({ min: 1, max: 3 }),
    packs: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 1, max: 3 }),
    filters: fc.integer({ min: 1, max: 8 }),
    groups: fc.integer({ min: 1, max: 3 }),
    /** 0: distances, which know of no such columns; 1: minima. */
    cell: fc.nat(1),
    sumColumns: fc.boolean(),
  })
  .map(({ poolStep, packed, poolPadding, ...rest }) => {
    const ofPixel = rest.filters + (rest.sumColumns && rest.cell === 1 ? 1 : 0);
    const fits = packed * ofPixel <= COLUMNS;
    return {
      ...rest,
      poolStride: Math.max(1, rest.pool - poolStep),
      packed: fits ? packed : 1,
      sumColumns: rest.sumColumns && (fits || rest.cell === 0),
      // Packs have no padding around their windows.
      poolPadding: (fits && packed > 1) || rest.pool === 1 ? 0 : poolPadding,
    };
  });

type LayerShape = typeof layers extends fc.Arbitrary<infer Shape> ? Shape : never;

const BASES = { fold_base: 1000, out_base: 2000, shortcut_base: 3000 };

function sizesOf(shape: LayerShape) {
  const { pool, poolStride, poolPadding, packed, packs, rows, filters, groups, sumColumns, cell } = shape;
  const width = packed * packs;
  return {
    all: filters * groups,
    width,
    convWidth: (width - 1) * poolStride + pool - 2 * poolPadding,
    convHeight: (rows - 1) * poolStride + pool - 2 * poolPadding,
    tile: Math.min(filters, COLUMNS),
    tiles: Math.ceil(filters / COLUMNS),
    last: ((filters - 1) % COLUMNS) + 1,
    /** Columns of a pixel besides its filters'. */
    more: sumColumns && cell === 1 ? 1 : 0,
  };
}

function wordsOf(shape: LayerShape): Uint32Array {
  const { planes, pool, poolStride, poolPadding, packed, packs, rows, filters, groups, sumColumns } = shape;
  const { all, width, convWidth, convHeight, tile, tiles, last, more } = sizesOf(shape);
  return encodeLayerFields({
    ...BASES,
    sum_columns: Number(sumColumns),
    ...{ limit_3: planes - 1, limit_4: pool - 1, limit_5: pool - 1, limit_6: packs - 1, limit_7: rows - 1 },
    ...{ limit_8: tiles - 1, limit_9: groups - 1 },
    ...{ tile_filters: tile, last_filters: last },
    ...{ tile_columns: packed * (tile + more), last_columns: packed * (last + more) },
    ...{ conv_x: -poolPadding, conv_y: -poolPadding, conv_width: convWidth, conv_height: convHeight },
    ...{ conv_step_6: poolStride * packed, conv_step_7: poolStride, group_filters: filters },
    ...{ out_step_6: packed * all, out_step_7: width * all, out_top: (packed - 1) * all },
    out_wrap: packed > 1 ? all - tile : 0,
    shortcut_base: BASES.shortcut_base - poolPadding * (convWidth + 1) * all,
    ...{ shortcut_step_4: all, shortcut_step_5: convWidth * all, shortcut_step_6: poolStride * packed * all },
    ...{ shortcut_step_7: poolStride * convWidth * all, shortcut_top: (packed - 1) * all * poolStride },
    shortcut_wrap: packed > 1 ? all * poolStride - tile : 0,
  });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Iterations of the loops around a tile: group, tile of filters, row, pack, down and right in a window, plane. */
function tilesOf({ groups, filters, rows, packs, pool, planes }: LayerShape): number[][] {
  const loops = [groups, Math.ceil(filters / COLUMNS), rows, packs, pool, pool, planes].map(range);
  return loops.reduce<number[][]>((outer, inner) => outer.flatMap((at) => inner.map((i) => [...at, i])), [[]]);
}

/** What comes with the last tap of each tile. */
function issuesOf(shape: LayerShape): { issued_step: number; issued_last: number }[] {
  const tiles = tilesOf(shape);
  return tiles.map((at, index) => {
    const next = tiles[index + 1];
    const outermost = next?.findIndex((iteration, loop) => iteration !== at[loop]);
    return {
      issued_step: outermost === undefined ? 7 : 6 - outermost,
      issued_last: Number(at[1] === sizesOf(shape).tiles - 1),
    };
  });
}

/** Every sum of a layer in the order in which they leave the array. */
function sumsOf(shape: LayerShape): Record<string, number>[] {
  const { planes, pool, poolStride, poolPadding, packed, filters } = shape;
  const { all, width, convWidth, convHeight, tile, tiles, last, more } = sizesOf(shape);
  const tilesInOrder = tilesOf(shape);
  return tilesInOrder.flatMap(([group, filterTile, row, pack, down, right, plane], index) => {
    const used = filterTile === tiles - 1 ? last : tile;
    return range(COLUMNS)
      .toReversed()
      .map((column) => {
        const pixel = Math.floor(column / (used + more));
        const ofPixel = column % (used + more);
        const flags = {
          used: Number(pixel < packed && ofPixel < used),
          sum_of_x: Number(pixel < packed && ofPixel === used),
          first_plane: Number(plane === 0),
          last_plane: Number(plane === planes - 1),
          first_pixel: Number(down === 0 && right === 0),
          last_pixel: Number(down === pool - 1 && right === pool - 1 && plane === planes - 1),
          layer_end: Number(column === 0 && index === tilesInOrder.length - 1),
        };
        const y = row! * poolStride - poolPadding + down!;
        const x = (pack! * packed + pixel) * poolStride - poolPadding + right!;
        const outside = Number(y < 0 || x < 0 || y >= convHeight || x >= convWidth);
        const filter = group! * filters + filterTile! * tile + ofPixel;
        const window = row! * width + pack! * packed + pixel;
        return flags.used === 0
          ? flags
          : {
              ...flags,
              outside,
              fold_addr: BASES.fold_base + filter,
              out_addr: BASES.out_base + window * all + filter,
              shortcut_addr: BASES.shortcut_base + (y * convWidth + x) * all + filter,
            };
      });
  });
}

describe('tile_walker', () => {
  it('should say of every sum where it belongs', () => {
    fc.assert(
      fc.property(
        layers.filter(({ pool, poolPadding, packed, packs, rows, poolStride }) => {
          const smallest = (count: number): number => (count - 1) * poolStride + pool - 2 * poolPadding;
          return smallest(packed * packs) > 0 && smallest(rows) > 0;
        }),
        fc.nat(3),
        (shape, gap) => {
          using sim = models[shape.cell]!.create({ seed: gap + 1 });
          const { dut } = sim;
          const words = wordsOf(shape);
          const fields = [...words].reduceRight((all, word) => (all << 32n) | BigInt(word), 0n);
          const issues = issuesOf(shape);
          Object.assign(dut, { fields, rst: 1, start: 0, issued: 0, sums_valid: 0, leave: 1, sums_column: 0 });
          sim.tick();
          Object.assign(dut, { rst: 0, start: 1, issued: 1, ...issues[0] });
          sim.tick();
          Object.assign(dut, { start: 0, issued: 0 });
          // A tile's last tap takes three clocks at least to be summed.
          sim.run(2);
          sumsOf(shape).forEach((expected, index) => {
            // The next tile's last tap is issued with this one's first sum.
            const next = index % COLUMNS === 0 ? issues[index / COLUMNS + 1] : undefined;
            Object.assign(dut, { sums_valid: 1, sums_column: COLUMNS - 1 - (index % COLUMNS) });
            Object.assign(dut, { issued: Number(next !== undefined), ...next });
            sim.eval();
            const got = Object.fromEntries(Object.keys(expected).map((name) => [name, dut[name]]));
            expect({ index, ...got }).toEqual({ index, ...expected });
            sim.tick();
            if (index % COLUMNS !== COLUMNS - 1 || gap === 0) return;
            Object.assign(dut, { sums_valid: 0, issued: 0 });
            sim.run(gap);
          });
        },
      ),
      { numRuns: 120 },
    );
  });
});
