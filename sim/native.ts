// SPDX-License-Identifier: Apache-2.0
// The addon's side of a simulation, as native/addon.cpp exports it. Calls that
// run cycles leave in `status` how far they came, and whether `takeReport` or
// `takeText` has something to say.

/** Array types that hold ports' values; signed ones for signed ports. */
export type PortArray =
  Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | BigUint64Array | BigInt64Array;

/** Names one instance to the addon's functions. */
export interface Handle {
  readonly brand: unique symbol;
}

/** What one model's addon exports; signals go by their number: the ports, then what is exposed. */
export interface NativeAddon {
  /** @param clock number of the clock port, or -1. */
  create(seed: number, clock: number, wantsText: boolean, plusargs: readonly string[]): NativeInstance;
  /** What the next four functions read in place of arguments: the instance's number, and a mask of edges. */
  readonly turn: Uint32Array;
  eval(): void;
  /** Runs one cycle. */
  tick(): void;
  /** Runs to just before the main clock rises, or to an event on the way with one of the wanted edges. */
  toEdge(): void;
  /** Runs to the next event with one of the wanted edges: bit 2i clock i rises, bit 2i + 1 it falls. */
  advance(): void;
  run(handle: Handle, cycles: number): void;
  /** @param first whether it takes the place of the clock given at creation. */
  declareClock(handle: Handle, port: number, period: number, phase: number, first: boolean): void;
  /** @param value words to wait for; undefined for any but zero. */
  runUntil(handle: Handle, signal: number, value: Uint32Array | undefined, max: number): void;
  batch(
    handle: Handle,
    first: number,
    rows: number,
    inputs: readonly number[],
    inputRows: readonly PortArray[],
    outputs: readonly number[],
    outputRows: readonly PortArray[],
  ): void;
  /** Copies the ports into an array buffer as long as the memory, from now on before each rising edge. */
  watchBefore(handle: Handle, shadow: ArrayBuffer): void;
  openCapture(handle: Handle, when: number | undefined, signals: readonly number[]): number;
  /** Cycle numbers, then each signal's words. */
  takeCapture(handle: Handle, id: number): [Float64Array, ...Uint32Array[]];
  closeCapture(handle: Handle, id: number): void;
  takeReport(handle: Handle): NativeReport;
  takeText(handle: Handle): string;
  /** Keeps bits above the width of a signal's elements at zero, whatever is written to the memory. */
  mask(handle: Handle, signal: number, width: number): void;
  /** Brings a copy of the state up to date; returns how many of its pieces changed, whose numbers are then in `changed`. */
  saveState(handle: Handle, copy: Uint8Array, changed: Uint32Array, pieceBytes: number): number;
  loadState(handle: Handle, from: Uint8Array): void;
  openTrace(handle: Handle, path: string): boolean;
  closeTrace(handle: Handle): void;
  writeCoverage(handle: Handle, path: string): boolean;
  runFinalBlocks(handle: Handle): void;
  /** Frees the model and empties views of its memory. */
  dispose(handle: Handle, memory: ArrayBuffer): void;
}

/** One instance of a model. */
export interface NativeInstance {
  readonly handle: Handle;
  /** Names it in {@link NativeAddon.turn}. */
  readonly number: number;
  /** The model's own memory, spanning all signals. */
  readonly memory: ArrayBuffer;
  /** Bytes from the start of `memory` to each signal. */
  readonly offsets: readonly number[];
  /** Bytes of each signal. */
  readonly sizes: readonly number[];
  /**
   * Cycles completed, time, whether there is something to tell, the edges that `advance` or `toEdge` stopped at, and whether
   * an edge was seen since `watchBefore`.
   */
  readonly status: Float64Array;
  /** Bytes of a snapshot; 0 when there can be none. */
  readonly stateBytes: number;
}

/** Why a call ended early. */
export interface NativeReport {
  /** Place in {@link nativeEvents}. */
  readonly event: number;
  readonly file: string;
  readonly line: number;
  readonly time: number;
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
