// SPDX-License-Identifier: Apache-2.0
export { type IdxArray, parseIdx } from './idx.ts';
export { type ImageSet, loadMnist, subset } from './mnist.ts';
