// SPDX-License-Identifier: Apache-2.0
// The RTL is clean in three tools at every named configuration and at the edges
// of its parameters, without waivers, from its top down; so is each module alone,
// and the array at its largest; an illegal parameter stops all three with its own
// name.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ARRAY_CELLS, type Configuration, configurationNames, loadConfiguration } from '../../src/compile/index.ts';
import { coreParameters, rtlSources } from '../../src/device/index.ts';
import { TOOLS, type Outcome, type Parameters } from './tools.ts';

/** Verilog of arrays. */
const ARRAY_SOURCES = rtlSources().filter((path) => /adder_(array|row)\.v$|pipelined_/.test(path));

function lint(tool: string, top: string, parameters: Parameters): Outcome {
  return TOOLS[tool]!(top, parameters, rtlSources());
}

const tiny = loadConfiguration('tiny');
const ONE_WORD = { activationDepth: 1, weightDepth: 1, foldDepth: 1, padDepth: 1, resultDepth: 1, programDepth: 1 };
const EDGES: Readonly<Record<string, Configuration>> = {
  '1x1': { ...tiny, rows: 1, columns: 1 },
  '1x1 of 2 bits': { ...tiny, rows: 1, columns: 1, dataBits: 2, accBits: 12, sumBits: 13 },
  '1x5 of 2 bits': { ...tiny, rows: 1, columns: 5, dataBits: 2, accBits: 12, sumBits: 13 },
  '7x2 of 16 bits': { ...tiny, rows: 7, columns: 2, dataBits: 16, accBits: 32, sumBits: 33 },
  '64x2 of 16 bits': { ...tiny, rows: 64, columns: 2, dataBits: 16, accBits: 32, sumBits: 40 },
  '2x64 of 16 bits': { ...tiny, rows: 2, columns: 64, dataBits: 16, accBits: 32, sumBits: 40 },
  'weights held in 4x4': { ...tiny, partialDepth: 64 },
  'weights held in 1x1': { ...tiny, rows: 1, columns: 1, partialDepth: 1 },
  'weights held in 3x5 of 16 bits': {
    ...tiny,
    rows: 3,
    columns: 5,
    dataBits: 16,
    accBits: 32,
    sumBits: 40,
    partialDepth: 5,
  },
  'weights held in 7x2': { ...tiny, rows: 7, columns: 2, partialDepth: 600 },
  'weights held in 1x1 of minima': { ...tiny, rows: 1, columns: 1, partialDepth: 1, cell: 'minimum' },
  'weights held in 3x5 of minima': { ...tiny, rows: 3, columns: 5, partialDepth: 64, cell: 'minimum' },
  'buffers of one word': { ...tiny, ...ONE_WORD },
  'minima in 4x4': { ...tiny, cell: 'minimum' },
  'minima in 1x1': { ...tiny, rows: 1, columns: 1, cell: 'minimum' },
  'minima in 3x5 of 2 bits': { ...tiny, rows: 3, columns: 5, dataBits: 2, accBits: 12, sumBits: 13, cell: 'minimum' },
  'minima in 7x2 of 16 bits': { ...tiny, rows: 7, columns: 2, dataBits: 16, accBits: 32, sumBits: 40, cell: 'minimum' },
  'minima with buffers of one word': { ...tiny, ...ONE_WORD, cell: 'minimum' },
  'one segment of weights': { ...tiny, rows: 2, columns: 3, weightSegments: 1 },
  'one segment of weights, one pass over taps, row by row': {
    ...tiny,
    rows: 3,
    columns: 2,
    serialFold: 1,
    weightSegments: 1,
    planes: 0,
    shortcuts: 0,
  },
  'multiplications of two clocks': { ...tiny, rows: 2, columns: 3, foldClocks: 2 },
  'multiplications of two clocks in 1x1': { ...tiny, rows: 1, columns: 1, serialFold: 1, pipelined: 1, foldClocks: 2 },
  'one pass over taps in 1x1': { ...tiny, rows: 1, columns: 1, planes: 0 },
  'one pass over taps of weights that are held': { ...tiny, partialDepth: 64, planes: 0 },
  'no shortcuts': { ...tiny, rows: 2, columns: 3, shortcuts: 0 },
  'no averages': { ...tiny, rows: 2, columns: 3, averages: 0 },
  'folds of three clocks': { ...tiny, rows: 2, columns: 3, foldClocks: 3 },
  'folds of four clocks in 1x1': { ...tiny, rows: 1, columns: 1, serialFold: 1, pipelined: 1, foldClocks: 4 },
  'weights in one port, of one word': { ...tiny, ...ONE_WORD, weightPorts: 1 },
  'weights held from one port': { ...tiny, partialDepth: 64, weightPorts: 1 },
  'sides of 4 bits': { ...tiny, rows: 2, columns: 3, serialFold: 1, sideBits: 4 },
  'pipelined in 1x1': { ...tiny, rows: 1, columns: 1, pipelined: 1 },
  'pipelined in 7x2 of 16 bits, row by row': {
    ...tiny,
    rows: 7,
    columns: 2,
    dataBits: 16,
    accBits: 17,
    serialFold: 1,
    pipelined: 1,
  },
  'pipelined minima in 3x5 of 2 bits': {
    ...tiny,
    rows: 3,
    columns: 5,
    dataBits: 2,
    accBits: 4,
    sumBits: 5,
    cell: 'minimum',
    pipelined: 1,
  },
  'blocks of 2x2 in 3x5': { ...tiny, rows: 3, columns: 5, reach: 2 },
  'one block of 1x4, row by row': { ...tiny, rows: 1, columns: 4, reach: 4, serialFold: 1 },
  'blocks of 3x3 in 7x2 of 16 bits, row by row': {
    ...tiny,
    rows: 7,
    columns: 2,
    dataBits: 16,
    accBits: 32,
    sumBits: 40,
    reach: 3,
    serialFold: 1,
  },
  'minima in one block of 4x4': { ...tiny, cell: 'minimum', reach: 4 },
  'products in blocks of 4x4 in 5x6': { ...tiny, rows: 5, columns: 6, cell: 'product', reach: 4 },
  'products in 1x1': { ...tiny, rows: 1, columns: 1, cell: 'product' },
  'products in 3x5 of 2 bits': { ...tiny, rows: 3, columns: 5, dataBits: 2, accBits: 4, sumBits: 5, cell: 'product' },
  'products in 7x2 of 16 bits': {
    ...tiny,
    rows: 7,
    columns: 2,
    dataBits: 16,
    accBits: 32,
    sumBits: 40,
    cell: 'product',
  },
};
const CONFIGURATIONS = {
  ...Object.fromEntries(configurationNames().map((name) => [name, loadConfiguration(name)])),
  ...EDGES,
};
/** Takes Yosys two minutes, which has 64 rows and 64 columns apart. */
const LARGEST: Configuration = { ...tiny, rows: 64, columns: 64, dataBits: 16, accBits: 32, sumBits: 40 };

describe.each(ARRAY_CELLS)('64x64 cells of %ss of 16 bits', (cell) => {
  it.each(['verilator', 'icarus'])('should give %s nothing to find', { timeout: 180_000 }, (tool) => {
    expect(lint(tool, 'adder_top', coreParameters({ ...LARGEST, cell }))).toEqual({ status: 0, messages: '' });
  });
});

/** Each kind of cells with few or many bits, in the largest and the narrowest arrays. */
const ARRAYS = [
  [1, 1],
  [1, 64],
  [64, 1],
  [64, 64],
].flatMap(([rows, columns]) => [
  // A pipelined cell is a module: 64x64 of them would take a minute.
  ...[
    { array: 'adder_array', ROWS: rows!, COLUMNS: columns! },
    { array: 'pipelined_array', ROWS: rows!, COLUMNS: rows === 64 ? Math.min(columns!, 8) : columns! },
  ].flatMap((one) => [
    { ...one, W_DATA: 2, W_ACC: 12, CELL: 0 },
    { ...one, W_DATA: 16, W_ACC: 32, CELL: 1 },
  ]),
  { array: 'adder_array', ROWS: rows!, COLUMNS: columns!, W_DATA: 4, W_ACC: 8, CELL: 2 },
  ...[4, 64]
    .filter((reach) => reach <= Math.max(rows!, columns!))
    .map((reach) => ({
      ...{ array: 'adder_array', ROWS: rows!, COLUMNS: columns!, W_DATA: 8, W_ACC: 18, CELL: 0, REACH: reach },
      SERIAL: Number(reach === 4),
    })),
]);

/** Each kind of cells with several taps in a clock, in arrays small and narrow, alone and in blocks. */
const TAPS = [2, 4].flatMap((taps) => [
  { ROWS: 1, COLUMNS: 1, W_DATA: 2, W_ACC: 12, CELL: 0, TAPS: taps },
  { ROWS: 5, COLUMNS: 3, W_DATA: 16, W_ACC: 32, CELL: 0, REACH: 2, TAPS: taps, SERIAL: 1 },
  { ROWS: 1, COLUMNS: 64, W_DATA: 8, W_ACC: 18, CELL: 0, REACH: 64, TAPS: taps },
  { ROWS: 1, COLUMNS: 1, W_DATA: 16, W_ACC: 32, CELL: 1, TAPS: taps },
  { ROWS: 4, COLUMNS: 6, W_DATA: 2, W_ACC: 12, CELL: 1, REACH: 4, TAPS: taps },
  { ROWS: 64, COLUMNS: 1, W_DATA: 8, W_ACC: 19, CELL: 1, REACH: 3, TAPS: taps },
  { ROWS: 1, COLUMNS: 1, W_DATA: 4, W_ACC: 8, CELL: 2, TAPS: taps },
  { ROWS: 3, COLUMNS: 5, W_DATA: 16, W_ACC: 32, CELL: 2, REACH: 5, TAPS: taps },
]);

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  it.each(Object.entries(CONFIGURATIONS))('should find nothing in %s', (_, configuration) => {
    expect(lint(tool, 'adder_top', coreParameters(configuration))).toEqual({ status: 0, messages: '' });
  });

  it.each(ARRAYS)('should find nothing in an array %j', { timeout: 120_000 }, ({ array, ...parameters }) => {
    expect(TOOLS[tool]!(array, parameters, ARRAY_SOURCES)).toEqual({ status: 0, messages: '' });
  });

  it.each(TAPS)('should find nothing in an array with several taps a clock %j', (parameters) => {
    expect(TOOLS[tool]!('adder_array', parameters, ARRAY_SOURCES)).toEqual({ status: 0, messages: '' });
  });

  it.each([3, 8])('should stop an array at %i taps a clock', (taps) => {
    const { status, messages } = TOOLS[tool]!('adder_array', { ROWS: 2, COLUMNS: 2, TAPS: taps }, ARRAY_SOURCES);
    expect(status).not.toBe(0);
    expect(messages).toContain('error_TAPS_must_be_1_2_or_4');
  });

  it('should elaborate each module alone', () => {
    for (const path of rtlSources()) {
      const module = /([a-z0-9_]+)\.v$/.exec(path)![1]!;
      expect(lint(tool, module, {}), module).toEqual({ status: 0, messages: '' });
    }
  });

  it.each([
    ['W_ACC', { W_ACC: 8 }, 'error_W_ACC_must_exceed_W_DATA'],
    ['W_ACC', { W_ACC: 33, W_SUM: 40 }, 'error_W_ACC_must_be_at_most_32'],
    ['W_DATA', { W_DATA: 17, W_ACC: 32, W_SUM: 40 }, 'error_W_DATA_must_be_from_2_to_16'],
    ['W_SUM', { W_SUM: 18 }, 'error_W_SUM_must_exceed_W_ACC_and_be_at_most_40'],
    ['W_SUM', { W_SUM: 41 }, 'error_W_SUM_must_exceed_W_ACC_and_be_at_most_40'],
    ['ROWS', { ROWS: 65 }, 'error_ROWS_must_be_from_1_to_64'],
    ['COLUMNS', { COLUMNS: 65 }, 'error_COLUMNS_must_be_from_1_to_64'],
    ['DEPTH', { FOLD_DEPTH: 0 }, 'error_DEPTH_must_be_at_least_1'],
    ['PAD_DEPTH', { PAD_DEPTH: 0 }, 'error_PAD_DEPTH_must_be_at_least_1'],
    ['PROGRAM_DEPTH', { PROGRAM_DEPTH: 0 }, 'error_PROGRAM_DEPTH_must_be_at_least_1'],
    ['CELL', { CELL: 3 }, 'error_CELL_must_be_from_0_to_2'],
    ['PARTIAL_DEPTH', { CELL: 2, PARTIAL_DEPTH: 1 }, 'error_PARTIAL_DEPTH_must_be_0_with_CELL_2'],
    ['SERIAL', { SERIAL: 2 }, 'error_SERIAL_must_be_0_or_1'],
    ['SERIAL', { SERIAL: 1, CELL: 1 }, 'error_SERIAL_must_be_0_with_CELL_1_or_PARTIAL_DEPTH'],
    ['SERIAL', { SERIAL: 1, PARTIAL_DEPTH: 1 }, 'error_SERIAL_must_be_0_with_CELL_1_or_PARTIAL_DEPTH'],
    ['PIPELINED', { PIPELINED: 2 }, 'error_PIPELINED_must_be_0_or_1'],
    ['PIPELINED', { PIPELINED: 1, CELL: 2 }, 'error_PIPELINED_must_be_0_with_CELL_2_or_PARTIAL_DEPTH'],
    ['PIPELINED', { PIPELINED: 1, PARTIAL_DEPTH: 1 }, 'error_PIPELINED_must_be_0_with_CELL_2_or_PARTIAL_DEPTH'],
    ['REACH', { REACH: 0 }, 'error_REACH_must_be_from_1_to_the_larger_of_ROWS_and_COLUMNS'],
    ['REACH', { REACH: 5 }, 'error_REACH_must_be_from_1_to_the_larger_of_ROWS_and_COLUMNS'],
    ['REACH', { REACH: 2, PIPELINED: 1 }, 'error_REACH_must_be_1_with_PIPELINED_or_PARTIAL_DEPTH'],
    ['REACH', { REACH: 2, PARTIAL_DEPTH: 1 }, 'error_REACH_must_be_1_with_PIPELINED_or_PARTIAL_DEPTH'],
    ['W_SIDE', { W_SIDE: 3 }, 'error_W_SIDE_must_be_from_4_to_16'],
    ['W_SIDE', { W_SIDE: 17 }, 'error_W_SIDE_must_be_from_4_to_16'],
    ['WEIGHT_PORTS', { WEIGHT_PORTS: 0 }, 'error_WEIGHT_PORTS_must_be_1_or_2'],
    ['WEIGHT_PORTS', { WEIGHT_PORTS: 3 }, 'error_WEIGHT_PORTS_must_be_1_or_2'],
    ['WEIGHT_SEGMENTS', { WEIGHT_SEGMENTS: 0 }, 'error_WEIGHT_SEGMENTS_must_be_1_or_2'],
    ['WEIGHT_SEGMENTS', { WEIGHT_SEGMENTS: 3 }, 'error_WEIGHT_SEGMENTS_must_be_1_or_2'],
    ['FOLD_CLOCKS', { FOLD_CLOCKS: 5 }, 'error_FOLD_CLOCKS_must_be_from_1_to_4'],
    ['FOLD_CLOCKS', { FOLD_CLOCKS: 2, PARTIAL_DEPTH: 1 }, 'error_FOLD_CLOCKS_must_be_1_with_PARTIAL_DEPTH'],
    ['PLANES', { PLANES: 2 }, 'error_PLANES_must_be_0_or_1'],
    ['SHORTCUT', { SHORTCUT: 2 }, 'error_SHORTCUT_must_be_0_or_1'],
    ['AVERAGES', { AVERAGES: 2 }, 'error_AVERAGES_must_be_0_or_1'],
    ['W_ACC', { CELL: 1, W_ACC: 9 }, 'error_W_ACC_must_exceed_W_DATA_by_2_with_CELL_1'],
    ['W_ACC', { CELL: 2, W_ACC: 15 }, 'error_W_ACC_must_be_at_least_twice_W_DATA_with_CELL_2'],
  ])('should stop at an illegal %s %j', (_, change, message) => {
    const { status, messages } = lint(tool, 'adder_core', { ...coreParameters(tiny), ...change });
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
