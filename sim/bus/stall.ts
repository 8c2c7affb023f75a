// SPDX-License-Identifier: Apache-2.0
// When a side of a handshake holds back. A pattern is asked once for each cycle
// in which that side could go ahead, so that it is counted in such cycles.

/**
 * When to stall: never; `stalled` of every `of` cycles, first those; with a probability, from a seed; an array, over and
 * over; a generator function, which does not stall any more when it ends; or a function that is asked each time.
 */
export type StallPattern =
  | 'never'
  | { readonly stalled: number; readonly of: number }
  | { readonly probability: number; readonly seed: number }
  | readonly (boolean | 0 | 1)[]
  | (() => boolean)
  | (() => Iterator<boolean, unknown, undefined>);

/** Makes the function that says for the next cycle whether to stall. */
export function makeStall(pattern: StallPattern): () => boolean {
  if (pattern === 'never') return () => false;
  if (typeof pattern === 'function') return ofFunction(pattern);
  if (Array.isArray(pattern)) return ofArray(pattern as readonly (boolean | 0 | 1)[]);
  if (typeof pattern === 'object' && pattern !== null) {
    if ('of' in pattern) return ofCount(pattern.stalled, pattern.of);
    if ('probability' in pattern) return ofProbability(pattern.probability, pattern.seed);
  }
  throw new TypeError(`Expected a stall pattern, but received ${JSON.stringify(pattern)}.`);
}

function ofArray(pattern: readonly (boolean | 0 | 1)[]): () => boolean {
  if (pattern.every(Boolean)) {
    throw new RangeError(
      `Expected a stall pattern with a cycle that does not stall, but received [${pattern.join(', ')}].`,
    );
  }
  let at = 0;
  return () => {
    const stalls = Boolean(pattern[at]);
    at = (at + 1) % pattern.length;
    return stalls;
  };
}

function ofCount(stalled: number, of: number): () => boolean {
  if (!(Number.isSafeInteger(stalled) && stalled >= 0 && Number.isSafeInteger(of) && stalled < of)) {
    throw new RangeError(
      `Expected stalled to be less than of, both integers from 0, but received ${stalled} of ${of}.`,
    );
  }
  let at = 0;
  return () => {
    const stalls = at < stalled;
    at = at + 1 === of ? 0 : at + 1;
    return stalls;
  };
}

function ofProbability(probability: number, seed: number): () => boolean {
  if (!(probability >= 0 && probability < 1)) {
    throw new RangeError(`Expected probability to be at least 0 and less than 1, but received ${probability}.`);
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Expected seed to be an integer, but received ${seed}.`);
  const random = randomFrom(seed);
  return () => random() < probability;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function ofFunction(pattern: (() => boolean) | (() => Iterator<boolean, unknown, undefined>)): () => boolean {
  let steps: Iterator<boolean, unknown, undefined> | undefined;
  let isOver = false;
  return () => {
    if (isOver) return false;
    if (steps === undefined) {
      const made = pattern();
      if (typeof made !== 'object') return made;
      steps = made;
    }
    const { done, value } = steps.next();
    isOver = done === true;
    return !isOver && Boolean(value);
  };
}
