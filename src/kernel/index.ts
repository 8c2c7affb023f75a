// SPDX-License-Identifier: Apache-2.0
export { type Grid, type Kernel, loadKernel, type KernelOptions } from './kernel.ts';
export { bestSimd, kernelFlags, type Simd, simdNames } from './simd.ts';
export { type Dims, dimsOf, lanes } from './dims.ts';
export { inferMaps, inferScores, prepareNetwork, type Prepared } from './infer.ts';
export { createPass, forEachBatch, type Pass, type Pictures } from './pass.ts';
export { readLogits, readMap } from './read-map.ts';
export { type Gradients, type PictureMap, type Stage } from './stage.ts';
