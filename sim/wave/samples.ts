// SPDX-License-Identifier: Apache-2.0
// What a picture of waves is drawn from: some signals' values, cycle by cycle.

import { describe } from '../values.ts';

/** One signal and what it was. */
export interface WaveSignal {
  readonly name: string;
  /** Bits, from 1. */
  readonly width: number;
  /** Whether labels are decimal numbers with a sign. @defaultValue false: hexadecimal */
  readonly signed?: boolean;
  /** One value for each cycle. */
  readonly values: ArrayLike<number | bigint>;
}

/** What {@link renderWave} is told. */
export interface WaveOptions {
  /** Name of the clock. @defaultValue none is drawn */
  readonly clock?: string;
  /** Number of each cycle. */
  readonly cycles: ArrayLike<number>;
  /** From top to bottom. */
  readonly signals: readonly WaveSignal[];
  /** Heading. @defaultValue none */
  readonly title?: string;
  /** Cycles to draw, from 1: the last ones. @defaultValue 32 */
  readonly last?: number;
}

/** Checks the samples and keeps the last cycles. */
export function lastCycles({ cycles, signals, last = 32 }: WaveOptions): {
  readonly cycles: number[];
  readonly signals: (WaveSignal & { readonly values: (number | bigint)[] })[];
} {
  if (!Number.isSafeInteger(last) || last < 1) {
    throw new RangeError(`Expected last to be an integer of at least 1, but received ${describe(last)}.`);
  }
  return {
    cycles: Array.from(cycles).slice(-last),
    signals: signals.map((signal) => {
      const { name, width, values } = signal;
      if (!Number.isSafeInteger(width) || width < 1) {
        throw new RangeError(
          `Expected width of ${name} to be an integer of at least 1, but received ${describe(width)}.`,
        );
      }
      if (values.length !== cycles.length) {
        throw new RangeError(
          `Expected ${name} to have ${cycles.length} values like cycles, but received ${values.length}.`,
        );
      }
      return { ...signal, values: Array.from(values).slice(-last) };
    }),
  };
}
