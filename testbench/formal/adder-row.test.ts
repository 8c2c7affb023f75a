// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells equals its definition for all operands
// and all states; and that the proof finds planted bugs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
afterAll(() => rmSync(folder, { recursive: true }));

const row = readFileSync(
  rtlSources().find((path) => path.endsWith('adder_row.v'))!,
  'utf8',
);
const definition = join(import.meta.dirname, 'adder_row_definition.v');

/** Whether a row of such cells equals its definition. */
function proves(source: string, cell: number): boolean {
  const design = join(folder, 'adder_row.v');
  writeFileSync(design, source);
  const script = [
    `read_verilog "${design}" "${definition}"`,
    'chparam -set COLUMNS 2 adder_row',
    `chparam -set CELL ${cell} adder_row adder_row_definition`,
    'proc',
    'opt -full',
    'equiv_make adder_row adder_row_definition proof',
    'hierarchy -top proof',
    'equiv_simple',
    'equiv_induct',
    'equiv_status -assert',
  ].join('; ');
  const { status, error, stdout, stderr } = spawnSync('yosys', ['-q', '-p', script], { encoding: 'utf8' });
  if (error) throw error;
  // Only the proof itself may fail.
  if (status !== 0) expect(stdout + stderr).toContain('unproven $equiv cells');
  return status === 0;
}

describe('adder_row', () => {
  it.each([
    ['|x - w|', 0],
    ['min(x, w), and of them |x - w| - w', 1],
  ])('should be proved to sum %s', (_, cell) => {
    expect(proves(row, cell)).toBe(true);
  });

  it.each([
    [0, '1 is not added to what was inverted', ' - {W_LANE{difference[W_LANE-1]}}', ''],
    [0, 'all is inverted', '^ {W_LANE{difference[W_LANE-1]}}', "^ {W_LANE{1'b1}}"],
    [0, 'masks are ignored', '((w_lane >> W_DATA) & {W_LANE{row_used}})', '{W_LANE{row_used}}'],
    [0, 'a row not in use adds', '& {W_LANE{row_used}}', ''],
    [0, 'a sum does not start', ' & keep[j*W_LANE +: W_LANE])', ')'],
    [0, 'the left cell sees what the right one does', 'j == LAST ? x_in', 'j == COLUMNS ? x_in'],
    [0, 'the right sum is late', 'load[0] ? acc[W_CELL-1:0] : ', ''],
    [0, 'moving overrides a sum', 'if (load[k] & k > 0)', 'if (load[k] & k > 0 & ~move[k])'],
    [1, 'it takes the larger', 'x_lane < w_lane ?', 'x_lane > w_lane ?'],
    [1, 'a row not in use adds', 'CELL == 0 || used ?', 'CELL == CELL ?'],
    [1, 'the sum of x does not start', '(x_acc & keep[W_CELL-1:0])', '(x_acc)'],
    [1, 'the sum of x adds without a tap', 'right_x & {W_DATA{valid}}', 'right_x'],
    [1, 'the sum of x is the next tile’s', 'load[0] ? x_acc : x_aside', 'x_acc'],
    [1, 'minima are taken off once', "{cell_sum, 1'b0}", "{1'b0, cell_sum}"],
  ])('should not be proved with cells %i when %s', (cell, _, from, to) => {
    expect(row).toContain(from);
    expect(proves(row.replace(from, to), cell)).toBe(false);
  });
});
