// SPDX-License-Identifier: Apache-2.0
// A float model -> integers, after training and by training images alone.

import type { ImageSet } from '../data/index.ts';
import { createPass, type Kernel, type KernelOptions, loadKernel } from '../kernel/index.ts';
import type { FloatModel, Provenance, QuantizedNetwork } from '../network/index.ts';
import { measureRanges } from './calibrate.ts';
import { quantizeWithRanges } from './quantize-ranges.ts';
import { searchRanges } from './search.ts';

/** What {@link quantizeNetwork} is told. */
export interface QuantizeOptions extends KernelOptions {
  /** Width of every code, 2 to 16. @defaultValue 8 */
  readonly bits?: number;
  /** How much of each map's range the codes cover: all of it, or as a search finds. @defaultValue 'search' below 6 bits */
  readonly ranges?: 'full' | 'search';
  /** Kept in the result, for people to read. @defaultValue empty */
  readonly provenance?: Provenance;
  /** Kernels to use; `threads` and `onBuild` then have no say. @defaultValue loaded for the call */
  readonly kernel?: Kernel;
}

/** Images measured at once. */
const batch = 128;

/**
 * Quantizes a float model.
 * @param data training images: they give the ranges of the activations
 * @throws {RangeError} when `bits` is not an integer from 2 to 16.
 * @example
 * const net = await quantizeNetwork(model, loadMnist('train'), { bits: 8 });
 */
export async function quantizeNetwork(
  model: FloatModel,
  data: ImageSet,
  options: QuantizeOptions = {},
): Promise<QuantizedNetwork> {
  const { bits = 8, provenance = {}, ranges: choice = bits < 6 ? 'search' : 'full' } = options;
  if (!Number.isInteger(bits) || bits < 2 || bits > 16) {
    throw new RangeError(`Expected bits to be an integer from 2 to 16, but received ${bits}.`);
  }
  const kernel = options.kernel ?? (await loadKernel(options));
  const full = measureRanges(createPass(kernel, model.network, batch), model, data);
  const ranges = choice === 'full' ? full : searchRanges(kernel, model, data, full, bits);
  return quantizeWithRanges(model, ranges, bits, provenance);
}
