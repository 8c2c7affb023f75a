// SPDX-License-Identifier: Apache-2.0
// The RTL is clean in three tools at every named configuration and at the edges
// of its parameters, without waivers; an illegal parameter stops all three with
// its own name.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Configuration, configurationNames, loadConfiguration } from '../../src/compile/index.ts';
import { coreParameters, rtlSources } from '../../src/device/index.ts';

type Parameters = Readonly<Record<string, number>>;

interface Outcome {
  readonly status: number;
  /** Everything printed, without what a clean run prints too. */
  readonly messages: string;
}

function run(command: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status: status ?? -1, messages: `${stdout}${stderr}`.trim() };
}

const TOOLS: Readonly<Record<string, (top: string, parameters: Parameters, sources?: readonly string[]) => Outcome>> = {
  verilator: (top, parameters, sources = rtlSources()) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-G${name}=${value}`);
    return run('verilator', ['--lint-only', '-Wall', '--top-module', top, ...sets, ...sources]);
  },
  icarus: (top, parameters, sources = rtlSources()) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-P${top}.${name}=${value}`);
    return run('iverilog', ['-g2005', '-Wall', '-t', 'null', '-s', top, ...sets, ...sources]);
  },
  yosys: (top, parameters, sources = rtlSources()) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const read = sources.map((path) => `read_verilog -defer "${path}"`);
    const set = sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : [];
    const script = [...read, ...set, `hierarchy -check -top ${top}`, 'proc', 'check -assert'].join('; ');
    return run('yosys', ['-q', '-p', script]);
  },
};

const tiny = loadConfiguration('tiny');
const EDGES: Readonly<Record<string, Configuration>> = {
  '1x1': { ...tiny, rows: 1, columns: 1 },
  '1x5 of 2 bits': { ...tiny, rows: 1, columns: 5, dataBits: 2, accBits: 12 },
  '7x2 of 16 bits': { ...tiny, rows: 7, columns: 2, dataBits: 16, accBits: 32 },
  'buffers of one word': { ...tiny, activationDepth: 1, weightDepth: 1, foldDepth: 1, programDepth: 1 },
};
const CONFIGURATIONS = {
  ...Object.fromEntries(configurationNames().map((name) => [name, loadConfiguration(name)])),
  ...EDGES,
};

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  it.each(Object.entries(CONFIGURATIONS))('should find nothing in %s', (_, configuration) => {
    expect(TOOLS[tool]!('adder_core', coreParameters(configuration))).toEqual({ status: 0, messages: '' });
  });

  it('should elaborate each module alone', () => {
    for (const path of rtlSources()) {
      const module = /([a-z0-9_]+)\.v$/.exec(path)![1]!;
      expect(TOOLS[tool]!(module, {}), module).toEqual({ status: 0, messages: '' });
    }
  });

  it.each([
    ['W_ACC', { W_ACC: 8 }, 'error_W_ACC_must_exceed_W_DATA'],
    ['W_ACC', { W_ACC: 33 }, 'error_W_ACC_must_be_at_most_32'],
    ['W_DATA', { W_DATA: 17, W_ACC: 32 }, 'error_W_DATA_must_be_from_2_to_16'],
    ['ROWS', { ROWS: 65 }, 'error_ROWS_must_be_from_1_to_64'],
    ['COLUMNS', { COLUMNS: 65 }, 'error_COLUMNS_must_be_from_1_to_64'],
    ['DEPTH', { FOLD_DEPTH: 0 }, 'error_DEPTH_must_be_at_least_1'],
  ])('should stop at an illegal %s %j', (_, change, message) => {
    const { status, messages } = TOOLS[tool]!('adder_core', { ...coreParameters(tiny), ...change });
    expect(status).not.toBe(0);
    expect(messages).toContain(message);
  });
});

it('should be able to fail: each tool reports an undeclared wire', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berus lint '));
  try {
    const path = join(folder, 'narrow.v');
    writeFileSync(path, 'module narrow(input wire a, output wire b); assign b = a & c; endmodule');
    for (const tool of Object.keys(TOOLS)) expect(TOOLS[tool]!('narrow', {}, [path]).messages, tool).not.toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
