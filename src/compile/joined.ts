// SPDX-License-Identifier: Apache-2.0
// Runs of words that follow each other in one buffer.

/** First index of each of several runs that follow each other, and the index after the last. */
export function bases(lengths: readonly number[]): readonly number[] {
  const all = [0];
  for (const length of lengths) all.push(all.at(-1)! + length);
  return all;
}

/** The runs as one. */
export function joined(parts: readonly Uint32Array[]): Uint32Array {
  const starts = bases(parts.map(({ length }) => length));
  const whole = new Uint32Array(starts.at(-1)!);
  parts.forEach((part, index) => whole.set(part, starts[index]));
  return whole;
}
