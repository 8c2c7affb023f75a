// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys what the accelerator's top promises around a core that may do anything; and that the proof finds
// planted bugs. The properties are put inside copies of the modules, as they speak of registers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Change, type Proof, proves } from '../support/planted-proof.ts';

const MODULES = [
  'adder_top',
  'axi_lite_slave',
  'batch_runner',
  'control_registers',
  'pair_queue',
  'result_stream',
  'split_read',
  'clock_counter',
  'stream_loader',
];
const properties = (name: string): string => readFileSync(join(import.meta.dirname, 'properties', `${name}.v`), 'utf8');

/** Puts the properties in, and hands the top's `seen` on to those of the loader. */
const INSERTIONS: readonly Change[] = [
  ['adder_top', '\nendmodule', `\n${properties('adder_top')}\nendmodule`],
  ['adder_top', '.drop          (soft_reset),', '.seen(seen), .drop(soft_reset),'],
  ['stream_loader', '\nendmodule', `\n${properties('stream_loader_in_top')}\nendmodule`],
  ['stream_loader', 'input  wire                rst,', 'input wire rst, input wire seen,'],
];

const PROOF: Proof = {
  modules: MODULES,
  boxes: ['adder_core'],
  insertions: INSERTIONS,
  parameters: { ROWS: 2, COLUMNS: 2, W_DATA: 4 },
  passes: [],
  options: '-maxsteps 2',
};

it('should be proved to keep its promises', () => {
  expect(proves(PROOF)).toBe(true);
});

it.each<[string, Change]>([
  ['a third batch comes', ['adder_top', "(waiting == 2'd0 | (waiting == 2'd1 & ~running))", "(waiting != 2'd2)"]],
  ['weights come while a batch waits', ['adder_top', "(waiting == 2'd0 & ~running)", '(~running)']],
  ['weights come with pictures before them', ['stream_loader', ': idle);', ': room);']],
  ['a batch starts without a bank', ['batch_runner', 'waiting & bank_free &', 'waiting &']],
  ['a batch starts while one runs', ['batch_runner', '& ~running &', '&']],
  ['the core is loaded in its reset', ['adder_top', '.stop          (stopped)', '.stop          (soft_reset)']],
  ['a soft reset leaves batches', ['adder_top', '.rst   (clear)', '.rst   (rst)']],
  ['a soft reset leaves results', ['result_stream', '.rst   (rst | cut)', '.rst   (rst)']],
])('should not be proved where %s', (_, change) => {
  expect(proves(PROOF, [change])).toBe(false);
});
