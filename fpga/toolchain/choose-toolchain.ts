// SPDX-License-Identifier: Apache-2.0
// Which toolchain is used: the system's where it has all programs, since they are native; else npm's.

import { isOnNpm, npmToolchain } from './npm-toolchain.ts';
import { systemToolchain, systemVersions } from './system-toolchain.ts';
import type { Toolchain, ToolchainKind, ToolName } from './toolchain.ts';

/** How a toolchain is chosen. */
export interface ToolchainOptions {
  /** @defaultValue the system's where it has every program, else npm's */
  readonly kind?: ToolchainKind | undefined;
  /** Told of a download. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * A toolchain with all of some programs.
 * @throws {RangeError} when the system lacks one, and its toolchain is asked for or npm lacks it, too
 * @throws {Error} when npm's cannot be fetched
 */
export async function chooseToolchain(
  tools: readonly ToolName[],
  { kind, onNote = () => undefined }: ToolchainOptions = {},
): Promise<Toolchain> {
  if (kind === 'npm') return npmToolchain(tools, onNote);
  const versions = await systemVersions(tools);
  const missing = tools.filter((tool) => versions[tool] === undefined);
  if (missing.length === 0) return systemToolchain(versions);
  if (kind === undefined && tools.every((tool) => isOnNpm(tool))) return npmToolchain(tools, onNote);
  const why = kind === undefined ? '' : ' with --toolchain system';
  throw new RangeError(
    `Expected ${tools.join(', ')} to be on the PATH${why}, but received no ${missing.join(', ')} ` +
      '(Debian packages yosys, nextpnr-ice40, fpga-icestorm).',
  );
}
