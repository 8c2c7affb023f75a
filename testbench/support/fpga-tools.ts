// SPDX-License-Identifier: Apache-2.0
// Tools for FPGAs that tests use where the system has them: nothing is downloaded for a test.

import { spawnSync } from 'node:child_process';
import { chooseToolchain, type Toolchain, type ToolName } from '../../fpga/index.ts';

function isThere(program: string): boolean {
  return spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined;
}

/** Whether tests that need Yosys are skipped. */
export const NO_YOSYS: boolean = !isThere('yosys');

/** Whether tests are skipped that need nextpnr and IceStorm (Debian packages nextpnr-ice40 and fpga-icestorm). */
export const NO_ICESTORM: boolean = NO_YOSYS || !['nextpnr-ice40', 'icepack', 'icebox_vlog'].every(isThere);

/** The system's tools. */
export function systemTools(...names: readonly ToolName[]): Promise<Toolchain> {
  return chooseToolchain(names, { kind: 'system' });
}
