// SPDX-License-Identifier: Apache-2.0
// Events of an array counted by hand, and what a table of measured energies makes of a run.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ARRAY_EVENTS,
  type ArrayEvents,
  arrayRegisterBits,
  countArrayEvents,
  eachEvent,
  inClocks,
} from '../../src/energy/array-events.ts';
import {
  type CountedRun,
  measuredEnergy,
  measuredTableNames,
  measuredTableOf,
  readMeasuredTable,
} from '../../src/energy/index.ts';
import { measuredTap } from '../../src/energy/measured.ts';
import { NO_COUNTERS } from '../../src/cycles/counters-sum.ts';
import { loadConfiguration } from '../../src/compile/index.ts';
import type { FitRequest } from '../../src/energy/measure/index.ts';
import { measuredTable } from '../../src/energy/measure/measured-table.ts';
import { leastSquares } from '../../src/energy/measure/least-squares.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus measured '));
afterAll(() => rmSync(folder, { recursive: true }));

describe('events of an array', () => {
  // Three taps of one cell: 1 and 0, then 2 and 3; and of another tile 7 and 251, which as a signed weight is -5.
  const operands = { x: [Uint8Array.of(1, 2, 7)], w: [Uint8Array.of(0, 3, 251)], first: Uint8Array.of(1, 0, 1) };
  const same = { taps: 3, xBits: 4, wBits: 7, moves: 2 };
  it.each([
    // 2 - 3 is all ones: 8 bits of the difference change, and as many borrows. 7 - 251 is 100001100, borrows 111110000.
    ['adder', { ...same, innerBits: 16 + 9, addedBits: 6, sumBits: 2 + 6, carryBits: 2, rowBits: 0 }],
    // Sums of the row are 1 and 3, then 7.
    ['minimum', { ...same, innerBits: 8 + 3, addedBits: 3, sumBits: 3, carryBits: 0, rowBits: 2 }],
    // Two products of single bits, 6 in all; then 21, of which two were there before, -35 in all.
    ['multiplier', { ...same, innerBits: 2 + 19, addedBits: 2 + 16, sumBits: 2 + 16, carryBits: 0, rowBits: 0 }],
  ] as const)('should be counted for cells of kind %s', (kind, expected) => {
    expect(countArrayEvents({ kind, dataBits: 8, accBits: 18, sumBits: 19 }, operands)).toEqual(expected);
  });

  it.each([
    // In the first place 1 and 0, of another tile 7 and 251; in the second 2 and 3, then no tap, so 0 and 0. 7 - 251 is
    // 100001100 after 1, with borrows 111110000 after none; 2 - 3 is nine ones, with eight borrows, and then nothing. What
    // is added is 2, then 244; sums begin anew.
    ['adder', { innerBits: 4 + 5 + 9 + 8, addedBits: 6, sumBits: 6, carryBits: 0, rowBits: 0 }],
    // Minima come to 2, then 7; activations to 3, then 7.
    ['minimum', { innerBits: 5 + 8, addedBits: 2, sumBits: 2, carryBits: 0, rowBits: 1 }],
    // Products of single bits: none, then 21; 2 of 1 x 2, then none. Products come to 6, then -35.
    ['multiplier', { innerBits: 21 + 2, addedBits: 16, sumBits: 16, carryBits: 0, rowBits: 0 }],
  ] as const)('should be counted with two taps a clock for cells of kind %s', (kind, expected) => {
    const cell = { kind, dataBits: 8, accBits: 18, sumBits: 19 } as const;
    // Codes of the first place change by 110 and 11111011, of the second by 10 and 11.
    const operandBits = { xBits: 2 + 1, wBits: 7 + 2 };
    expect(countArrayEvents(cell, operands, 2)).toEqual({ taps: 3, moves: 2, ...operandBits, ...expected });
  });

  it('should put taps of a tile into as few clocks as can be, the last of which ends with none', () => {
    const codes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
    const clocked = inClocks({ x: [codes], w: [codes], first: Uint8Array.of(1, 0, 0, 1, 0, 0, 0) }, 2);
    const all = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 7);
    const first = Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0);
    const used = Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1);
    expect(clocked).toEqual({ x: [all], w: [all], first, used, tapsPerClock: 2 });
  });

  it('should be as many more as there are cells that see them, and rows', () => {
    const cell = { kind: 'minimum', dataBits: 8, accBits: 19, sumBits: 19 } as const;
    const [x, w] = [operands.x[0]!, operands.w[0]!];
    const events = countArrayEvents(cell, { ...operands, x: [x, x], w: [w, w, w] });
    expect(events).toMatchObject({ taps: 18, xBits: 24, wBits: 42, sumBits: 18, rowBits: 4, moves: 24 });
  });

  it.each([
    // Flip-flops as Yosys makes them, a row at a time; array-gates.test.ts has others.
    ['adder', 18, { rows: 4, columns: 4 }, 820],
    ['minimum', 19, { rows: 4, columns: 4 }, 952],
    ['multiplier', 26, { rows: 4, columns: 4 }, 1064],
    ['adder', 18, { rows: 4, columns: 4, reach: 2 }, 664],
    ['adder', 18, { rows: 4, columns: 4, reach: 4 }, 514],
    ['minimum', 19, { rows: 4, columns: 4, reach: 4 }, 658],
    ['minimum', 19, { rows: 5, columns: 3, reach: 2 }, 831],
    // The first with 8 bits more for each of 4 x 3 registers of x, and 9 of 3 x 4 of w.
    ['adder', 18, { rows: 4, columns: 4, tapsPerClock: 2 }, 820 + 12 * 8 + 12 * 9],
    ['adder', 18, { rows: 4, columns: 4, reach: 4, tapsPerClock: 4 }, 514],
  ] as const)('should be clocked in all registers of cells of kind %s with sums of %i bits in %j', (...given) => {
    const [kind, accBits, array, bits] = given;
    expect(arrayRegisterBits({ kind, dataBits: 8, accBits, sumBits: 27 }, array)).toBe(bits);
  });
});

describe('a table of measured energies', () => {
  const all = (value: number): ArrayEvents => eachEvent(() => value);
  const events = ARRAY_EVENTS.length;
  const TABLE = {
    ...{ id: 'round', source: 'this test', process: '-', voltage: '-', date: '-', rule: '-' },
    clockBit: 0.5,
    cells: {
      adder: { picojoules: all(1), perTap: all(1) },
      minimum: { picojoules: all(2), perTap: all(1) },
      multiplier: { picojoules: all(1), perTap: all(3) },
    },
  };
  const run: CountedRun = {
    configuration: loadConfiguration('tiny'),
    images: 2,
    layers: [{ name: 'a', events: { ...NO_COUNTERS.events, sads: 1000, weightReads: 300 } }],
    host: { networkBytes: 0, imageBytes: 0, resultBytes: 0 },
  };

  it('should price taps and clocked bits', () => {
    const { adder, twin, ratio } = measuredEnergy(run, 400, TABLE);
    expect(adder.compute).toBeCloseTo((1e-3 * 1000 * events) / 2, 9);
    expect(adder.clock).toBeCloseTo((1e-3 * 400 * 820 * 0.5) / 2, 9);
    expect(adder.total).toBeCloseTo(adder.compute + adder.clock, 9);
    expect(twin.clock).toBeCloseTo((1e-3 * 400 * 1064 * 0.5) / 2, 9);
    expect(ratio.compute).toBeCloseTo(3, 9);
  });

  it('should leave out the clocks of planes, of which multipliers take one', () => {
    // Two planes of 150 taps, so as many partial sums as folds.
    const planes = { ...NO_COUNTERS.events, sads: 1000, weightReads: 300, foldReads: 10, partialReads: 10 };
    const { adder, twin } = measuredEnergy(
      { ...run, layers: [{ name: 'a', events: planes, operations: 600 }] },
      400,
      TABLE,
    );
    expect(adder.clock).toBeCloseTo((1e-3 * 400 * 820 * 0.5) / 2, 9);
    expect(twin.clock).toBeCloseTo((1e-3 * (400 - 150) * 1064 * 0.5) / 2, 9);
    expect(twin.compute).toBeCloseTo((1e-3 * 600 * 3 * events) / 2, 9);
  });

  it('should leave out fewer clocks of planes where a clock has several taps', () => {
    // Two planes of 150 taps, three in two clocks of up to two.
    const planes = { ...NO_COUNTERS.events, sads: 1000, weightReads: 300, foldReads: 10, partialReads: 10 };
    const configuration = { ...run.configuration, tapsPerClock: 2 };
    const layers = [{ name: 'a', events: planes, operations: 600, tapsAClock: 1.5 }];
    const { adder, twin } = measuredEnergy({ ...run, configuration, layers }, 200, TABLE);
    // 12 registers of x in a row, and as many of w in a column, take one code more, w with its flag.
    expect(adder.clock).toBeCloseTo((1e-3 * 200 * (820 + 12 * 8 + 12 * 9) * 0.5) / 2, 9);
    expect(twin.clock).toBeCloseTo((1e-3 * (200 - 100) * (1064 + 24 * 8) * 0.5) / 2, 9);
    expect(adder.compute).toBeCloseTo((1e-3 * 1000 * events) / 2, 9);
  });

  it('should be of cells of 8 bits', () => {
    const configuration = { ...run.configuration, dataBits: 6 };
    expect(() => measuredEnergy({ ...run, configuration }, 400, TABLE)).toThrow(
      'Expected cells of 8 bits with table round, but received 6.',
    );
  });

  it.each(measuredTableNames())('should have come with the package: %s, a minimum below a distance', (name) => {
    const { cells } = readMeasuredTable(name);
    expect(measuredTap(cells.minimum)).toBeLessThan(measuredTap(cells.adder));
    expect(measuredTap(cells.adder)).toBeLessThan(measuredTap(cells.multiplier));
  });

  it.each([
    ['default', 'osu018'],
    ['cifar-blocks', 'osu018-blocks'],
    ['cifar-pairs', 'osu018-pairs'],
  ])('should have come with the package for %s: %s', (configuration, name) => {
    expect(measuredTableOf(loadConfiguration(configuration))).toEqual(readMeasuredTable(name));
    // Of another array there is none, so that of arrays without blocks is taken.
    expect(measuredTableOf({ reach: 3, tapsPerClock: 4 }).id).toBe('osu018_stdcells, measured');
  });

  it.each([
    [1, 1, {}, 'cells, measured', '4x4 arrays as gates of cells', '; no wires'],
    [
      ...[1, 2, { tapsPerClock: 2 }, 'cells, measured, 2 taps a clock'],
      ...['4x4 arrays, 2 taps a clock as gates of cells', '; no wires'],
    ],
    [
      ...[4, 1, { reach: 4 }, 'cells, measured in blocks of 4x4'],
      ...['4x4 arrays in blocks of 4x4 as gates of cells', '; 16 pins on a net at most, no wires'],
    ],
  ] as const)('should say of a fit with reach %i and %i taps a clock of what it is', (...given) => {
    const [reach, tapsPerClock, fields, id, begins, ends] = given;
    const request = { library: { name: 'cells', volts: 1 }, sources: [], sizes: [4], reach, tapsPerClock };
    const energies = { energies: all(1e-12), perTap: all(1) };
    const checks = [{ kind: 'adder', size: 4, layer: 'a', measured: 2, clock: 1, estimated: 1.9 }] as const;
    const fit = { clockBit: 1e-13, cells: { adder: energies, minimum: energies, multiplier: energies }, checks };
    const table = measuredTable(request as unknown as FitRequest, fit, [], 'a tool', 'f'.repeat(64));
    const { reach: of, tapsPerClock: taken, source, clockBit } = table;
    expect({ ...(of === undefined ? {} : { reach: of }), ...(taken ? { tapsPerClock: taken } : {}) }).toEqual(fields);
    expect(table.id).toBe(id);
    expect(source.startsWith(`${begins} (SHA-256 ffffffffffff) by a tool`)).toBe(true);
    expect(source).toContain(`layers that were not fitted within 5.0 %${ends}, no glitches`);
    expect(clockBit).toBe(0.1);
  });

  it('should be read from a file, and refused in one line where it is wrong', () => {
    const path = join(folder, 'table.json');
    const read = (value: unknown): unknown => {
      writeFileSync(path, JSON.stringify(value));
      return readMeasuredTable(path);
    };
    expect(read(TABLE)).toEqual(TABLE);
    const pairs = { ...TABLE, reach: 4, tapsPerClock: 2 };
    expect(read(pairs)).toEqual(pairs);
    expect(() => read({ ...TABLE, reach: 0 })).toThrow(/received a wrong reach: .*received 0\.$/);
    expect(() => read({ ...TABLE, reach: 65 })).toThrow(/received a wrong reach: .*received 65\.$/);
    expect(() => read({ ...TABLE, tapsPerClock: 3 })).toThrow(/received a wrong tapsPerClock: .*received 3\.$/);
    const { sumBits: _, ...rest } = TABLE.cells.adder.picojoules as Record<string, number>;
    const without = { ...TABLE, cells: { ...TABLE.cells, adder: { ...TABLE.cells.adder, picojoules: rest } } };
    expect(() => read(without)).toThrow(/to be a table of measured energies, but received a wrong .*sumBits/);
    expect(() => read({ ...TABLE, clockBit: -1 })).toThrow(/received a wrong clockBit/);
    expect(() => readMeasuredTable(join(folder, 'none.json'))).toThrow(
      /to hold a table as JSON, but received ENOENT\./,
    );
  });
});

it('least squares should find coefficients, none of them negative', () => {
  const rows = [
    [1, 2],
    [2, 1],
    [3, 5],
  ];
  const values = rows.map(([a, b]) => 2 * a! + 0.5 * b!);
  leastSquares(rows, values).forEach((found, i) => expect(found).toBeCloseTo([2, 0.5][i]!, 6));
  const against = rows.map(([a, b]) => 2 * a! - 0.5 * b!);
  expect(leastSquares(rows, against)[1]).toBe(0);
});
