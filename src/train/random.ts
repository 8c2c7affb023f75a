// SPDX-License-Identifier: Apache-2.0
// Random numbers that a seed fixes on every machine: xoshiro128** (Blackman and
// Vigna, 2018), started by splitmix32. Normal deviates are rounded to 1/65536,
// so that the last bit of a logarithm cannot change them.

/** A stream of random numbers. */
export interface Random {
  /** Integer from 0 to 2^32 - 1. */
  next(): number;
  /** Multiple of 2^-32 from 0 up to, not including, 1. */
  uniform(): number;
  /** Standard normal deviate, a multiple of 2^-16. */
  normal(): number;
}

/**
 * Starts a stream.
 * @param seed integer from 0 to 2^32 - 1
 * @param stream integer that tells apart streams of one seed
 * @throws {RangeError} when the seed is no such integer.
 */
export function createRandom(seed: number, stream: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`Expected seed to be an integer from 0 to 4294967295, but received ${seed}.`);
  }
  let mix = (seed ^ Math.imul(stream, 0x85ebca6b)) | 0;
  const word = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const uniform = (): number => next() / 2 ** 32;
  // Marsaglia's polar method; the second deviate of each pair is dropped.
  const normal = (): number => {
    for (;;) {
      const x = 2 * uniform() - 1;
      const square = x * x + (2 * uniform() - 1) ** 2;
      if (square > 0 && square < 1) {
        return Math.round(x * Math.sqrt((-2 * Math.log(square)) / square) * 65536) / 65536;
      }
    }
  };
  return { next, uniform, normal };
}

/** Puts the numbers in random order, in place (Fisher and Yates). */
export function shuffle(values: Uint32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}
