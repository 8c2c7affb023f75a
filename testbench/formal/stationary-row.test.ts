// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells that can hold weights equals its definition for all operands and all states;
// and that the proof finds planted bugs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';
import { provesRow } from '../support/row-proof.ts';

const row = readFileSync(
  rtlSources().find((path) => path.endsWith('stationary_row.v'))!,
  'utf8',
);

describe('stationary_row', () => {
  it.each([
    ['distances', 0, 1],
    ['distances', 0, 2],
    ['minima', 1, 1],
    ['minima', 1, 2],
  ])('should be proved to sum %s to taps, or to weights that cells hold: CELL %i, %i cells', (_, CELL, HOLDS) => {
    expect(provesRow('stationary_row', row, { CELL, HOLDS })).toBe(true);
  });

  it.each([
    ['a place moves unasked', 'if (shift[i])', ''],
    ['a weight is held unasked', 'else if (swap[h])', 'else'],
    ['a cell that holds nothing does', 'if (h < PASS)', 'if (h < PASS - 1)'],
    ['a tap is a weight', 'stationary ? held[j', '~stationary ? held[j'],
    ['sums do not move', 'acc[(j+1)*W_LANE', 'acc[j*W_LANE'],
    ['a sum of weights has one before it', "(j == LAST ? {W_LANE{1'b0}} :", "(j == COLUMNS ? {W_LANE{1'b0}} :"],
    ['masks of weights are ignored', '(x_lane & w_lane)', 'w_lane'],
    ['masks of activations are ignored', '(x_lane & w_lane)', 'x_lane'],
    ['a row not in use adds', '& {W_LANE{row_used}}', ''],
    ['a sum does not start', ' & keep[j*W_LANE +: W_LANE])', ')'],
    ['what leaves is a sum aside', 'load[0] | stationary', 'load[0]'],
  ])('should not be proved when %s', (_, from, to) => {
    expect(row).toContain(from);
    expect(provesRow('stationary_row', row.replace(from, to), { HOLDS: 1 })).toBe(false);
  });

  it.each([
    ['it takes the larger', 'x_lane < w_lane ?', 'x_lane > w_lane ?'],
    ['weights that do not count have a code', '{W_DATA{x_used & used}}', '{W_DATA{used}}'],
    ['a row not in use adds', '{W_DATA{x_used & used}}', '{W_DATA{x_used}}'],
    ['the sum of x is the row’s own', 'stationary ? x_total[W_CELL-1:0] : load[0]', 'load[0]'],
    ['activations of no tap count', 'right_x & {W_DATA{valid & ~stationary}}', 'right_x & {W_DATA{~stationary}}'],
    ['the sum of x is of what the left cell sees', 'LAST == 0 ? x_in[W_DATA-1:0]', 'LAST == 1 ? x_in[W_DATA-1:0]'],
    ['minima are taken off once', "{cell_sum, 1'b0}", "{1'b0, cell_sum}"],
  ])('should not be proved with cells of minima when %s', (_, from, to) => {
    expect(row).toContain(from);
    expect(provesRow('stationary_row', row.replace(from, to), { CELL: 1, HOLDS: 1 })).toBe(false);
  });
});
