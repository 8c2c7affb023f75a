// SPDX-License-Identifier: Apache-2.0
// What a design has, without building it.

import { withWorkFolder } from './addon/cache.ts';
import type { Design } from './design/index.ts';
import { completeOptions, type BuildOptions } from './options.ts';
import { translate } from './translate.ts';
import { findVerilator } from './verilator.ts';

/**
 * Describes the design that `build` would build of these options, and refuses what it would: its ports, parameters and
 * internal signals.
 * @throws {BuildError} for errors and lint warnings in the Verilog, and for a top without ports.
 * @throws {RangeError} for options out of range, numbers that do not fit their parameters, ports and exposed signals that are neither bits nor arrays of bits, and ports that are called like a C++ method (`name`).
 * @throws {ToolchainError} when Verilator is missing or too old.
 * @example
 * const { ports } = await describeDesign({ top: 'counter', sources: ['/…/counter.v'] });
 * console.log(ports.map(({ name }) => name)); // ['clk', 'en', 'count']
 */
export async function describeDesign(options: BuildOptions): Promise<Design> {
  const complete = completeOptions(options);
  const verilator = await findVerilator();
  return withWorkFolder(async (work) => (await translate(verilator, complete, work)).design);
}
