// SPDX-License-Identifier: Apache-2.0
// Makes a device of any level by name.

import type { QuantizedNetwork } from '../network/index.ts';
import { createBoardDevice } from './board-device.ts';
import type { LinkPatience } from './board-link.ts';
import { openPort } from './board-port.ts';
import type { ByteChannel } from './byte-channel.ts';
import type { Device, DeviceLevel } from './device.ts';
import { createKernelDevice } from './kernel-device.ts';
import { createReferenceDevice } from './reference-device.ts';
import { createRtlDevice, type RtlDeviceOptions } from './rtl-device.ts';

/** Levels that `createDevice` makes. */
export const DEVICE_LEVELS: readonly DeviceLevel[] = ['reference', 'kernel', 'rtl', 'netlist', 'board'];

/** Bits a second of a board's serial port, as all boards of this package have it. */
export const BAUD = 1_000_000;

/** How a device is made. */
export interface DeviceOptions extends RtlDeviceOptions {
  /** Of a board: the path of its serial port, or what stands for one. */
  readonly port?: string | ByteChannel | undefined;
  /** Of a board's serial port: bits a second. @defaultValue 1,000,000 */
  readonly baud?: number | undefined;
  /** Of a board: how long to wait for it. */
  readonly patience?: LinkPatience | undefined;
}

function boardChannel({ port, baud = BAUD }: DeviceOptions): ByteChannel {
  if (port === undefined || port === '') throw new RangeError('Expected the port of a board, but received none.');
  return typeof port === 'string' ? openPort(port, baud) : port;
}

/**
 * Makes a device loaded with a network.
 * @throws {RangeError} when the level is unknown, the network does not fit the configuration, or a port does not open
 * @throws {DeviceFault} when a board does not answer, or holds another configuration
 */
export async function createDevice(
  level: DeviceLevel,
  network: QuantizedNetwork,
  options: DeviceOptions,
): Promise<Device> {
  switch (level) {
    case 'reference':
      return createReferenceDevice(network);
    case 'kernel':
      return createKernelDevice(network, options.onProgress);
    case 'rtl':
      return createRtlDevice(network, options);
    case 'netlist':
      return createRtlDevice(network, { ...options, netlist: true });
    case 'board':
      return createBoardDevice(network, { ...options, channel: boardChannel(options) });
    default:
      throw new RangeError(`Expected device to be one of ${DEVICE_LEVELS.join(', ')}, but received ${String(level)}.`);
  }
}
