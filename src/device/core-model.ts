// SPDX-License-Identifier: Apache-2.0
// Builds the Verilated core of a configuration; built once, then cached.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Model } from '../../sim/index.ts';
import { ARRAY_CELLS, type Configuration } from '../compile/index.ts';
import { packageRoot } from '../network/index.ts';

/** How a core is built. */
export interface CoreModelOptions {
  /** With code that writes waveforms; slower. @defaultValue false */
  readonly trace?: boolean;
  /** Folder of the RTL, for a core of one's own. @defaultValue the package's rtl/ */
  readonly rtl?: string | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

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

/** Builds `adder_core` for a configuration, or takes it from the cache. */
export function buildCore(configuration: Configuration, options: CoreModelOptions = {}): Promise<Model> {
  return build({
    top: 'adder_core',
    sources: rtlSources(options.rtl),
    params: coreParameters(configuration),
    trace: options.trace === true ? 'vcd' : false,
    flags: ['-O3', '-march=native'],
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
}
