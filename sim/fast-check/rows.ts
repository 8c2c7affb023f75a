// SPDX-License-Identifier: Apache-2.0
// A sequence of cycles. fast-check's arrays shrink by dropping their first elements;
// what happens after a failure matters as little as what happens before its cause, so
// these drop their last ones as well.

import { Arbitrary, array, Stream, Value, type Random } from 'fast-check';

class RowsArbitrary<T> extends Arbitrary<T[]> {
  readonly #base: Arbitrary<T[]>;
  readonly #minLength: number;

  constructor(row: Arbitrary<T>, minLength: number, maxLength: number) {
    super();
    this.#base = array(row, { minLength, maxLength, size: 'max' });
    this.#minLength = minLength;
  }

  override generate(mrng: Random, biasFactor: number | undefined): Value<T[]> {
    return this.#base.generate(mrng, biasFactor);
  }

  override canShrinkWithoutContext(value: unknown): value is T[] {
    return this.#base.canShrinkWithoutContext(value);
  }

  override shrink(value: T[], context: unknown): Stream<Value<T[]>> {
    return new Stream(prefixes(value, this.#minLength)).join(this.#base.shrink(value, context));
  }
}

/** Sequences of rows. */
export function rowsOf<T>(row: Arbitrary<T>, minLength: number, maxLength: number): Arbitrary<T[]> {
  return new RowsArbitrary(row, minLength, maxLength);
}

// The shortest first, then half as much dropped each time.
function* prefixes<T>(rows: readonly T[], minLength: number): IterableIterator<Value<T[]>> {
  for (let drop = rows.length - minLength; drop > 0; drop = Math.floor(drop / 2)) {
    yield new Value(rows.slice(0, rows.length - drop), undefined);
  }
}
