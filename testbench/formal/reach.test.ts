// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that an array in blocks of cells gives what one with registers at each cell does, for all operands,
// tiles and gaps of so many clocks after a reset from any state; and that the proof finds planted bugs.

import { describe, expect, it } from 'vitest';
import { type Change, type Proof, proves } from '../support/planted-proof.ts';

/** An array's size, cells, reach and taps in a clock, and whether its rows take turns. */
type Sizes = Readonly<Record<'ROWS' | 'COLUMNS' | 'REACH' | 'CELL' | 'SERIAL' | 'TAPS' | 'W_ACC', number>>;

/** Clocks of reset, and the fewest of taps and sums: in a small array a whole tile after another, and the way out of both. */
const [RESET, CLOCKS] = [2, 12];

function proof(parameters: Sizes): Proof {
  return {
    modules: ['reach_equivalence', 'adder_array', 'adder_row', 'skew', 'delay'],
    boxes: [],
    insertions: [],
    parameters: { ...parameters, W_DATA: 1 },
    passes: ['memory_map', 'opt -full'],
    options: '-set-assumes -set-init age 0',
    clocks: RESET + Math.max(CLOCKS, 2 * parameters.COLUMNS),
  };
}

const DISTANCES: Sizes = { ROWS: 2, COLUMNS: 3, REACH: 2, CELL: 0, SERIAL: 0, TAPS: 1, W_ACC: 3 };
const MINIMA: Sizes = { ...DISTANCES, CELL: 1, W_ACC: 4 };
const PAIRS: Sizes = { ...DISTANCES, TAPS: 2 };
const TURNS: Sizes = { ...DISTANCES, COLUMNS: 2, SERIAL: 1 };

describe('an array in blocks', () => {
  it.each<[string, Sizes]>([
    ['distances in a block and a half', DISTANCES],
    ['distances in one block', { ...DISTANCES, COLUMNS: 2 }],
    ['distances in blocks of both rows and columns', { ...DISTANCES, ROWS: 3 }],
    ['distances in one row of five', { ...DISTANCES, ROWS: 1, COLUMNS: 5, REACH: 4 }],
    ['minima', MINIMA],
    ['products', { ...DISTANCES, ROWS: 1, CELL: 2 }],
    ['distances of two taps a clock', PAIRS],
    ['minima of two taps a clock', { ...MINIMA, ROWS: 1, TAPS: 2 }],
    ['distances of rows that take turns', TURNS],
    ['distances of three rows that take turns', { ...TURNS, ROWS: 3 }],
  ])('should sum %s as one without blocks does', { timeout: 120_000 }, (_, sizes) => {
    expect(proves(proof(sizes))).toBe(true);
  });

  it.each<[string, Change, Sizes]>([
    ['lanes of a skew wait a block too long', ['skew', ': i / REACH)', ': (i + REACH - 1) / REACH)'], DISTANCES],
    ['sums are lined up as if each row had registers', ['skew', '- i / REACH :', '- i :'], { ...DISTANCES, ROWS: 3 }],
    ['a block is counted from the right', ['adder_row', 'LAST - j < REACH ? x_in', 'j < REACH ? x_in'], DISTANCES],
    [
      'a block starts with the other one',
      ['adder_row', '& keep[(BACK - (LAST - j) / REACH)', '& keep[((LAST - j) / REACH)'],
      DISTANCES,
    ],
    [
      'a sum is taken aside with the other block',
      ['adder_row', 'if (load[BLOCK] & TAKES)', 'if (load[BACK - BLOCK] & TAKES)'],
      DISTANCES,
    ],
    [
      'the rightmost block waits',
      ['adder_row', 'BLOCK > 0 || TURNS != 0', 'k > 0'],
      { ...DISTANCES, ROWS: 1, REACH: 3 },
    ],
    ['nothing goes on at once', ['adder_row', '== 0 && TURNS == 0)', '< 0)'], { ...DISTANCES, COLUMNS: 2 }],
    ['sums that take turns are not kept', ['adder_row', 'BLOCK > 0 || TURNS != 0', 'BLOCK > 0'], TURNS],
    [
      'the sum of x is of the leftmost block’s',
      ['adder_row', 'BACK == 0 ? x_in[o*W_LANE', 'BACK <= 1 ? x_in[o*W_LANE'],
      MINIMA,
    ],
    [
      'the second tap is the leftmost block’s',
      ['adder_row', '(n*BLOCKS + BACK - (LAST - l) / REACH)*W_LANE', '(n*BLOCKS + BACK - 1)*W_LANE'],
      { ...PAIRS, COLUMNS: 5 },
    ],
    [
      'the second tap of the sum of x is of the leftmost block',
      ['adder_row', 'x_q[o*BLOCKS*W_LANE +: W_DATA]', '(o > 0 ? x_in[o*W_LANE +: W_DATA] : x_q[W_DATA-1:0])'],
      { ...MINIMA, ROWS: 1, TAPS: 2 },
    ],
    [
      'columns are used a clock after their block',
      ['adder_array', 'valid_at[DIAGONALS - c / REACH]', 'valid_at[DIAGONALS - c]'],
      { ...DISTANCES, ROWS: 3 },
    ],
    [
      'sums leave a clock early',
      ['adder_array', 'if (last_at[DOWN])', 'if (last_at[DOWN+1])'],
      { ...DISTANCES, ROWS: 3 },
    ],
    ['rows of a block have registers between them', ['adder_array', 'r % REACH != 0', 'r % REACH > ROWS'], DISTANCES],
    ['rows of two blocks have none', ['adder_array', 'r % REACH != 0', 'r % REACH >= 0'], { ...DISTANCES, ROWS: 3 }],
    [
      'rows start with the first block',
      ['adder_array', 'keep_at[(DOWN-BLOCK)*W_LANE', 'keep_at[DOWN*W_LANE'],
      { ...DISTANCES, ROWS: 3 },
    ],
    [
      'rows end with the first block',
      ['adder_array', 'last_at[DOWN-1-BLOCK +: ACROSS]', 'last_at[DOWN-1 +: ACROSS]'],
      { ...DISTANCES, ROWS: 3 },
    ],
    [
      'rows of minima have a tap with the first block',
      ['adder_array', 'valid_at[DOWN-BLOCK]', 'valid_at[DOWN]'],
      { ...MINIMA, ROWS: 3 },
    ],
    [
      'what columns power up as moves sums',
      ['adder_array', 'rst & (REACH > 1', 'rst & (REACH > ROWS + COLUMNS'],
      { ...DISTANCES, ROWS: 1, COLUMNS: 11, REACH: 5 },
    ],
  ])('should not be proved when %s', { timeout: 120_000 }, (_, change, sizes) => {
    expect(proves(proof(sizes), [change])).toBe(false);
  });
});
