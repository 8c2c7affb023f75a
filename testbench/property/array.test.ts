// SPDX-License-Identifier: Apache-2.0
// The array by itself against plain sums, with each kind of cells; and so the pipelined array.

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { rtlSources } from '../../src/device/index.ts';
import { CELLS, type Cells, drive, PIPELINED_CELLS, shouldSum, type Tile } from '../support/array-law.ts';

const SIZES = [
  [1, 1],
  [4, 4],
  [3, 6],
  [7, 2],
] as const;

/** Both arrays, with the cells that each has. */
const ARRAYS = { adder_array: CELLS, pipelined_array: PIPELINED_CELLS };

const CASES = SIZES.flatMap(([rows, columns]) =>
  Object.entries(ARRAYS).map(([top, laws]) => ({ top, laws, rows, columns })),
);

describe.each(CASES)('$top of $rows rows and $columns columns', ({ top, laws, rows, columns }) => {
  const distances = laws['distances']!;
  const buildArray = ({ cell, accBits }: Cells): Promise<Model> => {
    const params = { ROWS: rows, COLUMNS: columns, W_ACC: accBits, CELL: cell };
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
      shouldSum(built, rows, columns, cells);
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
    const left = drive(model, rows, columns, [tile(1), tile(2), tile(3)], rows, 1, distances);
    expect(left.map(({ sums }) => sums[0])).toEqual([1, 2, 3].flatMap((sum) => Array<number>(columns).fill(sum)));
  });

  it('should leave idle rows still', () => {
    const tile: Tile = {
      x: [Array<number>(rows).fill(9)],
      w: [Array<number>(columns).fill(0)],
      gaps: [0],
    };
    const used = drive(model, rows, columns, [tile], 1, 5, distances);
    const idle = drive(
      model,
      rows,
      columns,
      [{ ...tile, x: [[9, ...Array<number>(rows - 1).fill(200)]] }],
      1,
      5,
      distances,
    );
    expect(idle).toEqual(used);
  });
});
