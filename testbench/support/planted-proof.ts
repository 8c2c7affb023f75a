// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys what modules of the RTL keep to together, by induction or for so many clocks, with properties put inside
// copies of them, as they speak of registers, or said by a module around them; and, with a change more, that a planted bug
// is not proved.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

/** A text in a module, and what comes in its place. */
export type Change = readonly [module: string, from: string, to: string];

/** What is proved. */
export interface Proof {
  /** Modules that are read, of the RTL or of testbench/formal, the first of them on top. */
  readonly modules: readonly string[];
  /** Modules of which only the ports are read: what comes out of them is anything. */
  readonly boxes: readonly string[];
  /** Puts the properties in. */
  readonly insertions: readonly Change[];
  /** Parameters of the top. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Passes between `flatten` and the proof. */
  readonly passes: readonly string[];
  /** Options of `sat` besides those of every proof. */
  readonly options: string;
  /** Clocks from the first state on, which `options` says, that are proved. @defaultValue all, by induction */
  readonly clocks?: number;
}

/** The file of a module. */
function fileOf(module: string): string {
  return (
    rtlSources().find((path) => basename(path) === `${module}.v`) ??
    join(import.meta.dirname, '..', 'formal', `${module}.v`)
  );
}

/**
 * Whether the modules, with some changes, keep to their properties.
 * @throws {Error} where Yosys is not there
 */
export function proves(
  { modules, boxes, insertions, parameters, passes, options, clocks }: Proof,
  changes: readonly Change[] = [],
): boolean {
  const texts = new Map(modules.map((module) => [module, readFileSync(fileOf(module), 'utf8')]));
  for (const [module, from, to] of [...changes, ...insertions]) {
    const text = texts.get(module)!;
    expect(text, module).toContain(from);
    texts.set(
      module,
      text.replace(from, () => to),
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
  try {
    for (const [module, text] of texts) writeFileSync(join(folder, `${module}.v`), text);
    const [top] = modules;
    const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const script = [
      ...boxes.map((module) => `read_verilog -lib "${fileOf(module)}"`),
      ...modules.map((module) => `read_verilog -formal "${join(folder, `${module}.v`)}"`),
      `chparam ${sets.join(' ')} ${top}`,
      `hierarchy -check -top ${top}`,
      'proc',
      'flatten',
      ...passes,
      'opt_clean',
      // A top whose parameters are set may have another name.
      `sat ${clocks === undefined ? '-tempinduct' : `-seq ${clocks}`} -prove-asserts ${options} -verify -ignore_unknown_cells A:top`,
    ].join('; ');
    const { status, stdout, stderr, error } = spawnSync('yosys', ['-p', script], { encoding: 'utf8' });
    if (error) throw error;
    // Only the proof itself may fail.
    if (status !== 0) expect(stdout + stderr).toMatch(/proof did fail/);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
