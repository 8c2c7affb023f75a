// SPDX-License-Identifier: Apache-2.0
// stationary_array by itself with weights that are held: the sums of every pixel, for filters that count and do not. With
// minima a channel counts for the sum of activations where it does for the first filter. And with sums that stay, of taps
// that count for one row each.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

const W_DATA = 4;
const W_ACC = 10;

/** Vector with a value in each lane, as a port takes it. */
function vector(width: number, values: readonly number[]): number | bigint {
  const all = values.reduce((sum, value, lane) => sum | (BigInt(value) << BigInt(lane * width)), 0n);
  return width * values.length <= 53 ? Number(all) : all;
}

describe.each([
  [1, 1],
  [3, 3],
  [2, 4],
  [4, 2],
])('stationary_array of %ix%i', (ROWS, COLUMNS) => {
  const lanes = Math.min(ROWS, COLUMNS);

  it.each([
    ['distances', 0, 0],
    ['minima', 1, 0],
    ['plain minima', 1, 1],
  ])('should sum %s to the weights that its cells hold', async (_kind, CELL, plain) => {
    const params = { ROWS, COLUMNS, LANES: lanes, W_DATA, W_ACC, CELL };
    /** What a weight adds to its filter's sum. */
    const added = (x: number, weight: number): number =>
      CELL === 0 ? Math.abs(x - weight) : (plain === 1 ? 1 : -2) * Math.min(x, weight);
    const model = await build({ top: 'stationary_array', sources: testedSources(), params });
    const code = fc.nat(2 ** W_DATA - 1);
    const square = fc.array(fc.record({ code, used: fc.boolean() }), {
      minLength: lanes * lanes,
      maxLength: lanes * lanes,
    });
    const pixel = fc.array(code, { minLength: lanes, maxLength: lanes });
    // Clocks from a swap to the next fold's first word, and between words.
    const between = { gap: fc.constantFrom(0, 0, 1, 3), pause: fc.constantFrom(0, 0, 1) };
    const fold = fc.record({ weights: square, pixels: fc.array(pixel, { minLength: 1, maxLength: 9 }), ...between });
    fc.assert(
      fc.property(fc.array(fold, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 1000 }), (folds, seed) => {
        using sim = model.create({ seed });
        const { dut } = sim;
        // What enters in each clock, before the skew: {push, swap, weights of rows, pixel}.
        const clocks: { push?: readonly (typeof folds)[0]['weights'][0][]; swap?: true; pixel?: readonly number[] }[] =
          [];
        const expected: number[][] = [];
        let free = 0;
        let from = 0;
        for (const { weights, pixels, gap, pause } of folds) {
          for (let word = 0; word < lanes; word++) {
            const channel = lanes - 1 - word;
            (clocks[free + gap + word * (1 + pause)] ??= {}).push = Array.from(
              { length: lanes },
              (_, row) => weights[row * lanes + channel]!,
            );
          }
          const swap = Math.max(free + gap + (lanes - 1) * (1 + pause) + 1, from - 1);
          (clocks[swap] ??= {}).swap = true;
          pixels.forEach((one, index) => {
            (clocks[swap + 1 + index] ??= {}).pixel = one;
            expected.push(
              Array.from({ length: lanes }, (_, row) =>
                one.reduce((sum, x, channel) => {
                  const { code: weight, used } = weights[row * lanes + channel]!;
                  const counts = CELL === 1 && plain === 0 && weights[channel]!.used;
                  return sum + (used ? added(x, weight) : 0) + (counts ? x : 0);
                }, 0),
              ),
            );
          });
          free = swap;
          from = swap + 1 + pixels.length;
        }
        Object.assign(dut, { rst: 1, stationary: 1, plain, first: 0, last: 0, valid: 0, push: 0, swap: 0 });
        Object.assign(dut, { row_used: 2 ** lanes - 1, column_used: 0 });
        sim.run(2);
        dut['rst'] = 0;
        const got: number[][] = Array.from({ length: lanes }, () => []);
        const valid: boolean[] = [];
        for (let clock = 0; clock < clocks.length + ROWS + COLUMNS + 2; clock++) {
          const at = clocks[clock];
          const left = Array.from({ length: ROWS }, (_, row) => clocks[clock - row]?.push?.[row]);
          Object.assign(dut, {
            push: Number(at?.push !== undefined),
            swap: Number(at?.swap ?? false),
            valid: Number(at?.pixel !== undefined),
            x: vector(
              W_DATA,
              left.map((weight) => weight?.code ?? 5),
            ),
            x_used: vector(
              1,
              left.map((weight) => Number(weight?.used ?? true)),
            ),
            w: vector(
              W_DATA,
              Array.from({ length: COLUMNS }, (_, column) => clocks[clock - column]?.pixel?.[column] ?? 7),
            ),
          });
          sim.eval();
          valid.push(dut['sums_valid'] === 1);
          for (let row = 0; row < lanes; row++) {
            const sums = BigInt(dut['sums'] as number | bigint);
            const sum = sums >> BigInt(row * W_ACC);
            if (valid[clock - row])
              got[row]!.push(Number(CELL === 0 ? BigInt.asUintN(W_ACC, sum) : BigInt.asIntN(W_ACC, sum)));
          }
          sim.tick();
        }
        expect(expected.map((_, index) => got.map((row) => row[index]))).toEqual(expected);
        expect(got[0]).toHaveLength(expected.length);
      }),
    );
  });

  it.each([
    ['distances', 0, 0],
    ['plain minima', 1, 1],
  ])('should exchange rows and columns of words of which each counts for a row: %s', async (_kind, CELL, plain) => {
    const params = { ROWS, COLUMNS, LANES: lanes, W_DATA, W_ACC, CELL };
    const model = await build({ top: 'stationary_array', sources: testedSources(), params });
    const tiles = [0, 1, 2];
    /** The code of a lane of one of a tile's words. */
    const code = (tile: number, word: number, lane: number): number => (11 * tile + 7 * word + 5 * lane + 3) % 16;
    const interval = Math.max(lanes, COLUMNS);
    /** The word that enters before the skew in a clock. */
    const enters = (clock: number): { tile: number; word: number } | undefined => {
      const [tile, word] = [Math.floor(clock / interval), clock - Math.floor(clock / interval) * interval];
      return tiles.includes(tile) && word < lanes ? { tile, word } : undefined;
    };
    using sim = model.create({ seed: 4 });
    const { dut } = sim;
    Object.assign(dut, { rst: 1, stationary: 0, plain, first: 0, last: 0, valid: 0, push: 0, swap: 0 });
    dut['row_used'] = 2 ** lanes - 1;
    sim.run(2);
    dut['rst'] = 0;
    const got: number[][] = Array.from({ length: lanes }, () => []);
    const valid: boolean[] = [];
    // A row that is not the word's sees any code, or what adds nothing to a lane's.
    const nothing = CELL === 0 ? 0 : 2 ** W_DATA - 1;
    for (let clock = 0; clock < (tiles.length + 1) * interval + ROWS + 2 * COLUMNS; clock++) {
      const at = enters(clock);
      const rows = Array.from({ length: ROWS }, (_, row) => enters(clock - row)?.word === row);
      const columns = Array.from({ length: COLUMNS }, (_, column) => enters(clock - column));
      Object.assign(dut, {
        ...{ valid: Number(at !== undefined), first: Number(at?.word === 0), last: Number(at?.word === lanes - 1) },
        x: vector(
          W_DATA,
          rows.map((own) => (own ? nothing : 6)),
        ),
        x_used: vector(1, rows.map(Number)),
        w: vector(
          W_DATA,
          columns.map((one, lane) => (one && lane < lanes ? code(one.tile, one.word, lane) : 9)),
        ),
        column_used: vector(
          1,
          columns.map((one, lane) => Number(one !== undefined && lane < lanes)),
        ),
      });
      sim.eval();
      valid.push(dut['sums_valid'] === 1);
      for (let row = 0; row < lanes; row++) {
        const sums = BigInt(dut['sums'] as number | bigint) >> BigInt(row * W_ACC);
        if (valid[clock - row]) got[row]!.push(Number(BigInt.asUintN(W_ACC, sums)));
      }
      sim.tick();
    }
    const expected = Array.from({ length: lanes }, (_, row) =>
      tiles.flatMap((tile) =>
        Array.from({ length: COLUMNS }, (_sum, left) => COLUMNS - 1 - left).map((column) =>
          column < lanes ? code(tile, row, column) : 0,
        ),
      ),
    );
    expect(got).toEqual(expected);
  });
});
