// SPDX-License-Identifier: Apache-2.0
export { type Kernel, kernelFlags, loadKernel, type KernelOptions, type NormalizeArguments } from './kernel.ts';
export { convolvedLength, dimsOf, inputLength, lanes, outputLength, type Dims } from './dims.ts';
export { inferKernel } from './infer.ts';
export { createPass, forEachBatch, type Gradients, type Pass, type Pictures, type Stage } from './pass.ts';
