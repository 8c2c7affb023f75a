// SPDX-License-Identifier: Apache-2.0
// What a device throws when it is at fault itself, not what it was given.

/** A device that hung or did what its network does not; the message is one line. */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';
}
