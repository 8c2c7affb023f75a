// SPDX-License-Identifier: Apache-2.0
// The array seen from above: how much of its time each cell adds.

import { decimal, percent } from '../columns.ts';
import { box, chart, text } from './chart.ts';

const LEFT = 50;
const TOP = 24;
const SIDE = 264;

/**
 * Draws a cell for each row and column.
 * @param shares [row][column], from 0 to 1
 */
export function heatMap(title: string, shares: readonly (readonly number[])[]): string {
  const rows = shares.length;
  const columns = shares[0]!.length;
  const step = SIDE / Math.max(rows, columns);
  const cells = shares.flatMap((line, row) =>
    line.map((share, column) =>
      box(
        LEFT + column * step,
        TOP + row * step,
        step - (step > 6 ? 1 : 0),
        step - (step > 6 ? 1 : 0),
        'heat',
        `row ${row}, column ${column}: ${percent(share, 1)}`,
        share,
      ),
    ),
  );
  const scale = Array.from({ length: 11 }, (_, index) => index / 10);
  const key = LEFT + SIDE + 12;
  return chart(title, TOP + rows * step + 8, [
    text(LEFT, 14, 'columns: filters'),
    text(LEFT - 8, TOP + 12, 'rows:', 'end'),
    text(LEFT - 8, TOP + 28, 'images', 'end'),
    box(LEFT, TOP, columns * step, rows * step, 'ground'),
    ...cells,
    ...scale.flatMap((share, index) => [
      box(key, TOP + 4 + index * 14, 16, 14, 'ground'),
      box(key, TOP + 4 + index * 14, 16, 14, 'heat', undefined, share),
      ...(index % 5 === 0 ? [text(key + 22, TOP + 15 + index * 14, `${decimal(100 * share)} %`, 'tick')] : []),
    ]),
  ]);
}
