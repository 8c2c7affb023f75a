// SPDX-License-Identifier: Apache-2.0
// A step of the flow is done once for the same input; what fails or is killed leaves nothing, and can be repeated. And a
// board's top takes the configuration whole.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { boardDesign, boardNames, readBoard, type Toolchain } from '../../fpga/index.ts';
import { cachedRun, type Step } from '../../fpga/flow/cached-run.ts';
import { loadConfiguration } from '../../src/compile/index.ts';
import { root } from '../house/source-files.ts';

let folder = '';
let runs: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus steps '));
  vi.stubEnv('BERUS_CACHE_DIR', join(folder, 'cache'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  mkdirSync(join(folder, 'tmp'));
  runs = [];
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A toolchain whose program copies its input, and fails while it is told to. */
function copier(version: string, fails = false): Toolchain {
  return {
    kind: 'system',
    versions: { yosys: version },
    run: async (_, args, where) => {
      runs.push(args.join(' '));
      writeFileSync(join(where, 'out'), fails ? 'half' : readFileSync(join(where, 'in')));
      if (fails) throw new Error('killed');
      return '';
    },
  };
}

const step = (text: string, toolchain: Toolchain, args: readonly string[] = ['a']): Step => ({
  about: 'a copy',
  toolchain,
  tool: 'yosys',
  args,
  inputs: [['in', text]],
  outputs: ['out'],
});

describe('a step', () => {
  const read = async (one: Step): Promise<string> => readFileSync(join(await cachedRun(one), 'out'), 'utf8');

  it('should be done once for the same input, arguments and version', async () => {
    expect(await read(step('one', copier('1')))).toBe('one');
    expect(await read(step('one', copier('1')))).toBe('one');
    expect(runs).toHaveLength(1);
    expect(await read(step('two', copier('1')))).toBe('two');
    expect(await read(step('one', copier('2')))).toBe('one');
    expect(await read(step('one', copier('1'), ['b']))).toBe('one');
    expect(runs).toEqual(['a', 'a', 'a', 'b']);
  });

  it('should be another by another program, from elsewhere, with other names of files', async () => {
    const one = step('one', copier('1'));
    const versions = { yosys: '1', icepack: '1' };
    await cachedRun(one);
    await cachedRun({ ...one, toolchain: { ...one.toolchain, kind: 'npm' } });
    await cachedRun({ ...one, toolchain: { ...one.toolchain, versions }, tool: 'icepack' });
    await cachedRun({ ...one, inputs: [...one.inputs, ['more', '']] });
    await cachedRun({ ...one, inputs: [...one.inputs, ['other', '']] });
    await cachedRun({ ...one, outputs: ['out', 'in'] });
    expect(runs).toHaveLength(6);
  });

  it('should keep what is made of its files, too', async () => {
    const extract = async (where: string): Promise<Record<string, string>> => ({
      length: String(readFileSync(join(where, 'out')).length),
    });
    const made = await cachedRun({ ...step('four', copier('1')), extract });
    expect(readdirSync(made)).toEqual(expect.arrayContaining(['length', 'out']));
    expect(readFileSync(join(made, 'length'), 'utf8')).toBe('4');
  });

  it('should leave nothing where it fails, and be done when it is asked for again', async () => {
    await expect(read(step('one', copier('1', true)))).rejects.toThrow('killed');
    expect(readdirSync(join(folder, 'cache', 'v1', 'entries'))).toEqual([]);
    expect(readdirSync(join(folder, 'cache', 'v1', 'tmp'))).toEqual([]);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(await read(step('one', copier('1')))).toBe('one');
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});

describe("a board's top", () => {
  const tiny = loadConfiguration('tiny');

  it.each(boardNames().filter((id) => readBoard(id).top !== undefined))('should take every size: %s', (id) => {
    const { parameters, sizes } = boardDesign(readBoard(id), tiny);
    expect(parameters).toEqual(sizes);
  });

  it('should be refused where it lacks one that the configuration sets', () => {
    const small = readBoard(join(root, 'testbench', 'fpga', 'boards', 'small'));
    expect(boardDesign(small, tiny).parameters).toMatchObject({ ROWS: 4, WEIGHT_DEPTH: tiny.weightDepth });
    expect(() => boardDesign(small, { ...tiny, partialDepth: 8 })).toThrow(
      'Expected small_top to have the parameter PARTIAL_DEPTH, which the configuration sets to 8, but received none.',
    );
  });
});
