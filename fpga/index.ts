// SPDX-License-Identifier: Apache-2.0
// What other parts import: the tools, and the way of a board through them.

export * from './flow/index.ts';
export * from './proof/index.ts';
export * from './toolchain/index.ts';
