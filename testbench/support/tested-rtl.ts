// SPDX-License-Identifier: Apache-2.0
// The Verilog that the core's unit tests are about: the package's, or the folder in BERUS_RTL, which the mutation
// benchmark names to ask whether they notice a fault.

import { basename } from 'node:path';
import { rtlSources } from '../../src/device/index.ts';

/** Folder of the Verilog; undefined for the package's. */
export const TESTED_RTL: string | undefined = process.env['BERUS_RTL'];

/** Paths of modules' files; all if none is named. */
export function testedSources(...modules: readonly string[]): string[] {
  return rtlSources(TESTED_RTL).filter((path) => modules.length === 0 || modules.includes(basename(path, '.v')));
}
