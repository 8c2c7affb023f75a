// SPDX-License-Identifier: Apache-2.0
// Small networks for a board's flash, each of its own numbers.

import type { QuantizedNetwork } from '../../src/network/index.ts';
import { networkOf, quantizedOf } from './layer-of.ts';

/** Numbers that look random and are the same everywhere. */
export function scrambled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 24);
}

/**
 * A network of two layers, with padding and codes that are not all the same, for pictures of 6x6 values.
 * @param filters of the second layer
 */
export function flashNetwork(seed: number, filters: number): QuantizedNetwork {
  return networkOf(`flash ${seed}`, [
    quantizedOf(
      {
        ...{ name: 'first', input: { height: 6, width: 6, channels: 1 }, kernelHeight: 3, kernelWidth: 3 },
        ...{ filters: 2, stride: 2, padding: 1 },
      },
      { weights: scrambled(18, seed), shift: Uint8Array.of(3, 3), padCodes: Uint8Array.of(100) },
    ),
    quantizedOf(
      {
        ...{ name: 'second', source: 'first', input: { height: 3, width: 3, channels: 2 } },
        ...{ kernelHeight: 3, kernelWidth: 3, filters },
      },
      { weights: scrambled(18 * filters, seed + 50), shift: new Uint8Array(filters).fill(4) },
    ),
  ]);
}
