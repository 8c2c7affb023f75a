// SPDX-License-Identifier: Apache-2.0
export { quantizeNetwork, type QuantizeOptions } from './quantize.ts';
export { pixelCodes } from './pixels.ts';
