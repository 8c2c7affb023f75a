// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells, or a cell, equals its definition for all operands and all states.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

const FORMAL = join(import.meta.dirname, '..', 'formal');

/**
 * Whether a row equals `<module>_definition`.
 * @param source Verilog of the row
 * @param parameters of the row and of its definition
 * @param own parameters of the row alone
 */
export function provesRow(
  module: string,
  source: string,
  parameters: Readonly<Record<string, number>>,
  own: Readonly<Record<string, number>> = { COLUMNS: 2 },
): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
  try {
    const design = join(folder, `${module}.v`);
    writeFileSync(design, source);
    const sets = (values: Readonly<Record<string, number>>): string =>
      Object.entries(values)
        .map(([name, value]) => `-set ${name} ${value}`)
        .join(' ');
    const script = [
      `read_verilog "${design}" "${join(FORMAL, `${module}_definition.v`)}"`,
      `chparam ${sets({ ...parameters, ...own })} ${module}`,
      `chparam ${sets(parameters)} ${module}_definition`,
      'proc',
      'opt -full',
      `equiv_make ${module} ${module}_definition proof`,
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
  } finally {
    rmSync(folder, { recursive: true });
  }
}
