// SPDX-License-Identifier: Apache-2.0
// The addon's side of a simulation, as native/addon.cpp exports it. Calls that
// run cycles return the cycle count, or -1 minus it when `takeReport` or
// `takeText` has something to say.

/** What one model's addon exports. */
export interface NativeAddon {
  /** @param clock number of the clock port, or -1. */
  create(seed: number, clock: number, wantsText: boolean): NativeInstance;
}

/** Array types that hold ports' values. */
export type PortArray = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** One instance of a model; ports go by their number. */
export interface NativeInstance {
  /** The model's own memory, spanning all ports. */
  readonly memory: ArrayBuffer;
  /** Bytes from the start of `memory` to each port. */
  readonly offsets: readonly number[];
  eval(): number;
  step(count: number): number;
  /** @param value words to wait for; undefined for any but zero. */
  runUntil(port: number, value: Uint32Array | undefined, max: number): number;
  batch(
    first: number,
    rows: number,
    inputs: readonly number[],
    inputRows: readonly PortArray[],
    outputs: readonly number[],
    outputRows: readonly PortArray[],
  ): number;
  openCapture(when: number, signals: readonly number[]): number;
  /** Cycle numbers, then each signal's words. */
  takeCapture(id: number): [Float64Array, ...Uint32Array[]];
  closeCapture(id: number): void;
  takeReport(): NativeReport;
  takeText(): string;
  maskInput(port: number): void;
  openTrace(path: string): boolean;
  closeTrace(): void;
  runFinalBlocks(): void;
  dispose(): void;
}

/** Why a call ended early. */
export interface NativeReport {
  /** Place in {@link nativeEvents}. */
  readonly event: number;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Names of the events, in the order of the C++ enumeration. */
export const nativeEvents: readonly ['none', 'finish', 'stop', 'fatal', 'timeout'] = [
  'none',
  'finish',
  'stop',
  'fatal',
  'timeout',
];
