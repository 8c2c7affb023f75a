// SPDX-License-Identifier: Apache-2.0
// Runs Verilator for a description of the design in a folder where the sources
// are staged. The same arguments as for a build: parameters and macros decide
// what there is.

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CompleteOptions } from '../options.ts';
import { originalPath, stagedSources } from '../staging.ts';
import { designArgs, runVerilator } from '../verilate.ts';
import type { Verilator } from '../verilator.ts';
import { descriptionArgs, readDesign } from './describe.ts';
import type { Design } from './design.ts';

/** Folder in the staged one that takes the description. */
const described = 'described';

/**
 * Describes the design in `work`, where its sources are staged; its files are the sources' own paths.
 * @throws {BuildError} with Verilator's errors and lint warnings.
 * @throws {RangeError} when a port is no bits.
 */
export async function describeStaged(verilator: Verilator, options: CompleteOptions, work: string): Promise<Design> {
  const args = [...descriptionArgs(verilator.version), '--Mdir', described];
  await runVerilator(verilator, [...args, ...designArgs(options), ...stagedSources(options)], options, work);
  const design = await readDesign(join(work, described), options.top, verilator.version);
  // Of an included file whose name has a space, Verilator also lists what comes before the space.
  const isFile = (name: string): boolean => statSync(resolve(work, name), { throwIfNoEntry: false })?.isFile() === true;
  return { ...design, files: design.files.filter(isFile).map((name) => originalPath(options, name)) };
}
