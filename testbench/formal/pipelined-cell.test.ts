// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a cell of the pipelined array equals its definition for all operands and all states; and that the
// proof finds planted bugs.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';
import { provesRow } from '../support/row-proof.ts';

const cell = readFileSync(
  rtlSources().find((path) => path.endsWith('pipelined_cell.v'))!,
  'utf8',
);
const proves = (source: string, kind: number): boolean => provesRow('pipelined_cell', source, { CELL: kind }, {});

describe('pipelined_cell', () => {
  it.each([
    ['|x - w|', 0],
    ['max(0, x - w)', 1],
  ])('should be proved to sum %s', (_, kind) => {
    expect(proves(cell, kind)).toBe(true);
  });

  it.each([
    [0, 'nothing is inverted', '^ {W_DATA{~larger}}', ''],
    [0, 'what is inverted is short of 1', 'one    <= CELL != 1 & larger', 'one    <= CELL != 1 & ~larger'],
    [0, 'a skipped tap adds', 'if (skip) begin', "if (1'b0) begin"],
    [0, 'the 1 of a skipped tap is added', "        one    <= 1'b0;\n", ''],
    [0, 'the 1 of the tap before is lost', 'addend, rest};', "addend, 1'b0};"],
    [0, 'a sum starts with the old high bits', '& {W_ACC-W_DATA{~first}}', ''],
    [0, 'a sum does not start', 'first ? addend : next[W_DATA:1]', 'next[W_DATA:1]'],
    [0, 'a row not in use adds', '    if (used) begin', '    begin'],
    [0, 'the last tap’s 1 does not leave', '{rest, acc} : left', "{1'b0, acc} : left"],
    [0, 'what moves overrides a sum', 'load ? {rest, acc} : left', 'left'],
    [1, 'the smaller part is kept', '& {W_DATA{larger}}', '& {W_DATA{~larger}}'],
    [1, 'differences are short of 1', 'EXACT = CELL == 1', 'EXACT = CELL == 2'],
  ])('should not be proved with cells %i when %s', (kind, _, from, to) => {
    expect(cell).toContain(from);
    expect(proves(cell.replace(from, to), kind)).toBe(false);
  });
});
