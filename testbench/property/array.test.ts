// SPDX-License-Identifier: Apache-2.0
// The array by itself against plain sums, with each kind of cells; and so the pipelined array.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { rtlSources } from '../../src/device/index.ts';
import {
  type ArrayShape,
  CELLS,
  type Cells,
  drive,
  PIPELINED_CELLS,
  shouldSum,
  type Tile,
} from '../support/array-law.ts';
import { withBug } from '../support/planted-bug.ts';

const SIZES: readonly ArrayShape[] = [
  { rows: 1, columns: 1 },
  { rows: 4, columns: 4 },
  { rows: 3, columns: 6 },
  { rows: 7, columns: 2 },
];

/** Operands that reach several cells in a clock: of blocks that fill the array, that do not, and of one that holds it all. */
const REACHES: readonly ArrayShape[] = [
  { rows: 4, columns: 4, reach: 2 },
  { rows: 3, columns: 7, reach: 2 },
  { rows: 5, columns: 4, reach: 3 },
  { rows: 2, columns: 6, reach: 6 },
  { rows: 4, columns: 1, reach: 2 },
  { rows: 1, columns: 11, reach: 5 },
];

/** Cells that take several taps in a clock: two or four, alone and in blocks. */
const TAPS: readonly ArrayShape[] = [
  { rows: 1, columns: 1, taps: 2 },
  { rows: 3, columns: 5, taps: 2 },
  { rows: 4, columns: 3, taps: 4 },
  { rows: 5, columns: 4, reach: 3, taps: 2 },
  { rows: 3, columns: 9, reach: 9, taps: 4 },
];

/** Rows that take turns. */
const TURNS: readonly ArrayShape[] = [
  { rows: 3, columns: 4, serial: true },
  { rows: 3, columns: 4, reach: 2, serial: true },
  { rows: 5, columns: 3, reach: 3, serial: true },
  { rows: 1, columns: 4, reach: 2, serial: true },
  { rows: 3, columns: 4, taps: 2, serial: true },
];

/** Cases of one array. */
function casesOf(
  shapes: readonly ArrayShape[],
  top: string,
  laws: Readonly<Record<string, Cells>>,
): { top: string; laws: Readonly<Record<string, Cells>>; shape: ArrayShape; name: string }[] {
  return shapes.map((shape) => ({ top, laws, shape, name: JSON.stringify(shape) }));
}

/** Both arrays, with the cells that each has. */
const CASES = [
  ...casesOf([...SIZES, ...REACHES, ...TAPS], 'adder_array', CELLS),
  ...casesOf(TURNS, 'adder_array', { distances: CELLS['distances']!, products: CELLS['products']! }),
  ...casesOf(SIZES, 'pipelined_array', PIPELINED_CELLS),
];

describe.each(CASES)('$top of $name', ({ top, laws, shape }) => {
  const { rows, columns, reach = 1, taps = 1, serial = false } = shape;
  const distances = laws['distances']!;
  const buildArray = ({ cell, accBits }: Cells): Promise<Model> => {
    const own = top === 'adder_array' ? { REACH: reach, TAPS: taps, SERIAL: Number(serial) } : {};
    const params = { ROWS: rows, COLUMNS: columns, W_ACC: accBits, CELL: cell, ...own };
    return build({ top, sources: rtlSources(), params });
  };
  let model: Model;
  beforeAll(async () => {
    model = await buildArray(distances);
  });

  it.each(Object.entries(laws))(
    'should sum %s, whatever the gaps, and let sums leave highest column first',
    async (_law, cells) => {
      const built = cells.cell === 0 ? model : await buildArray(cells);
      shouldSum(built, shape, cells);
    },
    60_000,
  );

  it('should shift sums out under the next tile when tiles are as short as the array allows', () => {
    // Found by the property above: columns that were already emptied went on shifting the next tile's sums.
    const tile = (x: number): Tile => ({
      x: [Array<number>(rows).fill(x)],
      w: [Array<number>(columns).fill(0)],
      gaps: [0],
    });
    const left = drive(model, shape, [tile(1), tile(2), tile(3)], rows, 1, distances);
    expect(left.map(({ sums }) => sums[0])).toEqual([1, 2, 3].flatMap((sum) => Array<number>(columns).fill(sum)));
  });

  it('should leave idle rows still', () => {
    const tile: Tile = {
      x: [Array<number>(rows).fill(9)],
      w: [Array<number>(columns).fill(0)],
      gaps: [0],
    };
    const used = drive(model, shape, [tile], 1, 5, distances);
    const idle = drive(model, shape, [{ ...tile, x: [[9, ...Array<number>(rows - 1).fill(200)]] }], 1, 5, distances);
    expect(idle).toEqual(used);
  });
});

describe('an array whose cells take two taps in a clock', () => {
  const shape: ArrayShape = { rows: 3, columns: 4, reach: 2, taps: 2 };
  const [distances, minima] = [CELLS['distances']!, CELLS['distances without weights, from minima']!];

  it.each<[string, string, string, string, Cells]>([
    [
      'uses the second tap of a column with the first',
      'adder_array.v',
      'column_used[c*TAPS+t]',
      'column_used[c*TAPS]',
      distances,
    ],
    ['takes one weight for both', 'adder_array.v', 'w[(c*TAPS+t)*W_DATA', 'w[(c*TAPS)*W_DATA', distances],
    [
      'keeps taps in the order of lanes',
      'adder_array.v',
      'row_w[(t*COLUMNS+COLUMNS-1-c)*W_LANE',
      'row_w[((COLUMNS-1-c)*TAPS+t)*W_LANE',
      distances,
    ],
    ['gives rows what others have', 'adder_array.v', 'x[r*TAPS*W_DATA +:', 'x[r*W_DATA +:', distances],
    ['adds the first alone', 'adder_row.v', 'n < TAPS; n', 'n < 1; n', distances],
    ['moves the first on as the second', 'adder_row.v', 'x_in[s*W_LANE', 'x_in[0*W_LANE', distances],
    ['has one in the sum of x', 'adder_row.v', 'o < TAPS; o', 'o < 1; o', minima],
  ])('should be found to sum wrongly where it %s', { timeout: 60_000 }, async (_bug, file, from, to, cells) => {
    await withBug(file, from, to, async (rtl) => {
      const sources = ['adder_array.v', 'adder_row.v'].map((name) => join(rtl, name));
      const params = { ROWS: 3, COLUMNS: 4, REACH: 2, TAPS: 2, W_ACC: cells.accBits, CELL: cells.cell };
      // Some bugs leave something unused.
      const built = await build({ top: 'adder_array', sources, params, verilatorFlags: ['-Wno-UNUSEDSIGNAL'] });
      expect(() => shouldSum(built, shape, cells)).toThrow(/got|Counterexample/);
    });
  });
});
