// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that the scanner of taps never fills its queue too far, and ends each tile and each layer with one tap,
// whatever the nest's loops and the flags do; and that planted bugs are not proved.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Change, type Proof, proves } from '../support/planted-proof.ts';

const properties = readFileSync(join(import.meta.dirname, 'properties', 'tap_scanner.v'), 'utf8');

/** Whether a window waits at each place of the queue, and the two highest bits of what goes with it. */
const PLACES = `
assign in_order = count[1:0] == tail - head;
genvar age;
generate for (age = 0; age < 4; age = age + 1) begin : gen_place
    wire [1:0] place = head + age[1:0];
    assign waits[age] = age < count;
    assign {nest_ends[age], tile_ends[age]} = with_taps[place][W-1:W-2];
end endgenerate
`;

/** Puts the properties in, and hands on to them what waits. */
const INSERTIONS: readonly Change[] = [
  ['tap_queue', '\nendmodule', `${PLACES}\nendmodule`],
  [
    'tap_queue',
    'input  wire         clk,',
    'input wire clk, output wire [3:0] waits, tile_ends, nest_ends, output wire in_order,',
  ],
  ['tap_scanner', '\nendmodule', `\n${properties}\nendmodule`],
  [
    'tap_scanner',
    '.push    (push),',
    '.waits(waits), .tile_ends(tile_ends), .nest_ends(nest_ends), .in_order(in_order), .push(push),',
  ],
];

const PROOF: Proof = {
  modules: ['tap_scanner', 'tap_queue'],
  boxes: ['nest_counter', 'nest_value'],
  insertions: INSERTIONS,
  parameters: { W_COUNT: 8, W_ADDR: 14 },
  passes: ['memory -nomap', 'memory_map'],
  options: '-set-assumes -set-init seen 0 -maxsteps 3',
};

it('should be proved to end each tile and each layer, and to leave room in the queue', () => {
  expect(proves(PROOF)).toBe(true);
});

it.each<[string, Change]>([
  ['a window is walked without room for it', ['tap_scanner', "count + {2'd0, scanned} < QUEUE", 'count < QUEUE']],
  ['a tile of zeros has no last tap', ['tap_scanner', 'scanned & (~none | tile_last_1)', 'scanned & ~none']],
  ['every window of zeros is issued', ['tap_scanner', 'scanned & (~none | tile_last_1)', 'scanned & scanning']],
  ['a reset leaves a window', ['tap_scanner', 'scanned <= scan & ~rst', 'scanned <= scan']],
  ['a reset leaves what waits', ['tap_scanner', '.rst     (rst)', ".rst     (1'b0)"]],
  ['a reset leaves the scan on', ['tap_scanner', "    if (rst)\n        scanning <= 1'b0;\n", '']],
  ['every tap of the last window ends the tile', ['tap_scanner', 'highest & in_tile_last', 'in_tile_last']],
  ['the nest is walked for ever', ['tap_scanner', 'run_done & &at_last', "run_done & &at_last & 1'b0"]],
  ['the nest ends with any tile', ['tap_scanner', 'nest_last_1 <= run_ends & &at_last', 'nest_last_1 <= run_ends']],
])('should not be proved where %s', (_, change) => {
  expect(proves(PROOF, [change])).toBe(false);
});
