// SPDX-License-Identifier: Apache-2.0
// Collects signals' values in each cycle, or in those in which a condition
// holds, while the native loops run.

import { addDisposer } from './dispose.ts';
import type { Handle, NativeAddon } from './native.ts';
import { describe } from './values.ts';

/** What a capture is told. */
export interface CaptureOptions<Name extends string = string> {
  /** Signal that is not zero, just before the clock edge, in the cycles to collect. @defaultValue every cycle */
  readonly when?: string;
  /**
   * Ports, or paths of exposed signals, to collect; or names of one's own and the signals behind them, which also serves for ports that are called
   * `count` or `cycles`.
   */
  readonly signals: readonly Name[] | { readonly [name in Name]: string };
}

/**
 * What was collected: for each signal its words, cycle after cycle, least significant first. A signed signal's are its
 * bits, without the sign.
 */
export type Captured<Name extends string = string> = {
  /** Cycles collected. */
  readonly count: number;
  /** Number of each cycle, from 0 for the first one of the simulation. */
  readonly cycles: Float64Array;
} & { readonly [name in Name]: Uint32Array };

/** The simulation that a capture watches. */
export interface CaptureOwner {
  readonly native: NativeAddon;
  readonly handle: Handle;
  isDisposed(): boolean;
  throwIfDisposed(): void;
}

/** A capture under way; made by `Simulation.capture`. */
export class Capture<Name extends string = string> implements Disposable {
  readonly #owner: CaptureOwner;
  readonly #id: number;
  readonly #names: readonly Name[];
  #closed = false;

  constructor(owner: CaptureOwner, id: number, names: readonly Name[]) {
    this.#owner = owner;
    this.#id = id;
    this.#names = names;
  }

  /** Returns what was collected since the last call, and forgets it. */
  take(): Captured<Name> {
    this.#owner.throwIfDisposed();
    if (this.#closed) throw new TypeError('Expected an open capture, but received a closed one.');
    const [cycles, ...words] = this.#owner.native.takeCapture(this.#owner.handle, this.#id);
    const signals = Object.fromEntries(
      // In a realm of its own, a test knows only arrays made there.
      this.#names.map((name, i) => [name, new Uint32Array(words[i]!.buffer)]),
    );
    return { ...signals, count: cycles.length, cycles: new Float64Array(cycles.buffer) } as Captured<Name>;
  }

  /** Stops collecting, and forgets what was not taken. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#owner.isDisposed()) this.#owner.native.closeCapture(this.#owner.handle, this.#id);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

addDisposer(Capture.prototype);

/** Names of a capture's results with the signals behind them. */
export function captureSignals<Name extends string>(signals: CaptureOptions<Name>['signals']): [Name, string][] {
  if (typeof signals !== 'object' || signals === null) {
    throw new TypeError(`Expected signals to be an array or an object of names, but received ${describe(signals)}.`);
  }
  const pairs: [Name, string][] = Array.isArray(signals)
    ? (signals as readonly Name[]).map((name) => [name, name])
    : (Object.entries(signals) as [Name, string][]);
  const reserved = pairs.find(([name]) => name === 'count' || name === 'cycles');
  if (reserved === undefined) return pairs;
  throw new RangeError(
    `Expected signals to leave the names count and cycles free, but received ${describe(reserved[0])}; ` +
      `give it another name: { tally: ${describe(reserved[1])} }.`,
  );
}
