// SPDX-License-Identifier: Apache-2.0
// Integers of some bits, where hardware goes wrong more often than elsewhere: at
// the ends of the range, next to the sign bit, and with one bit set.
//
// Edges take the place of some of fast-check's own values, while it biases; they
// shrink like any other value, towards zero.

import { Arbitrary, bigInt, integer, Value, type Random, type Stream } from 'fast-check';
import { largestNumber, smallestNumber } from '../values.ts';

class EdgyArbitrary<T extends number | bigint> extends Arbitrary<T> {
  readonly #base: Arbitrary<T>;
  readonly #corners: readonly T[];
  readonly #oneHot: readonly T[];

  constructor(base: Arbitrary<T>, width: number, fromCode: (code: bigint) => T) {
    super();
    this.#base = base;
    this.#corners = cornerCodes(width).map(fromCode);
    this.#oneHot = Array.from({ length: width }, (_, i) => fromCode(1n << BigInt(i)));
  }

  override generate(mrng: Random, biasFactor: number | undefined): Value<T> {
    if (biasFactor === undefined || mrng.nextInt(1, biasFactor) !== 1) return this.#base.generate(mrng, biasFactor);
    const edges = mrng.nextBoolean() ? this.#corners : this.#oneHot;
    return new Value(edges[mrng.nextInt(0, edges.length - 1)]!, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#base.canShrinkWithoutContext(value);
  }

  override shrink(value: T, context: unknown): Stream<Value<T>> {
    return this.#base.shrink(value, context);
  }
}

/** Numbers of at most 53 bits. */
export function integerOf(width: number, signed: boolean): Arbitrary<number> {
  const range = { name: '', width, signed };
  const base = integer({ min: smallestNumber(range), max: largestNumber(range) });
  return new EdgyArbitrary(base, width, (code) => Number(signed ? BigInt.asIntN(width, code) : code));
}

/** Bigints of any number of bits. */
export function bigintOf(width: number, signed: boolean): Arbitrary<bigint> {
  const half = 1n << BigInt(width - 1);
  const base = bigInt(signed ? { min: -half, max: half - 1n } : { min: 0n, max: 2n * half - 1n });
  return new EdgyArbitrary(base, width, (code) => (signed ? BigInt.asIntN(width, code) : code));
}

// As bits: zero, one, all set, all but the lowest, the sign bit, all below it, and both alternating patterns.
function cornerCodes(width: number): bigint[] {
  const all = (1n << BigInt(width)) - 1n;
  const sign = 1n << BigInt(width - 1);
  const alternating = BigInt(`0b${'01'.repeat(Math.ceil(width / 2))}`);
  const codes = [0n, 1n, all, all - 1n, sign, sign - 1n, alternating, alternating << 1n];
  return [...new Set(codes.map((code) => code & all))];
}
