// SPDX-License-Identifier: Apache-2.0
// The core in Verilog as a tool wants it: its parameters and its files.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../network/index.ts';
import { ARRAY_CELLS, type Configuration } from './configuration.ts';

/** Parameters of `adder_core` by the RTL's names. */
export function coreParameters(configuration: Configuration): Record<string, number> {
  return {
    ROWS: configuration.rows,
    COLUMNS: configuration.columns,
    W_DATA: configuration.dataBits,
    W_ACC: configuration.accBits,
    W_SUM: configuration.sumBits,
    ACTIVATION_DEPTH: configuration.activationDepth,
    WEIGHT_DEPTH: configuration.weightDepth,
    FOLD_DEPTH: configuration.foldDepth,
    PAD_DEPTH: configuration.padDepth,
    RESULT_DEPTH: configuration.resultDepth,
    PROGRAM_DEPTH: configuration.programDepth,
    PARTIAL_DEPTH: configuration.partialDepth ?? 0,
    CELL: ARRAY_CELLS.indexOf(configuration.cell ?? 'distance'),
    SERIAL: configuration.serialFold ?? 0,
    PIPELINED: configuration.pipelined ?? 0,
    REACH: configuration.reach ?? 1,
    TAPS: configuration.tapsPerClock ?? 1,
    W_SIDE: configuration.sideBits ?? 16,
    WEIGHT_PORTS: configuration.weightPorts ?? 2,
    WEIGHT_SEGMENTS: configuration.weightSegments ?? 2,
    FOLD_CLOCKS: configuration.foldClocks ?? 1,
    PLANES: configuration.planes ?? 1,
    SHORTCUT: configuration.shortcuts ?? 1,
    AVERAGES: configuration.averages ?? 1,
  };
}

/**
 * Absolute paths of the RTL's files.
 * @param folder the package's rtl/ if not given
 */
export function rtlSources(folder: string = join(packageRoot(), 'rtl')): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.v'))
    .sort()
    .map((name) => join(folder, name));
}
