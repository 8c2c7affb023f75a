// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys, by induction over any inputs, what the accelerator's bus modules promise; and that the proofs find
// planted bugs. The properties are put inside copies of the modules, as they speak of registers.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rtlSources } from '../../src/device/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus formal '));
afterAll(() => rmSync(folder, { recursive: true }));

const rtl = (module: string): string => rtlSources().find((path) => path.endsWith(`/${module}.v`))!;

/** Sizes at which a proof takes no time, and whose beats are wider than their words. */
const SIZES: Readonly<Record<string, string>> = {
  axi_lite_slave: '',
  stream_loader: '-set ROWS 3 -set PAD_DEPTH 3',
  result_stream: '-set ROWS 3 -set W_WORD 6 -set W_RESULT 16',
};

function proves(module: string, change: (source: string) => string = (source) => source): boolean {
  const properties = readFileSync(join(import.meta.dirname, 'properties', `${module}.v`), 'utf8');
  const source = change(readFileSync(rtl(module), 'utf8'));
  const end = source.lastIndexOf('endmodule');
  const design = join(folder, `${module}.v`);
  writeFileSync(design, `${source.slice(0, end)}${properties}${source.slice(end)}`);
  const size = SIZES[module]!;
  const script = [
    `read_verilog -formal "${design}"`,
    `read_verilog "${rtl('pair_queue')}"`,
    ...(size === '' ? [] : [`chparam ${size} ${module}`]),
    `hierarchy -check -top ${module}`,
    'proc',
    'flatten',
    'memory',
    'opt_clean',
    `sat -tempinduct -prove-asserts -set-assumes -maxsteps 4 -verify ${module}`,
  ].join('; ');
  const { status, stdout, stderr, error } = spawnSync('yosys', ['-p', script], { encoding: 'utf8' });
  if (error) throw error;
  // Only the proof itself may fail.
  if (status !== 0) expect(stdout + stderr).toMatch(/proof did fail/);
  return status === 0;
}

describe.each(Object.keys(SIZES))('%s', (module) => {
  it('should be proved to keep its promises', () => {
    expect(proves(module)).toBe(true);
  });
});

it.each([
  ['axi_lite_slave', 'an answer does not wait for data', 'address_held & data_held &', 'address_held &'],
  ['axi_lite_slave', 'an answer does not wait for the one before', '& ~s_axil_bvalid;', ';'],
  ['axi_lite_slave', 'a read goes on while the answer before waits', 'read_held & ~s_axil_rvalid', 'read_held'],
  ['axi_lite_slave', 'a read does not wait', 'read & ~read_wait;', 'read;'],
  [
    'axi_lite_slave',
    'an address is taken before the read ahead of it',
    'arready = ~read_held',
    'arready = ~(read_held & s_axil_rvalid)',
  ],
  ['axi_lite_slave', 'an answer is not kept', 's_axil_bvalid & ~s_axil_bready', "1'b0"],
  ['stream_loader', 'a packet may end a word past its buffer', "past > {1'b0, depth", "past > 1'b1 + {1'b0, depth"],
  ['stream_loader', 'the length may be 0', "left == {W_AT{1'b0}} | ", ''],
  ['stream_loader', 'of an address only its low bits count', 'far | left ==', 'left =='],
  ['stream_loader', 'any number of images may come', ' | batch_images > ROWS[6:0]', ''],
  ['stream_loader', 'words go on after the last', 'else if (take & last_word)', "else if (1'b0)"],
  ['stream_loader', 'a core that is not ready is loaded', '(state == WORDS & load_ready)', 'state == WORDS'],
  ['stream_loader', 'stop does not stop', '~stop & (state', '(state'],
  ['result_stream', 'a cut takes a beat back', 'if (advance) begin', 'if (advance | cut) begin'],
  ['result_stream', 'a cut leaves a packet open', 'closing    <= open;', "closing    <= 1'b0;"],
  ['result_stream', 'the next packet does not wait for the end', 'advance & ~closing;', 'advance;'],
  ['result_stream', 'a beat changes while it waits', 'if (advance) begin', 'begin'],
  ['result_stream', 'a word is read past the last', 'any & more &', 'any &'],
])('should not be proved: %s, %s', (module, _, from, to) => {
  const change = (source: string): string => {
    expect(source).toContain(from);
    return source.replace(from, to);
  };
  expect(proves(module, change)).toBe(false);
});
