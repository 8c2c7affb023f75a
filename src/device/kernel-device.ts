// SPDX-License-Identifier: Apache-2.0
// The C++ loops as a device: the integers at the processor's own speed, for
// whole data sets.

import { inferMaps, loadKernel, prepareNetwork } from '../kernel/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import { checkImages } from './check-images.ts';
import type { Device } from './device.ts';

/**
 * Compiles the kernels, or finds them in the cache, and packs a network for them.
 * @param onProgress told what takes time when the kernels have to be compiled
 * @param threads threads that share the work; by default one a processor
 * @throws {RangeError} when a layer's sums could pass 2^31 - 1
 */
export async function createKernelDevice(
  network: QuantizedNetwork,
  onProgress?: (text: string) => void,
  threads?: number,
): Promise<Device> {
  const kernel = await loadKernel({
    ...(onProgress !== undefined && { onBuild: onProgress }),
    ...(threads !== undefined && { threads }),
  });
  const prepared = prepareNetwork(kernel, network);
  let disposed = false;
  return {
    level: 'kernel',
    infer: (images, count) => {
      if (disposed) throw new Error('Expected a device that is not disposed, but kernel is.');
      checkImages(network, images, count);
      return { count, maps: inferMaps(kernel, prepared, images, count) };
    },
    [Symbol.dispose]: () => {
      disposed = true;
    },
  };
}
