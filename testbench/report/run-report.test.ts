// SPDX-License-Identifier: Apache-2.0
// The numbers of a report, worked by hand from round counts, and its text.

import { describe, expect, it } from 'vitest';
import { makeRunReport, type RunResult, runText } from '../../src/report/index.ts';
import { expectedMaps, fakeRun } from './fake-run.ts';

describe('makeRunReport', () => {
  it('should derive every figure from the counts', () => {
    const report = makeRunReport(fakeRun());
    expect(report).toMatchObject({
      network: 'toy',
      config: 'toy',
      device: 'rtl',
      images: 2,
      correct: 1,
      accuracy: 0.5,
      bitExact: true,
      mismatches: 0,
      countersEqual: true,
      miscount: null,
      // In thousands: (32 + 24 in layers, 9 + 5 + 30 by the host, 2 of them hidden) / 2 images; 112 absolute differences on 4 cells / 2 images.
      cyclesPerImage: 49_000,
      idealCyclesPerImage: 14_000,
      utilization: 0.5,
      cycles: { layers: 56_000, imageLoad: 9000, resultRead: 5000, networkLoad: 30_000, hidden: 2000 },
      batches: 1,
      simulatedCyclesPerSecond: 250_000,
    });
    expect(report.layers.map((layer) => ({ ...layer, energy: null }))).toEqual([
      {
        name: 'first',
        stays: 'output',
        cycles: 32_000,
        idealCycles: 16_000,
        utilization: 0.5,
        spent: { setup: 2, load: 0, stream: 31_996, drain: 0, scan: 0, stall: 0, flush: 2, total: 32_000 },
        skippedTaps: 0,
        energy: null,
        sads: 64_000,
        bitExact: true,
        mismatches: 0,
        firstMismatch: null,
      },
      {
        name: 'second',
        stays: 'output',
        cycles: 24_000,
        idealCycles: 12_000,
        utilization: 0.5,
        spent: { setup: 2, load: 0, stream: 23_996, drain: 0, scan: 0, stall: 0, flush: 2, total: 24_000 },
        skippedTaps: 0,
        energy: null,
        sads: 48_000,
        bitExact: true,
        mismatches: 0,
        firstMismatch: null,
      },
    ]);
  });

  it('should split the energy, name its tables and show the twin', () => {
    const { energyPerImage: energy, layers } = makeRunReport(fakeRun());
    expect(Object.keys(energy!)).toEqual([
      'unit',
      'low',
      'typical',
      'high',
      'compute',
      'registers',
      'buffers',
      'offChip',
      'sources',
      'multiplierTwin',
      'multiplierRatio',
      'minima',
      'minimaRatio',
    ]);
    // 84 bytes over two images at 8 pJ a bit.
    expect(energy!.offChip.low).toBeCloseTo((84 * 8 * 8) / 2 / 1000, 9);
    expect(energy!.multiplierTwin.typical).toBeGreaterThan(energy!.typical);
    expect(layers[0]!.energy!.offChip).toEqual({ low: 0, typical: 0, high: 0 });
  });

  it('should say what cells of minima take, where they stand beside', () => {
    const report = makeRunReport(fakeRun());
    const energy = report.energyPerImage!;
    expect(energy.minima).toBe(null); // Without weights, which the made-up run has none of.
    expect(runText(report)).not.toContain('minima');
    const band = { low: 0.5, typical: 0.75, high: 0.875 };
    const minima = { ...energy.multiplierTwin, low: 1, typical: 2, high: 3 };
    const beside = { ...energy, minima, minimaRatio: { compute: band, total: { ...band, high: 1.25 } } };
    const text = runText({ ...report, energyPerImage: beside });
    expect(text).toMatch(/^  total with cells of minima +1\.0 +2\.0 +3\.0$/m);
    expect(text).toContain('  cells of minima cost 0.50 to 0.88 times the arithmetic, 0.50 to 1.25 times the whole\n');
  });

  it('should leave out what a device does not count', () => {
    const run = fakeRun();
    const report = makeRunReport({
      ...run,
      device: 'reference',
      run: { count: 2, scores: run.run.scores, layers: run.run.layers },
    });
    expect(report).toMatchObject({
      bitExact: true,
      cyclesPerImage: null,
      idealCyclesPerImage: null,
      utilization: null,
      cycles: null,
      simulatedCyclesPerSecond: null,
      energyPerImage: null,
    });
    expect(report.layers[0]).toMatchObject({ cycles: null, idealCycles: null, energy: null, sads: 64 });
    expect(runText(report)).toContain('it is the reference');
  });

  it('should say that a run is not bit-exact', () => {
    const maps = expectedMaps();
    maps[1]![4] = 7;
    expect(makeRunReport(fakeRun(maps))).toMatchObject({
      bitExact: false,
      mismatches: 1,
      correct: 1,
      countersEqual: null,
    });
  });

  it('should say that a run does not count as the closed form does', () => {
    const made = fakeRun();
    const miscount = { layer: null, counter: 'hidden', counted: 2000, expected: 1999 };
    const report = makeRunReport({ ...made, run: { ...made.run, miscount } });
    expect(report).toMatchObject({ bitExact: true, countersEqual: false, miscount });
    expect(runText(report)).toContain('NO  the host: counted 2,000 hidden, the closed form says 1,999');
  });
});

/** The same run on cells of minima, of whose 16 taps the first layer skips 6 and the second 4. */
function runOfMinima(): RunResult {
  const made = fakeRun();
  const { layers, ...rest } = made.run.counters!;
  // Four pixels of two filters in one tile of 4 taps each; a pixel of three filters in two tiles of 8.
  const counted = [
    { stream: 10, scan: 3, foldReads: 8, flagReads: 4 },
    { stream: 12, scan: 2, foldReads: 3, flagReads: 2 },
  ];
  const counters = {
    ...rest,
    layers: layers.map(({ cycles, events }, index) => {
      const { foldReads, flagReads, ...spent } = counted[index]!;
      return { cycles: { ...cycles, ...spent }, events: { ...events, foldReads, flagReads } };
    }),
  };
  const configuration = { ...made.configuration, cell: 'minimum' as const };
  return { ...made, configuration, run: { ...made.run, counters } };
}

describe('a run on cells of minima', () => {
  it('should say how many taps are skipped, and what it takes to find the others', () => {
    const report = makeRunReport(runOfMinima());
    expect(report.layers.map(({ skippedTaps, spent }) => [skippedTaps, spent!.scan])).toEqual([
      [6, 3],
      [4, 2],
    ]);
    const text = runText(report);
    expect(text).toContain('config toy: 2x2 cells of minima, ');
    expect(text).toContain('layer   cycles  skipped  scan     ideal  utilization   minima  nJ an image  result\n');
    expect(text).toMatch(/^first {3}32,000 {3}37\.5 % {5}3 /m);
    expect(text).toMatch(/^all {5}56,000 {3}31\.3 % {5}5 /m);
  });
});

describe('runText', () => {
  it('should stay within 100 columns and end no line in spaces', () => {
    const maps = expectedMaps();
    maps[0]![13] = 77;
    for (const text of [runText(makeRunReport(fakeRun())), runText(makeRunReport(fakeRun(maps)))]) {
      for (const line of text.split('\n')) {
        expect(line.length).toBeLessThanOrEqual(100);
        expect(line).not.toMatch(/\s$/);
      }
    }
  });

  it('should print the table, the facts and the energy', () => {
    const text = runText(makeRunReport(fakeRun()));
    expect(text.slice(0, text.indexOf('\nenergy'))).toBe(
      [
        'toy on device rtl, images: 2 in batches of 2',
        'config toy: 2x2 cells, 8-bit codes, 12-bit sums',
        '',
        'layer   cycles     ideal  utilization  abs. differences  nJ an image  result',
        'first   32,000  16,000.0       50.0 %            64,000         11.0  bit-exact',
        'second  24,000  12,000.0       50.0 %            48,000          8.3  bit-exact',
        'all     56,000  28,000.0       50.0 %           112,000         19.3  bit-exact',
        '',
        'accuracy          50.00 %  1 of 2 images',
        'bit-exact             yes  every code of every layer equals the reference',
        'cycles an image  49,000.0  28,000.0 in layers, 4,500.0 loading it, 2,500.0 reading its result,',
        '                           15,000.0 of loading the network once (30,000 cycles); 1,000.0 of',
        '                           loading pass while a batch runs, and are not in the sum',
        'counters            equal  every one, and the clocks of the host, to the closed form',
        'simulated         250,000  cycles a second',
        '',
      ].join('\n'),
    );
    expect(text).toContain('Aladdin 40 nm, 1 ns; Aladdin 40 nm, 5 ns; Horowitz 45 nm');
  });

  it('should print the first mismatch of a layer with its cell and cycle', () => {
    const maps = expectedMaps();
    maps[0]![13] = 77;
    const text = runText(makeRunReport(fakeRun(maps)));
    expect(text).toContain('bit-exact              NO  codes that differ from the reference: 1');
    expect(text).toContain(
      [
        'first: first mismatch at image 1 element 5 (row 1, column 0, channel 1)',
        '  got 77, expected 13',
        '  made in cell row 1, column 1, of tile 3, in cycle 1,005',
      ].join('\n'),
    );
  });
});
