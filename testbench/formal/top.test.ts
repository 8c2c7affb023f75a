// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys what the accelerator's top promises around a core that may do anything; and that the proof finds
// planted bugs. The properties are put inside copies of the modules, as they speak of registers.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULES = [
  'adder_top',
  'axi_lite_slave',
  'batch_runner',
  'control_registers',
  'pair_queue',
  'result_stream',
  'split_read',
  'stream_loader',
];
const rtl = (module: string): string => rtlSources().find((path) => basename(path) === `${module}.v`)!;
const properties = (name: string): string => readFileSync(join(import.meta.dirname, 'properties', `${name}.v`), 'utf8');

type Change = readonly [module: string, from: string, to: string];

/** Puts the properties in, and hands the top's `seen` on to those of the loader. */
const INSERTIONS: readonly Change[] = [
  ['adder_top', '\nendmodule', `\n${properties('adder_top')}\nendmodule`],
  ['adder_top', '.drop          (soft_reset),', '.seen(seen), .drop(soft_reset),'],
  ['stream_loader', '\nendmodule', `\n${properties('stream_loader_in_top')}\nendmodule`],
  ['stream_loader', 'input  wire                rst,', 'input wire rst, input wire seen,'],
];

function proves(changes: readonly Change[] = []): boolean {
  const texts = new Map(MODULES.map((module) => [module, readFileSync(rtl(module), 'utf8')]));
  for (const [module, from, to] of [...changes, ...INSERTIONS]) {
    const text = texts.get(module)!;
    expect(text, module).toContain(from);
    texts.set(
      module,
      text.replace(from, () => to),
    );
  }
  for (const [module, text] of texts) writeFileSync(join(folder, `${module}.v`), text);
  const script = [
    // A box: what comes out of it is anything.
    `read_verilog -lib "${rtl('adder_core')}"`,
    ...MODULES.map((module) => `read_verilog -formal "${join(folder, `${module}.v`)}"`),
    'chparam -set ROWS 2 -set COLUMNS 2 -set W_DATA 4 adder_top',
    'hierarchy -check -top adder_top',
    'proc',
    'flatten',
    'opt_clean',
    'sat -tempinduct -prove-asserts -maxsteps 2 -verify -ignore_unknown_cells adder_top',
  ].join('; ');
  const { status, stdout, stderr, error } = spawnSync('yosys', ['-p', script], { encoding: 'utf8' });
  if (error) throw error;
  // Only the proof itself may fail.
  if (status !== 0) expect(stdout + stderr).toMatch(/proof did fail/);
  return status === 0;
}

it('should be proved to keep its promises', () => {
  expect(proves()).toBe(true);
});

it.each<[string, Change]>([
  ['a third batch comes', ['adder_top', "(waiting == 2'd0 | (waiting == 2'd1 & ~running))", "(waiting != 2'd2)"]],
  ['weights come while a batch waits', ['adder_top', "(waiting == 2'd0 & ~running)", '(~running)']],
  ['weights come with pictures before them', ['stream_loader', ': idle);', ': room);']],
  ['a batch starts without a bank', ['batch_runner', 'waiting & bank_free &', 'waiting &']],
  ['a batch starts while one runs', ['batch_runner', '& ~running &', '&']],
  ['the core is loaded in its reset', ['adder_top', '.stop          (core_rst)', '.stop          (clear)']],
  ['a soft reset leaves batches', ['adder_top', '.rst   (clear)', '.rst   (rst)']],
  ['a soft reset leaves results', ['result_stream', '.rst   (rst | cut)', '.rst   (rst)']],
])('should not be proved where %s', (_, change) => {
  expect(proves([change])).toBe(false);
});
