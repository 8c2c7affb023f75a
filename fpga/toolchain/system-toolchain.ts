// SPDX-License-Identifier: Apache-2.0
// Programs that the system has on its PATH.

import { runProcess } from '../../sim/addon/index.ts';
import { runProgram } from './run-program.ts';
import type { Toolchain, ToolName } from './toolchain.ts';

/** Options that show a version. IceStorm's have none, and show their options: their version is that of the chip's format. */
const VERSION_OPTION: Readonly<Record<ToolName, string>> = {
  yosys: '-V',
  'nextpnr-ice40': '--version',
  'nextpnr-ecp5': '--version',
  icepack: '-h',
  icebox_vlog: '-h',
};

/** How programs are started that need more than their name. */
const COMMANDS: Readonly<Partial<Record<ToolName, readonly [string, ...string[]]>>> = {
  // Without a fixed seed for Python's sets, the same configuration has wires of other names each time.
  icebox_vlog: ['env', 'PYTHONHASHSEED=0', 'icebox_vlog'],
};

/** Version in what a program printed: `0.4-1+b1` of nextpnr, `Yosys 0.23 (...)` as it is. */
function versionIn(tool: ToolName, text: string): string {
  if (tool === 'icepack' || tool === 'icebox_vlog') return 'without a version';
  return /\(Version ([^)]*)\)/.exec(text)?.[1] ?? text.trim().split('\n')[0]!;
}

async function versionOf(tool: ToolName): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await runProcess(tool, [VERSION_OPTION[tool]], { seconds: 60 });
    return versionIn(tool, `${stdout}${stderr}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The versions of programs that the system has; what it has not is left out. */
export async function systemVersions(tools: readonly ToolName[]): Promise<Partial<Record<ToolName, string>>> {
  const versions = await Promise.all(tools.map((tool) => versionOf(tool)));
  return Object.fromEntries(
    tools.flatMap((tool, i): [ToolName, string][] => (versions[i] === undefined ? [] : [[tool, versions[i]]])),
  );
}

/** The system's programs, which {@link systemVersions} found. */
export function systemToolchain(versions: Toolchain['versions']): Toolchain {
  return {
    kind: 'system',
    versions,
    run: (tool, args, folder, options) => runProgram(tool, [...(COMMANDS[tool] ?? [tool]), ...args], folder, options),
  };
}
