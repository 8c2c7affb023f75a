// SPDX-License-Identifier: Apache-2.0
// Bytes as beats of an AXI4-Stream, the first byte in the lowest lane.

import type { AxiStreamFrame, GivenFrame } from './axi-stream.ts';
import type { BusValue } from './simulation.ts';

function checkBytes(bytesPerBeat: number): void {
  if (Number.isSafeInteger(bytesPerBeat) && bytesPerBeat >= 1) return;
  throw new RangeError(`Expected bytes per beat to be an integer from 1, but received ${bytesPerBeat}.`);
}

function join(bytes: readonly number[]): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}

/**
 * Packs bytes into beats; keep marks the bytes of the last one.
 * @param bytesPerBeat width of tdata in bytes.
 * @example
 * source.send(bytesToFrame(new TextEncoder().encode('hello'), 4));
 */
export function bytesToFrame(
  bytes: Uint8Array,
  bytesPerBeat: number,
): GivenFrame & { readonly data: BusValue[]; readonly keep: BusValue[] } {
  checkBytes(bytesPerBeat);
  if (bytes.length === 0) throw new RangeError('Expected a frame to have at least one byte, but received none.');
  const data: bigint[] = [];
  const keep: bigint[] = [];
  for (let start = 0; start < bytes.length; start += bytesPerBeat) {
    const part = bytes.subarray(start, start + bytesPerBeat);
    data.push(join([...part]));
    keep.push((1n << BigInt(part.length)) - 1n);
  }
  return { data, keep };
}

/**
 * The bytes of a frame, without those that keep drops.
 * @param bytesPerBeat width of tdata in bytes.
 */
export function frameToBytes(frame: Pick<AxiStreamFrame, 'data' | 'keep'>, bytesPerBeat: number): Uint8Array {
  checkBytes(bytesPerBeat);
  const bytes: number[] = [];
  for (const [i, value] of frame.data.entries()) {
    const keep = frame.keep === undefined ? -1n : BigInt(frame.keep[i]!);
    for (let lane = 0n; lane < BigInt(bytesPerBeat); lane++) {
      if (((keep >> lane) & 1n) !== 0n) bytes.push(Number((BigInt(value) >> (8n * lane)) & 0xffn));
    }
  }
  return Uint8Array.from(bytes);
}
