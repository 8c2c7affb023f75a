// SPDX-License-Identifier: Apache-2.0
// `berus energy --liberty`: the array is measured in cells of a library and priced; where it cannot be, the published
// tables still answer, and the report and one line on standard error say what is lacking.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { readMeasuredTable } from '../../src/energy/index.ts';
import type { EnergyCommandReport } from '../../src/report/index.ts';
import { OSU018 } from '../support/osu018.ts';
import { berus } from './berus.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus liberty '));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'small.json');
writeFileSync(config, JSON.stringify({ ...loadConfiguration('tiny'), weightDepth: 20_000 }));
const ASK = ['energy', 'lenet5', '--config', config, '--images', '4'];

/** The least that a library needs. */
const LEAST = `library (least) {
  nom_voltage : 1.2; time_unit : "1ns"; capacitive_load_unit (1, pf);
  cell (REG) { area : 7;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (D) { direction : input; } pin (CK) { direction : input; clock : true; }
    pin (Q) { direction : output; function : "IQ"; } }
  cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A";
    internal_power () { power (scalar) { values ("1"); } } } }
  cell (NAND) { area : 2; pin (A, B) { direction : input; } pin (Y) { direction : output; function : "(A B)'"; } }
}`;

let files = 0;
function library(text: string): string {
  const path = join(folder, `${files++}.lib`);
  writeFileSync(path, text);
  return path;
}

/** What the command says of a library that is not good enough. */
async function lacking(...args: string[]): Promise<string> {
  const {
    choice: _,
    minima: _beside,
    ...plain
  } = JSON.parse((await berus(...ASK, '--json')).out) as EnergyCommandReport;
  const { code, out, err } = await berus(...ASK, ...args, '--json');
  // Which cells to take depends on --data, and what those of minima skip.
  const { lacks, choice, minima: _minima, ...rest } = JSON.parse(out) as EnergyCommandReport;
  expect(code).toBe(2);
  expect(choice).not.toBeNull();
  expect({ ...rest, lacks: [] }).toEqual(plain);
  expect(err).toBe(`berus: ${lacks.join()}\n`);
  return lacks.join();
}

describe('a library that is not good enough', () => {
  it.each([
    ['power tables', LEAST.replace('internal_power', 'timing'), 'Expected library least to have internal_power tables'],
    ['a register', LEAST.replace('clocked_on : "CK"', 'clocked_on : "!CK"'), 'have a cell that is a register at the'],
    [
      'a register without clear',
      LEAST.replace('"D"; c', '"D"; clear : "D"; c'),
      'have a cell that is a register at the',
    ],
    ['an inverter', LEAST.replace('"!A"', '"A"'), 'have a cell that is an inverter, but it has none.'],
    ['gates', LEAST.replace("(A B)'", 'A^B'), 'have a cell that is an AND, NAND, OR or NOR of two inputs'],
    ['units', LEAST.replace('1, pf', '1, kg'), 'Expected capacitive_load_unit to be a number of f such as 1pf, but'],
    ['a unit', LEAST.replace('capacitive_load_unit (1, pf);', ''), 'such as 1pf, but received nothing.'],
    ['anything', 'module a; endmodule', 'Expected a library group in line 1 of the Liberty file.'],
  ])('should leave the published tables to answer: without %s', async (_, text, message) => {
    expect(await lacking('--liberty', library(text))).toContain(message);
  });

  it('should be one that is a file', async () => {
    expect(await lacking('--liberty', folder)).toBe(`Expected ${folder} to be a Liberty file, but received EISDIR.`);
  });

  it('should be said in the text, too', async () => {
    const { out } = await berus(...ASK, '--liberty', join(folder, 'none.lib'));
    expect(out).toMatch(/^Lacking, the array priced in gates: Expected .*none\.lib to be a Liberty file, .*ENOENT\.$/m);
  });

  it('should have a buffer where cells are in blocks', async () => {
    const blocks = join(folder, 'blocks.json');
    writeFileSync(blocks, JSON.stringify({ ...loadConfiguration('tiny'), weightDepth: 20_000, reach: 2 }));
    const { code, err } = await berus('energy', 'lenet5', '--config', blocks, '--liberty', library(LEAST));
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^berus: Expected library least to have a buffer, but it has none\.\n$/) as string,
    });
  });

  it('should be told from tools and images that are not there', async () => {
    const path = library(LEAST);
    expect(await lacking('--liberty', path, '--data', 'none')).toMatch(
      /^Expected --data to be a set of at least 16 test/,
    );
    vi.stubEnv('PATH', '');
    expect(await lacking('--liberty', path)).toBe(
      'Expected yosys to run, but it is not installed (Debian package yosys).',
    );
    vi.unstubAllEnvs();
  });
});

it.each([
  [['--sizes', '4'], 'Expected --liberty with --sizes, but received none.'],
  [['--save-table', 'a.json'], 'Expected --liberty with --save-table, but received none.'],
  [['--liberty', 'a.lib', '--table', 'b.json'], 'Expected --table or --liberty, but received both.'],
  [['--liberty', 'a.lib', '--sizes', '9'], 'Expected --sizes to be an integer from 1 to 8, but received 9.'],
  [['--liberty', 'a.lib', '--save-table', 'a.lib'], 'Expected --save-table to be a .json file, but received a.lib.'],
])('berus energy should refuse %j in one line', async (args, message) => {
  expect(await berus(...ASK, ...args)).toEqual({ code: 2, out: '', err: `berus: ${message}\n` });
});

it('an array should be measured in cells of osu018, and priced', { timeout: 300_000 }, async ({ skip }) => {
  if (!existsSync(OSU018)) skip('no qflow-tech-osu018');
  if (spawnSync('yosys', ['-V']).error !== undefined) skip('no yosys');
  const table = join(folder, 'table.json');
  const found = await berus(...ASK, '--liberty', OSU018, '--sizes', '1', '--save-table', table, '--json');
  expect(found.code).toBe(0);
  const { measured, lacks } = JSON.parse(found.out) as EnergyCommandReport;
  expect(lacks).toEqual([]);
  const { adder, twin, source } = measured!;
  expect(twin.total / adder.total).toBeGreaterThan(1.3);
  expect(twin.total / adder.total).toBeLessThan(2.5);
  expect(source.source).toMatch(/^1x1 arrays as gates of osu018_stdcells \(SHA-256 [0-9a-f]{12}\) by Yosys /);
  expect(source).toMatchObject({ voltage: '1.8 V', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string });
  // What was kept prices the same, and what is asked again is not measured again.
  const kept = JSON.parse((await berus(...ASK, '--table', table, '--json')).out) as EnergyCommandReport;
  expect(kept.measured).toEqual(measured);
  const again = await berus(...ASK, '--liberty', OSU018, '--sizes', '1', '--json');
  expect(again).toMatchObject({ code: 0, err: '', out: found.out });
  expect(readFileSync(table, 'utf8')).toContain('"multiplier"');
});

it(
  'an array in blocks, of cells that take two taps a clock, should be measured as it is',
  { timeout: 600_000 },
  async ({ skip }) => {
    if (!existsSync(OSU018)) skip('no qflow-tech-osu018');
    if (spawnSync('yosys', ['-V']).error !== undefined) skip('no yosys');
    const pairs = join(folder, 'pairs.json');
    writeFileSync(pairs, JSON.stringify({ ...loadConfiguration('tiny'), reach: 4, tapsPerClock: 2 }));
    const path = join(folder, 'pairs-table.json');
    const args = ['--config', pairs, '--liberty', OSU018, '--sizes', '2', '--save-table', path, '--json'];
    const found = await berus(...ASK, ...args);
    expect(found.code).toBe(0);
    const { measured } = JSON.parse(found.out) as EnergyCommandReport;
    // A block is as large as the array that is measured, at most.
    expect(measured!.note).toBe(null);
    expect(measured!.source.id).toBe('osu018_stdcells, measured in blocks of 4x4, 2 taps a clock');
    const { source } = measured!.source;
    expect(source).toMatch(/^2x2 arrays in blocks of 4x4, 2 taps a clock as gates of osu018_stdcells/);
    // A layer that was not fitted is within the 10 % that are promised.
    expect(Number(/not fitted within ([\d.]+) %; 16 pins on a net at most, no wires/.exec(source)![1])).toBeLessThan(
      10,
    );
    expect(readMeasuredTable(path)).toMatchObject({ reach: 4, tapsPerClock: 2 });
  },
);
