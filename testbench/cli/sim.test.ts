// SPDX-License-Identifier: Apache-2.0
// `berus sim` as it is typed.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cached, findEntry } from '../../sim/addon/cache.ts';
import { berus } from './berus.ts';

const design = join(import.meta.dirname, '../sim/fixtures');
const tally = join(design, 'vite/tally.v');
const include = join(design, 'vite');
const gallery = join(design, 'design/gallery.sv');

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus cli '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('berus sim types', () => {
  it('should print declarations', async () => {
    const { code, out, err } = await berus('sim', 'types', 'tally', '--source', tally, '--include', include);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'export interface TallyDesign {\n  readonly ports: {\n    /** Input, 1 bit. */\n    clk: number;',
    );
    expect(out).toContain('    /** Output, 8 bits. */\n    readonly count: number;');
  });

  it('should take parameters, macros and exposed signals, and write a file', async () => {
    const file = join(folder, 'gallery.d.ts');
    const args = [
      '--param',
      'DEPTH=0x6',
      'LABEL=text',
      '--define',
      'ONE',
      'TWO=2',
      '--expose',
      'state',
      'bits_u[1].held',
    ];
    const { code, out } = await berus('sim', 'types', 'gallery', '--source', gallery, ...args, '--out', file);
    expect({ code, out }).toEqual({ code: 0, out: `wrote ${file}\n` });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('/** Default 6. */\n    readonly DEPTH: number | bigint;');
    expect(text).toContain('    "bits_u[1].held": number;');
  });

  it('should describe the module in JSON', async () => {
    const args = ['--source', gallery, '--expose', 'gen_lane[0].gen_even.lane_u.mem', '--json'];
    const { code, out } = await berus('sim', 'types', 'gallery', ...args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      top: 'gallery',
      ports: expect.arrayContaining([
        { name: 'taps_in', direction: 'input', width: 16, signed: true, dims: [[0, 3]] },
      ]) as unknown,
      params: expect.arrayContaining([{ name: 'BIG', type: 'integer', value: '9007199254740993' }]) as unknown,
      exposed: [{ name: 'gen_lane[0].gen_even.lane_u.mem', width: 8, signed: false, dims: [[0, 3]] }],
      files: [gallery],
    });
  });

  it('should list files that are there, of an include whose name has a space too', async () => {
    const [source, spaced] = [join(folder, 'spaced.v'), join(folder, 'two words.vh')];
    writeFileSync(spaced, '`define HIGH 1\n');
    writeFileSync(source, '`include "two words.vh"\nmodule spaced(output wire y);\nassign y = `HIGH;\nendmodule\n');
    const { code, out } = await berus('sim', 'types', 'spaced', '--source', source, '--include', folder, '--json');
    expect(code).toBe(0);
    const { files } = JSON.parse(out) as { files: string[] };
    expect(files.toSorted()).toEqual([source, spaced]);
  });

  const base = ['sim', 'types', 'tally'];
  it.each([
    [base, 'Expected --source to name at least one Verilog file, but received none.'],
    [['sim', 'types'], 'Expected TOP after the command, but received nothing.'],
    [[...base, '--source', tally, '--param', 'WIDTH'], 'Expected --param to be name=value, but received WIDTH.'],
    [[...base, '--source', tally, '--define', '=1'], 'Expected --define to be name=value, but received =1.'],
    [
      [...base, '--source', '/no/such.v'],
      'Expected sources to hold absolute paths of files, but received /no/such.v, which is no file.',
    ],
    [[...base, '--source', tally, '--out', 'src'], 'Expected --out to be a file, but received the folder src.'],
    [
      [...base, '--source', tally, '--include', include, '--expose', 'cuont'],
      'Expected expose to name signals of tally, but received "cuont"; did you mean count?',
    ],
    [['sim', 'fly'], 'Expected a command that --help lists, but received fly.'],
  ])('should tell bad input in one line: %j', async (args, line) => {
    expect(await berus(...args)).toEqual({ code: 2, out: '', err: `berus: ${line}\n` });
  });

  it('should tell where the Verilog is wrong', async () => {
    const file = join(folder, 'wrong.v');
    writeFileSync(file, 'module wrong (input wire a, output wire b);\nassign b = c;\nendmodule\n');
    const { code, out, err } = await berus('sim', 'types', 'wrong', '--source', file);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^berus: Expected Verilog top wrong to build, but [^\n]*wrong\.v:2:12: [^\n]*'c'[^\n]*\n$/);
  });
});

describe('berus sim cache', () => {
  /** A cache with two entries, one of them damaged. */
  function fill(): string {
    const cache = mkdtempSync(join(folder, 'cache '));
    vi.stubEnv('BERUS_CACHE_DIR', cache);
    for (const [key, manifest] of [
      ['aa', '{"about":"model fifo","bytes":1500000,"files":{}}'],
      ['bb', 'cut sho'],
    ] as const) {
      mkdirSync(join(cache, 'v1/entries', key), { recursive: true });
      writeFileSync(join(cache, 'v1/entries', key, 'entry.json'), manifest);
    }
    return cache;
  }

  it('should list what there is', async () => {
    const cache = fill();
    const { code, out } = await berus('sim', 'cache');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {6}1\.5 MB {2}model fifo\nnever .* 0\.0 MB {2}damaged\n2 entries/);
    expect(out).toContain(`2 entries, 1.5 MB of 2147.5 MB, in ${cache}\n`);
  });

  it('should say of what was built what it is', async () => {
    vi.stubEnv('BERUS_CACHE_DIR', mkdtempSync(join(folder, 'cache ')));
    const nobody = (): void => undefined;
    await cached('cc', 'model counter', nobody, async (entry) => writeFileSync(join(entry, 'model.json'), '{}'));
    const { out } = await berus('sim', 'cache');
    expect(out).toMatch(/ 0\.0 MB {2}model counter\n1 entry, 0\.0 MB of /);
    await berus('sim', 'cache', '--clear');
    expect(await findEntry('cc')).toBeUndefined();
  });

  it('should list it in JSON', async () => {
    const cache = fill();
    const { out } = await berus('sim', 'cache', '--json');
    expect(JSON.parse(out)).toEqual({
      folder: cache,
      entries: [
        { key: 'aa', about: 'model fifo', bytes: 1_500_000, usedAt: expect.any(Number) as number },
        { key: 'bb', about: 'damaged', bytes: 0, usedAt: 0 },
      ],
      bytes: 1_500_000,
      limit: 2 ** 31,
    });
  });

  it('should clear it', async () => {
    const cache = fill();
    expect(await berus('sim', 'cache', '--clear')).toEqual({
      code: 0,
      out: `removed 2 entries, 1.5 MB, from ${cache}\n`,
      err: '',
    });
    expect((await berus('sim', 'cache')).out).toBe(`0 entries, 0.0 MB of 2147.5 MB, in ${cache}\n`);
  });

  it('should show a cache that is not there yet as empty', async () => {
    vi.stubEnv('BERUS_CACHE_DIR', join(folder, 'none'));
    const { code, out } = await berus('sim', 'cache');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^0 entries, 0\.0 MB of /) as string });
  });

  it('should tell a cache folder that cannot be written, and a wrong limit', async () => {
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    vi.stubEnv('BERUS_CACHE_DIR', join(file, 'cache'));
    const { code, err } = await berus('sim', 'cache', '--clear');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        /^berus: Expected a cache folder that can be written, but received [^\n]*\n$/,
      ) as string,
    });
    vi.stubEnv('BERUS_CACHE_BYTES', 'much');
    expect((await berus('sim', 'cache')).err).toBe(
      'berus: Expected BERUS_CACHE_BYTES to be a whole number of bytes, but received much.\n',
    );
  });
});

describe('help', () => {
  it.each([
    [['sim'], '  $ berus sim types fifo '],
    [['sim', 'types'], '  $ berus sim types fifo '],
    [['sim', 'cache'], '  $ berus sim cache --clear'],
  ])('should give an example of berus %j', async (command, example) => {
    const { code, out } = await berus(...command, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Example:\n${example}`);
  });
});
