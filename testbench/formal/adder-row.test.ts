// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells, which take one tap in a clock or two,
// equals its definition for all operands and all states; and that the proof finds
// planted bugs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';
import { provesRow } from '../support/row-proof.ts';

const row = readFileSync(
  rtlSources().find((path) => path.endsWith('adder_row.v'))!,
  'utf8',
);

/** A lane of the second tap's weights, and one that says that it is used. */
const SECOND = 'w[(n*COLUMNS + l)*W_LANE +: W_LANE]';
const SECOND_USED = `${SECOND} | {W_DATA{1'b1}} << W_DATA`;

/** Parameters of rows with two taps a clock. Two products of 8 bits would take minutes: codes are of 4. */
const pairs = (cell: number): Record<string, number> => ({ CELL: cell, TAPS: 2, W_DATA: cell === 2 ? 4 : 8 });

describe('adder_row', () => {
  it.each([
    ['|x - w|', 0],
    ['min(x, w), and of them |x - w| - w', 1],
    ['x w', 2],
  ])('should be proved to sum %s', (_, cell) => {
    expect(provesRow('adder_row', row, { CELL: cell })).toBe(true);
  });

  it.each([
    ['|x - w|', 0],
    ['min(x, w), and of them |x - w| - w', 1],
    ['x w', 2],
  ])('should be proved to sum %s of two taps a clock', (_, cell) => {
    expect(provesRow('adder_row', row, pairs(cell))).toBe(true);
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
    [1, 'the sum of x adds without a tap', '+: W_DATA]) & {W_DATA{valid}}', '+: W_DATA])'],
    [1, 'the sum of x is the next tile’s', 'load[0] ? x_acc : x_aside', 'x_acc'],
    [1, 'minima are taken off once', "{cell_sum, 1'b0}", "{1'b0, cell_sum}"],
    [2, 'weights have no sign', '{W_LANE-W_DATA{w_lane[W_DATA-1]}}', "{W_LANE-W_DATA{1'b0}}"],
    [2, 'it takes the smaller', 'CELL == 1)\n        added', 'CELL >= 1)\n        added'],
    [2, 'a row not in use adds', 'CELL == 0 || used ?', 'CELL == CELL ?'],
  ])('should not be proved with cells %i when %s', (cell, _, from, to) => {
    expect(row).toContain(from);
    expect(provesRow('adder_row', row.replace(from, to), { CELL: cell })).toBe(false);
  });

  it.each([
    [0, 'taps beside the first are ignored', 'n < TAPS; n', 'n < 1; n'],
    [0, 'the second is added in place of both', '            + added(LAST - j', '            + 0 * added(LAST - j'],
    [0, 'the second sees what the first does', 'x_in[n*W_LANE +: W_LANE] :', 'x_in[W_LANE-1:0] :'],
    [0, 'the second’s mask is ignored', 'w[(n*COLUMNS + l)*W_LANE +: W_LANE], used)', `${SECOND_USED}, used)`],
    [0, 'the second’s weight is the first’s', 'w[(n*COLUMNS + l)*W_LANE', 'w[l*W_LANE'],
    [0, 'a row not in use adds the second', 'w[(n*COLUMNS + l)*W_LANE +: W_LANE], used)', `${SECOND}, 1'b1)`],
    [0, 'the right cell sees the second late', 'x_q[(n*BLOCKS + BACK - (LAST - l) / REACH)', 'x_q[(n*BLOCKS + BACK)'],
    [0, 'the second does not move on', 's < TAPS; s', 's < 1; s'],
    [0, 'the second that moves on is the first', 'x_in[s*W_LANE', 'x_in[0*W_LANE'],
    [1, 'a row not in use adds the second', 'CELL == 0 || used ?', 'CELL == 0 || used || t > 0 ?'],
    [1, 'the sum of x has not the second', 'o < TAPS; o', 'o < 1; o'],
    [1, 'the sum of x has the first twice', 'x_q[o*BLOCKS*W_LANE +: W_DATA]', 'x_q[0 +: W_DATA]'],
    [2, 'taps beside the first are ignored', 'n < TAPS; n', 'n < 1; n'],
    [2, 'the second’s weight is the first’s', 'w[(n*COLUMNS + l)*W_LANE', 'w[l*W_LANE'],
  ])('should not be proved with cells %i of two taps a clock when %s', (cell, _, from, to) => {
    expect(row).toContain(from);
    expect(provesRow('adder_row', row.replace(from, to), pairs(cell))).toBe(false);
  });
});
