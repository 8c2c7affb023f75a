// SPDX-License-Identifier: Apache-2.0
// Modules of the RTL as designs by themselves, without a board around them: their ports are pins.

import { sourceFile, type Design } from '../flow/design.ts';

/**
 * A module for iCE40.
 * @param paths absolute, of its sources
 * @param device nextpnr's option and the package
 */
export function moduleDesign(
  top: string,
  paths: readonly string[],
  parameters: Readonly<Record<string, number>>,
  [device, packageName]: readonly [string, string] = ['hx8k', 'ct256'],
): Design {
  return {
    title: top,
    top,
    sources: paths.map((path) => sourceFile(path)),
    parameters,
    sizes: parameters,
    family: 'ice40',
    device,
    package: packageName,
    synthesis: [],
    clockMHz: 12,
  };
}
