// SPDX-License-Identifier: Apache-2.0
// Bigints to and from 32-bit words, least significant first, value after value.

import { loadWords, storeWords, wordCount } from '../values.ts';

/** The low `count` words of each value. */
export function toWords(values: readonly bigint[], count: number): Uint32Array {
  const words = new Uint32Array(values.length * count);
  for (const [i, value] of values.entries()) {
    storeWords(BigInt.asUintN(32 * count, value), words.subarray(i * count, (i + 1) * count));
  }
  return words;
}

/** Values of a signal from their words. */
export function fromWords(words: Uint32Array, width: number): (number | bigint)[] {
  const count = wordCount(width);
  if (count === 1) return Array.from(words);
  return Array.from({ length: words.length / count }, (_, i) => loadWords(words.subarray(i * count, (i + 1) * count)));
}
