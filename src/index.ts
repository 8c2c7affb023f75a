// SPDX-License-Identifier: Apache-2.0
// The library: everything a program can import from `berus`. `berus/sim` is apart.

export * from './network/index.ts';
export * from './data/index.ts';
export * from './import/index.ts';
export * from './reference/index.ts';
export * from './compile/index.ts';
export {
  createPass,
  forEachBatch,
  inferMaps,
  inferScores,
  type Kernel,
  type KernelOptions,
  loadKernel,
  type Pass,
  type Pictures,
  type Prepared,
  prepareNetwork,
  readLogits,
  type Simd,
  simdNames,
} from './kernel/index.ts';
export * from './quantize/index.ts';
export * from './evaluate/index.ts';
export * from './cycles/index.ts';
export * from './energy/index.ts';
export * from './train/index.ts';
export * from './device/index.ts';
export * from './report/index.ts';
