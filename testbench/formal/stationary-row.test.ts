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
  it.each([1, 2])('should be proved to sum distances to taps, or to weights that %i cells hold', (HOLDS) => {
    expect(provesRow('stationary_row', row, { HOLDS })).toBe(true);
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
});
