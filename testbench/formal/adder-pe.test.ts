// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that the cell equals its definition for all operands and all
// states; and that the proof finds planted bugs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
afterAll(() => rmSync(folder, { recursive: true }));

const cell = readFileSync(
  rtlSources().find((path) => path.endsWith('adder_pe.v'))!,
  'utf8',
);
const definition = join(import.meta.dirname, 'adder_pe_definition.v');

function proves(source: string): boolean {
  const design = join(folder, 'adder_pe.v');
  writeFileSync(design, source);
  const script = [
    `read_verilog "${design}" "${definition}"`,
    'proc',
    'opt_clean',
    'equiv_make adder_pe adder_pe_definition proof',
    'hierarchy -top proof',
    'equiv_simple',
    'equiv_induct',
    'equiv_status -assert',
  ].join('; ');
  const { status, error } = spawnSync('yosys', ['-q', '-p', script], { encoding: 'utf8' });
  if (error) throw error;
  return status === 0;
}

describe('adder_pe', () => {
  it('should be proved to add |x - w|', () => {
    expect(proves(cell)).toBe(true);
  });

  it.each([
    ['the sign is not added', " + {{W_DATA-1{1'b0}}, sign}", ''],
    ['the sign is inverted', '{W_DATA{sign}}', '{W_DATA{~sign}}'],
    ['first does not start a sum', '{W_ACC{~first}}', "{W_ACC{1'b1}}"],
    ['invalid taps are added', 'if (valid)\n        acc', 'if (1)\n        acc'],
    [
      'shift overrides a sum',
      'if (valid & last)\n        sum_out <= sum;\n    else if (shift)\n        sum_out <= sum_in;',
      'if (shift)\n        sum_out <= sum_in;\n    else if (valid & last)\n        sum_out <= sum;',
    ],
  ])('should not be proved when %s', (_, from, to) => {
    expect(cell).toContain(from);
    expect(proves(cell.replace(from, to))).toBe(false);
  });
});
