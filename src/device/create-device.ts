// SPDX-License-Identifier: Apache-2.0
// Makes a device of any level by name.

import type { QuantizedNetwork } from '../network/index.ts';
import type { Device, DeviceLevel } from './device.ts';
import { createKernelDevice } from './kernel-device.ts';
import { createReferenceDevice } from './reference-device.ts';
import { createRtlDevice, type RtlDeviceOptions } from './rtl-device.ts';

/** Levels that `createDevice` makes. */
export const DEVICE_LEVELS: readonly DeviceLevel[] = ['reference', 'kernel', 'rtl'];

/**
 * Makes a device loaded with a network.
 * @throws {RangeError} when the level is unknown or the network does not fit the configuration
 */
export async function createDevice(
  level: DeviceLevel,
  network: QuantizedNetwork,
  options: RtlDeviceOptions,
): Promise<Device> {
  switch (level) {
    case 'reference':
      return createReferenceDevice(network);
    case 'kernel':
      return createKernelDevice(network, options.onProgress);
    case 'rtl':
      return createRtlDevice(network, options);
    default:
      throw new RangeError(`Expected device to be one of ${DEVICE_LEVELS.join(', ')}, but received ${String(level)}.`);
  }
}
