// SPDX-License-Identifier: Apache-2.0
export { type Quantized, quantizeDetailed, quantizeNetwork, type QuantizeOptions } from './quantize.ts';
export type { CodeScale, Scales } from './scale.ts';
export type { FoldStyle } from './fold.ts';
export type { Settings } from './settings.ts';
export { pixelCodes } from './pixels.ts';
