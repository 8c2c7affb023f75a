// SPDX-License-Identifier: Apache-2.0
// What every toolchain can do, wherever its programs come from.

/** Programs of the open toolchain; nextpnr of another family than iCE40, and icebox_vlog, are used only where the system has them. */
export type ToolName = 'yosys' | 'nextpnr-ice40' | 'icepack' | 'icebox_vlog' | 'nextpnr-ecp5';

/** Where programs come from: the system's, or npm's packages, which are WebAssembly. */
export type ToolchainKind = 'system' | 'npm';

/** What may be asked for. */
export const TOOLCHAINS: readonly ToolchainKind[] = ['system', 'npm'];

/** How a program is run. */
export interface ToolOptions {
  /** Told each whole line that the program prints. */
  readonly onLine?: (line: string) => void;
  /** Seconds after which it is ended. @defaultValue an hour */
  readonly seconds?: number;
}

/** Programs behind one interface. */
export interface Toolchain {
  readonly kind: ToolchainKind;
  /** What is known of the version of each program that was asked for. */
  readonly versions: Readonly<Partial<Record<ToolName, string>>>;
  /**
   * Runs a program in a folder that holds all that it reads, by names without a path; what it writes appears there.
   * @returns what it printed
   * @throws {ToolError} when it says that something is wrong, or takes too long
   */
  readonly run: (tool: ToolName, args: readonly string[], folder: string, options?: ToolOptions) => Promise<string>;
}
