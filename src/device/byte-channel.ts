// SPDX-License-Identifier: Apache-2.0
// What a link to a board runs over: a serial port, or what stands for one.

/** Bytes both ways, in order; some may be lost or changed on the way. */
export interface ByteChannel extends Disposable {
  /** What messages call it: the path of a port. */
  readonly name: string;
  /** Bits a second, with ten bits a byte. */
  readonly baud: number;
  /**
   * Sends bytes.
   * @throws {DeviceFault} when the other end is gone
   */
  write(bytes: Uint8Array): void;
  /**
   * Takes what has come, or waits for some.
   * @returns nothing when none comes in so many milliseconds
   * @throws {DeviceFault} when the other end is gone
   */
  read(milliseconds: number): Uint8Array;
}
