// SPDX-License-Identifier: Apache-2.0
// The flow with the system's tools, on a board as small as one can be: its figures, its files, and what it refuses.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FpgaReport } from '../../src/report/index.ts';
import { berus } from '../cli/berus.ts';
import { root } from '../house/source-files.ts';
import { NO_ICESTORM, NO_YOSYS } from '../support/fpga-tools.ts';

const BOARD = join(root, 'testbench', 'fpga', 'boards', 'small');

/** Two cells of two bits. */
const CONFIGURATION = {
  ...{ rows: 1, columns: 2, dataBits: 2, accBits: 12, sumBits: 13 },
  ...{ activationDepth: 64, weightDepth: 64, foldDepth: 16, padDepth: 16, resultDepth: 16, programDepth: 64 },
};

let folder = '';
let config = '';

/** Path of a file in the test's folder. */
const at = (name: string): string => join(folder, name);

/** Writes a file there and gives its path. */
function written(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus fpga test '));
  vi.stubEnv('BERUS_CACHE_DIR', at('cache'));
  config = written('two.json', JSON.stringify(CONFIGURATION));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(NO_ICESTORM)('berus fpga (needs yosys, nextpnr-ice40 and icepack)', { timeout: 180_000 }, () => {
  const fpga = (...args: string[]): ReturnType<typeof berus> =>
    berus('fpga', BOARD, '--config', config, '--toolchain', 'system', ...args);

  it('should give figures of a board, its bitstream and where its modules lie', async () => {
    const [out, drawn] = [at('two.bin'), at('two.svg')];
    const { code, out: text, err } = await fpga('--seeds', '3', '--out', out, '--floorplan', drawn, '--json');
    expect({ code, err }).toEqual({ code: 0, err: expect.any(String) });
    const report = JSON.parse(text) as FpgaReport;
    expect(report).toMatchObject({ board: 'small', part: 'board', rows: 1, columns: 2, seeds: 3, timingMet: true });
    const { fmaxMHz, fmaxOfSeeds, criticalPath } = report;
    // A budget of its own: 83 LUTs, 69 registers and 108 MHz by Yosys 0.23 and nextpnr 0.4, and a tenth for others.
    expect(report.luts).toBeGreaterThan(40);
    expect(report.luts).toBeLessThanOrEqual(92);
    expect(report.flipFlops).toBeGreaterThan(40);
    expect(report.flipFlops).toBeLessThanOrEqual(76);
    expect(report.fmaxMHz!.median).toBeGreaterThan(97);
    expect([fmaxMHz!.min, fmaxMHz!.median, fmaxMHz!.max]).toEqual(fmaxOfSeeds.toSorted((a, b) => a - b));
    expect(new Set(fmaxOfSeeds).size).toBeGreaterThan(1);
    // Nanoseconds of the slowest path and the fastest seed's clock are the same figure.
    expect(1000 / criticalPath!.nanoseconds).toBeCloseTo(fmaxMHz!.max, 0);
    expect(criticalPath!.to).toMatch(/^array_u\.|^out_q/);
    expect(report.used.find(({ name }) => name === 'logic cells')!.available).toBe(1280);
    expect(report.modules.reduce((sum, { luts }) => sum + luts, 0)).toBe(report.luts);
    expect(report.modules.map(({ name }) => name)).toContain('array_u.row_u');
    // icepack's files begin with an empty comment and end with the wake-up of the FPGA.
    expect(readFileSync(out).subarray(0, 4)).toEqual(Buffer.from([0xff, 0x00, 0x00, 0xff]));
    expect(readFileSync(drawn, 'utf8')).toContain('>array_u.row_u: ');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('should say why there are no inferences where the configuration holds no network', async () => {
    const { out } = await fpga('--json');
    const report = JSON.parse(out) as FpgaReport;
    expect(report.inferencesPerSecond).toBeNull();
    expect(report.peakGsadsPerSecond).toBeCloseTo((2 * report.fmaxMHz!.median) / 1000, 6);
    expect(report.notDone.join()).toMatch(/^Inferences a second: lenet5 does not fit/);
  });

  it('should write no bitstream whose clock is not reached, unless that is allowed', async () => {
    const late = at('late.bin');
    const { code, err } = await fpga('--clock', '900', '--out', late);
    expect(code).toBe(1);
    expect(err).toMatch(/Expected the clock to reach 900 MHz, but received [\d.]+ MHz from the best of 1 seed;/);
    expect(existsSync(late)).toBe(false);
    const { code: allowed, out } = await fpga('--clock', '900', '--out', late, '--allow-timing-fail', '--json');
    expect(allowed).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ timingMet: false, bitstream: late });
    expect(existsSync(late)).toBe(true);
  });

  it('should say in one line what is wrong with a file of pins', async () => {
    const pins = readFileSync(join(BOARD, 'pins.pcf'), 'utf8');
    const wrong = written('wrong.pcf', pins.replace('tx', 'ty'));
    const { code, out, err } = await fpga('--pins', wrong, '--out', at('no.bin'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^berus: Expected wrong\.pcf, line 4, to name a port of the top \(clk, rx, tx\), but received ty\.$/m,
    );
    const none = await fpga('--pins', written('none.pcf', pins.replace('rx  1 ', 'rx  999 ')));
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/^berus: Expected none\.pcf to suit the FPGA's package, but received: .*999.*$/m);
    expect(existsSync(at('no.bin'))).toBe(false);
  });

  it('should build each kind of cells', async () => {
    const { code, out, err } = await berus(
      ...['fpga', BOARD, '--toolchain', 'system', '--part', 'array', '--twin', '--json', '--config'],
      written('three.json', JSON.stringify({ ...CONFIGURATION, columns: 1 })),
    );
    expect(code, err).toBe(0);
    const { twins, lutsPerCell, luts } = JSON.parse(out) as FpgaReport;
    expect(twins.map(({ cell }) => cell)).toEqual(['distance', 'minimum', 'product']);
    const [distance, , product] = twins;
    expect(distance!.luts).toBe(luts);
    expect(distance!.lutsPerCell).toBe(lutsPerCell);
    expect(product!.luts).toBeGreaterThan(distance!.luts);
  });

  it('should say what of the FPGA there is too little of, and what would fit', async () => {
    const board = {
      name: 'Tiny',
      family: 'ice40',
      device: 'lp384',
      package: 'qn32',
      configuration: 'tiny',
      clockMHz: 9,
    };
    written('board.json', JSON.stringify(board));
    const large = written(
      'large.json',
      JSON.stringify({ ...CONFIGURATION, rows: 2, dataBits: 8, accBits: 18, sumBits: 19 }),
    );
    const { code, err } = await berus(
      ...['fpga', `${folder}/`, '--toolchain', 'system', '--part', 'array', '--config', large],
    );
    expect(code).toBe(2);
    expect(err).toMatch(
      /^berus: Expected the array to fit lp384, but received \d\d\d of 384 logic cells \(\d+ too many\); by estimate the largest array that fits is \dx\d cells\.$/m,
    );
  });
});

/**
 * Stands in for nextpnr-ecp5: says what it was asked, and leaves the files of a placement at 60 MHz and the seed. With a
 * target of 70 MHz it does not end from seed 1, and ends without a placement from seed 3.
 */
const PLACER = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
if (args[0] === '--version') console.error('nextpnr-ecp5 -- Next Generation Place and Route (Version 0.9)');
else {
  const after = (option) => args[args.indexOf(option) + 1];
  for (const wanted of ['--85k', '--lpf-allow-unconstrained', '--timing-allow-fail']) {
    if (!args.includes(wanted)) throw new Error('no ' + wanted);
  }
  if (after('--freq') === '70' && after('--seed') === '3') {
    console.error('ERROR: routing design failed.');
    process.exit(1);
  }
  const report = { fmax: { clk: { achieved: 60 + Number(after('--seed')), constraint: Number(after('--freq')) } },
    utilization: { TRELLIS_COMB: { used: 50, available: 83640 } }, critical_paths: [] };
  writeFileSync(after('--report'), JSON.stringify(report));
  writeFileSync(after('--write'), JSON.stringify({ modules: {} }));
  writeFileSync(after('--textcfg'), '');
  if (after('--freq') === '70' && after('--seed') === '1') setInterval(() => {}, 1000);
}
`;

describe.skipIf(NO_YOSYS)('a board of another family (needs yosys)', { timeout: 180_000 }, () => {
  const array = (board: string, ...args: string[]): ReturnType<typeof berus> =>
    berus('fpga', board, '--config', config, '--part', 'array', '--seeds', '3', '--json', ...args);

  it.each(['ulx3s', 'tangnano9k'])(
    'should have figures after synthesis, and say what was not done: %s',
    async (board) => {
      const { code, out, err } = await array(board);
      expect(code, err).toBe(0);
      const report = JSON.parse(out) as FpgaReport;
      expect(report).toMatchObject({ fmaxMHz: null, timingMet: null, seeds: 0, inferencesPerSecond: null });
      expect(report.luts).toBeGreaterThan(40);
      expect(report.flipFlops).toBeGreaterThan(40);
      expect(report.used.find(({ name }) => name === 'LUTs')).toMatchObject({ used: report.luts });
      expect(report.notDone[0]).toMatch(/^Place and route for .* were not done/);
      const whole = await berus('fpga', board, '--config', config, '--part', 'board');
      expect(whole).toMatchObject({ code: 2, out: '' });
      expect(whole.err).toContain(
        `Expected --part to be core or array for ${board}, which has no top, but received board.`,
      );
    },
  );

  /** Puts the placer on the PATH. */
  const withPlacer = (): void => {
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(at('bin/nextpnr-ecp5'), PLACER, { mode: 0o755 });
    vi.stubEnv('PATH', `${at('bin')}${delimiter}${process.env['PATH']}`);
  };

  it('should be placed where the system has its placer', async () => {
    withPlacer();
    const { code, out, err } = await array('ulx3s');
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      fmaxMHz: { min: 61, median: 62, max: 63 },
      timingMet: true,
      used: [{ name: 'LUTs', used: 50, available: 83640 }],
      toolchain: { versions: { 'nextpnr-ecp5': '0.9' } },
    });
  });

  it('should be placed from the seeds that its folder begins with', async () => {
    withPlacer();
    const own = at('later');
    cpSync(new URL('../../fpga/boards/ulx3s', import.meta.url), own, { recursive: true });
    const path = join(own, 'board.json');
    const described = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...described, firstSeed: 5 }));
    const { code, out, err } = await array(own);
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ seeds: 3, fmaxMHz: { min: 65, median: 66, max: 67 } });
    writeFileSync(path, JSON.stringify({ ...described, firstSeed: 0 }));
    expect(await array(own)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('firstSeed') });
  });

  it('should have the figures of those seeds that are routed, in time, and say what became of the others', async () => {
    withPlacer();
    const { code, out, err } = await array('ulx3s', '--clock', '70', '--seed-seconds', '4');
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      seeds: 1,
      fmaxMHz: { min: 62, median: 62, max: 62 },
      notDone: [
        'Seed 1 gave no placement: Expected nextpnr-ecp5 to succeed, but a signal ended it (its limit is 4 s).',
        'Seed 3 gave no placement: Expected nextpnr-ecp5 to succeed, but it ended with 1: ERROR: routing design failed.',
        expect.stringMatching(/^Inferences a second/),
      ],
    });
    const none = await array('ulx3s', '--clock', '70', '--seed-seconds', '4', '--seeds', '1');
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toMatch(/^berus: Expected nextpnr-ecp5 to succeed, but a signal ended it \(its limit is 4 s\)$/m);
  });
});

describe('bad input of berus fpga', () => {
  it.each([
    [['nosuch'], /^Expected BOARD to be one of .*hx8k.* or a folder with a board\.json, but received nosuch\.$/],
    [[], /^Expected BOARD after the command, but received nothing\.$/],
    [['./nowhere'], /^Expected .*board\.json to describe a board, but received ENOENT\.$/],
    [['hx8k', '--seeds', '0'], /^Expected --seeds to be an integer from 1 to 100, but received 0\.$/],
    [
      ['hx8k', '--seed-seconds', '0.5'],
      /^Expected --seed-seconds to be an integer from 1 to 86400, but received 0\.5\.$/,
    ],
    [['hx8k', '--toolchain', 'docker'], /^Expected --toolchain to be one of system, npm, but received docker\.$/],
    [['hx8k', '--part', 'cell'], /^Expected --part to be one of board, core, array, but received cell\.$/],
    [['hx8k', '--clock', '0'], /^Expected --clock to be a number from 1 to 1000, but received 0\.$/],
    [
      ['hx8k', '--config', 'tiny', '--part', 'array', '--out', 'a.bin'],
      /^Expected --out with a whole board alone, but received it with --part array\.$/,
    ],
    [
      ['ulx3s', '--config', 'tiny', '--part', 'board', '--out', 'a.bin'],
      /^Expected --out with a board of iCE40, but received it with ulx3s\.$/,
    ],
    [
      ['ulx3s', '--config', 'tiny', '--floorplan', 'a.svg'],
      /^Expected --floorplan with a board of iCE40, but received it with ulx3s\.$/,
    ],
    [
      ['hx8k', '--config', 'tiny', '--out', '/nowhere/a.bin'],
      /^Expected --out to be in a folder that can be written, but received .*$/,
    ],
    [
      ['hx8k', '--config', 'tiny', '--clock', '1'],
      /^Expected --clock to be at least the \d+ MHz that hx8k runs at, but received 1\.$/,
    ],
    [['hx8k', '--config', 'huge'], /^Expected --config to be one of .* or a \.json file, but received huge\.$/],
    [
      ['hx8k', '--config', 'tiny', '--network', 'vgg'],
      /^Expected NETWORK to be lenet5.* or a file, but received vgg\.$/,
    ],
  ])('should be told in one line: %j', async (args, message) => {
    const { code, out, err } = await berus('fpga', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replace(/^berus: /, '').trimEnd()).toMatch(message);
  });

  it("should name what is wrong in a board of one's own", async () => {
    written('board.json', JSON.stringify({ name: 'Mine', family: 'ice41' }));
    const { err } = await berus('fpga', `${folder}/`);
    expect(err).toMatch(/^berus: Expected .*board\.json to describe a board, but received a wrong family \(.*\)\.$/m);
  });
});
