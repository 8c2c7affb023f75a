// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells equals its definition for all operands
// and all states; and that the proof finds planted bugs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';
import { provesRow } from '../support/row-proof.ts';

const row = readFileSync(
  rtlSources().find((path) => path.endsWith('adder_row.v'))!,
  'utf8',
);
describe('adder_row', () => {
  it.each([
    ['|x - w|', 0],
    ['min(x, w), and of them |x - w| - w', 1],
    ['x w', 2],
  ])('should be proved to sum %s', (_, cell) => {
    expect(provesRow('adder_row', row, { CELL: cell })).toBe(true);
  });

  it.each([
    [0, '1 is not added to what was inverted', ' - {W_LANE{difference[W_LANE-1]}}', ''],
    [0, 'all is inverted', '^ {W_LANE{difference[W_LANE-1]}}', "^ {W_LANE{1'b1}}"],
    [0, 'masks are ignored', '((w_lane >> W_DATA) & {W_LANE{row_used}})', '{W_LANE{row_used}}'],
    [0, 'a row not in use adds', '& {W_LANE{row_used}}', ''],
    [0, 'a sum does not start', ' & keep[(BACK - (LAST - j) / REACH)*W_LANE +: W_LANE])', ')'],
    [0, 'the left cell sees what the right one does', 'LAST - j < REACH ? x_in', 'LAST - j > COLUMNS ? x_in'],
    [0, 'the right sum is late', 'load[0] ? acc[W_CELL-1:0] : ', ''],
    [0, 'moving overrides a sum', 'if (load[BLOCK] & TAKES)', 'if (load[BLOCK] & TAKES & ~move[k])'],
    [1, 'it takes the larger', 'x_lane < w_lane ?', 'x_lane > w_lane ?'],
    [1, 'a row not in use adds', 'CELL == 0 || used ?', 'CELL == CELL ?'],
    [1, 'the sum of x does not start', '(x_acc & keep[W_CELL-1:0])', '(x_acc)'],
    [1, 'the sum of x adds without a tap', 'right_x & {W_CELL{valid}}', 'right_x'],
    [1, 'the sum of x is the next tile’s', 'load[0] ? x_acc : x_aside', 'x_acc'],
    [1, 'minima are taken off once', "{cell_sum, 1'b0}", "{1'b0, cell_sum}"],
    [2, 'weights have no sign', '{W_LANE-W_DATA{w_lane[W_DATA-1]}}', "{W_LANE-W_DATA{1'b0}}"],
    [2, 'it takes the smaller', 'CELL == 1)\n        added', 'CELL >= 1)\n        added'],
    [2, 'a row not in use adds', 'CELL == 0 || used ?', 'CELL == CELL ?'],
  ])('should not be proved with cells %i when %s', (cell, _, from, to) => {
    expect(row).toContain(from);
    expect(provesRow('adder_row', row.replace(from, to), { CELL: cell })).toBe(false);
  });
});
