// SPDX-License-Identifier: Apache-2.0
export { chooseToolchain, type ToolchainOptions } from './choose-toolchain.ts';
export { systemVersions } from './system-toolchain.ts';
export { ToolError } from './tool-error.ts';
export { type Toolchain, type ToolchainKind, TOOLCHAINS, type ToolName, type ToolOptions } from './toolchain.ts';
