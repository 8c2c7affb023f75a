// SPDX-License-Identifier: Apache-2.0
// What a Verilog top takes on an iCE40, by Yosys.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../../src/energy/gate/run-tool.ts';

/** Counts of an iCE40's parts. */
export interface Ice40Cells {
  readonly luts: number;
  readonly carries: number;
  readonly registers: number;
  readonly multipliers: number;
}

/** Synthesizes a top for iCE40 and counts. */
export async function ice40Cells(
  top: string,
  sources: readonly string[],
  parameters: Readonly<Record<string, number>>,
  options = '',
): Promise<Ice40Cells> {
  const folder = mkdtempSync(join(tmpdir(), 'berus ice40 '));
  try {
    const json = join(folder, 'netlist.json');
    const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const script = [
      ...sources.map((path) => `read_verilog "${path}"`),
      ...(sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : []),
      `synth_ice40 -abc2 ${options} -top ${top}`,
      'setattr -mod -unset keep_hierarchy',
      'flatten',
      `write_json "${json}"`,
    ].join('; ');
    await runTool('yosys', ['-q', '-p', script], 'Debian package yosys');
    const { modules } = JSON.parse(readFileSync(json, 'utf8')) as {
      modules: Record<string, { attributes: Record<string, string>; cells: Record<string, { type: string }> }>;
    };
    const { cells } = Object.values(modules).find(({ attributes }) => attributes['top'] !== undefined)!;
    const count = (kind: RegExp): number => Object.values(cells).filter(({ type }) => kind.test(type)).length;
    return {
      luts: count(/^SB_LUT4$/),
      carries: count(/^SB_CARRY$/),
      registers: count(/^SB_DFF/),
      multipliers: count(/^SB_MAC16$/),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
