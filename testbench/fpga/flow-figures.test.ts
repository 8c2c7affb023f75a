// SPDX-License-Identifier: Apache-2.0
// What is said of a build, as JSON and as text: speeds of a network, used of available, budgets, what was not done.

import { describe, expect, it } from 'vitest';
import { type Build, readBoard, type Toolchain } from '../../fpga/index.ts';
import { loadConfiguration } from '../../src/compile/index.ts';
import { type FpgaReport, fpgaText, type FpgaResult, makeFpgaReport } from '../../src/report/index.ts';

const toolchain: Toolchain = { kind: 'system', versions: { yosys: 'Yosys 0.99' }, run: () => Promise.resolve('') };
const resources = { luts: 1280, flipFlops: 640, carries: 32, blockRams: 8, sprams: 0, dsps: 0 };
const board = { ...readBoard('hx8k'), clockMHz: 48 };
const configuration = { ...loadConfiguration('hx8k'), rows: 2, columns: 2 };

const design: Build['design'] = {
  title: 'the board',
  top: 'top',
  sources: [],
  parameters: {},
  sizes: {},
  family: 'ice40',
  device: 'hx8k',
  package: 'ct256',
  synthesis: [],
  clockMHz: 48,
};

/** A build whose fastest seed reaches so many MHz, and whose median one less. */
function buildAt(best: number, part: 'board' | 'array' = 'board'): Build {
  const placements = [best - 1, best - 2, best].map((fmaxMHz, i) => ({
    ...{ seed: i + 1, fmaxMHz, timingMet: fmaxMHz >= 48, utilization: {}, criticalPath: undefined },
    ...{ asc: '', cells: [] },
  }));
  return {
    request: { board, configuration, part, cell: 'distance', seeds: 3 },
    design,
    toolchain,
    versions: toolchain.versions,
    synthesis: {
      design,
      json: '',
      cells: [
        { name: 'array_u.a_SB_LUT4_O', type: 'SB_LUT4' },
        { name: 'b_SB_DFF_Q', type: 'SB_DFF' },
      ],
      resources,
    },
    resources,
    placements,
    best: placements[2],
    fmaxMHz: { min: best - 2, median: best - 1, max: best },
    criticalPath: { from: 'a_q', to: 'b_q', through: ['c', 'd'], nanoseconds: 20, logic: 12.5, routing: 7.5 },
    utilization: { ICESTORM_LC: { used: 1536, available: 7680 }, ICESTORM_DSP: { used: 0, available: 0 } },
    notDone: [],
  };
}

const report = (build: Build, more: Partial<FpgaResult> = {}): FpgaReport =>
  makeFpgaReport({
    ...{ build, config: 'hx8k', twins: [], budgets: [], bitstream: null, floorplan: null },
    cycles: { network: 'lenet5', cyclesPerImage: 10_000, sadsPerImage: 40_000 },
    ...more,
  });

describe('figures of a board', () => {
  it('should be those of its parts and of its modules', () => {
    const { modules, used, ...rest } = report(buildAt(61));
    expect(rest).toMatchObject({ ...resources, lutsPerCell: null, rows: 2, columns: 2, seeds: 3, timingMet: true });
    expect(used).toEqual([{ name: 'logic cells', used: 1536, available: 7680 }]);
    expect(modules.map(({ name, luts, flipFlops }) => [name, luts, flipFlops])).toEqual([
      ['array_u', 1, 0],
      ['top', 0, 1],
    ]);
  });

  it('should be those of one cell where the array alone was built', () => {
    expect(report(buildAt(61, 'array'))).toMatchObject({ lutsPerCell: 320, atBoardClock: null });
  });

  it('should say how many inferences the median makes, and the clock that the board runs at', () => {
    const { inferencesPerSecond, gsadsPerSecond, peakGsadsPerSecond, atBoardClock } = report(buildAt(61));
    // 60 MHz over 10,000 clocks; 40,000 differences each; four cells.
    expect([inferencesPerSecond, gsadsPerSecond, peakGsadsPerSecond]).toEqual([6000, 0.24, 0.24]);
    expect(atBoardClock).toEqual({ clockMHz: 48, inferencesPerSecond: 4800, gsadsPerSecond: 0.192 });
  });

  it('should count the taps that a cell takes in a clock', () => {
    const { request, ...rest } = buildAt(61);
    const several = report({ ...rest, request: { ...request, configuration: { ...configuration, tapsPerClock: 2 } } });
    expect(several).toMatchObject({ tapsPerClock: 2, peakGsadsPerSecond: 0.48 });
    expect(fpgaText(several)).toContain('; config hx8k: 2x2 cells of distances, 2 taps a clock each\n');
    expect(report(buildAt(61)).tapsPerClock).toBe(1);
  });

  it('should say nothing of a clock that is not reached', () => {
    expect(report(buildAt(47))).toMatchObject({ timingMet: false, atBoardClock: null, inferencesPerSecond: 4600 });
  });
});

describe('the text of figures', () => {
  it('should have a line for each', () => {
    const budgets = [
      { name: 'luts', value: 1280, limit: 1279, kept: false },
      { name: 'fmaxMHz', value: 60, limit: 48, kept: true },
    ];
    const lines = fpgaText(report(buildAt(61), { budgets, bitstream: 'a.bin', floorplan: 'a.svg' })).split('\n');
    expect(lines.slice(0, lines.indexOf(''))).toEqual([
      'iCE40-HX8K breakout board, whole; config hx8k: 2x2 cells of distances',
      'tools           system: Yosys 0.99',
      'takes           1,280 LUTs, 640 flip-flops, 32 carries, 8 block RAMs, 0 SPRAMs, 0 DSPs',
      'logic cells     1,536 of 7,680 (20 %)',
      'clock           60.0 MHz (59.0 to 61.0), seeds: 3; it is to reach 48 MHz',
      'slowest path    20.00 ns (12.50 in logic, 7.50 in wires)',
      '  from          a_q',
      '  through       c',
      '  through       d',
      '  to            b_q',
      'lenet5          10,000 cycles an image in full batches, by the closed form',
      'at the median   6,000 inferences a second, 0.240 GSAD/s (0.24 GSAD/s at most)',
      'at 48 MHz       4,800 inferences a second, 0.192 GSAD/s; the link to the host may be slower',
      'budget          luts: 1,280 of 1,279, broken',
      'budget          fmaxMHz: 60.0 of 48, kept',
      'bitstream       a.bin',
      'floorplan       a.svg',
    ]);
  });

  it('should have a row for each module and for each kind of cells', () => {
    const text = fpgaText(report(buildAt(61), { twins: [buildAt(81, 'array')] }));
    expect(text).toMatch(/^module +LUTs +flip-flops +carries +block RAMs +SPRAMs +DSPs$/m);
    expect(text).toMatch(/^array_u +1 +0 +0 +0 +0 +0$/m);
    expect(text).toMatch(/^distance +1,280 +640 +32 +8 +0 +0 +320\.0 +80\.0 MHz \(79\.0 to 81\.0\)$/m);
  });

  it('should say what was not done', () => {
    const { best: _, ...rest } = buildAt(61);
    const build: Build = {
      ...rest,
      ...{ best: undefined, placements: [], fmaxMHz: undefined, criticalPath: undefined, utilization: undefined },
      notDone: ['Place and route were not done.'],
    };
    const cycles = { network: 'lenet5', cyclesPerImage: null, sadsPerImage: 1, notCounted: 'Inferences: no room.' };
    const text = fpgaText(report(build, { cycles }));
    expect(text).toContain('clock           not placed\n');
    expect(text).toContain('not done        Place and route were not done.\nnot done        Inferences: no room.\n');
    expect(text).not.toContain('GSAD');
  });
});
