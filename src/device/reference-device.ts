// SPDX-License-Identifier: Apache-2.0
// The golden reference as a device.

import type { QuantizedNetwork } from '../network/index.ts';
import { inferReference } from '../reference/index.ts';
import { checkImages } from './check-images.ts';
import type { Device } from './device.ts';

/** Makes a device that computes with the reference's plain loops. */
export function createReferenceDevice(network: QuantizedNetwork): Device {
  let disposed = false;
  return {
    level: 'reference',
    infer: (images, count) => {
      if (disposed) throw new Error('Expected a device that is not disposed, but reference is.');
      checkImages(network, images, count);
      return { count, maps: inferReference(network, images, count).maps };
    },
    [Symbol.dispose]: () => {
      disposed = true;
    },
  };
}
