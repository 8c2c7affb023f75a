// SPDX-License-Identifier: Apache-2.0
// How the cost of a cycle is told.

import type { Measured } from '../support/figures.ts';
import type { Turns } from '../support/turns.ts';
import { nanoseconds } from './designs.ts';

/** The ratio to a plain C++ program, with both times; `limit` is what it should be at most. */
export function ofPlain(name: string, turns: Turns, cycles: number, limit?: number): Measured {
  const [ours, theirs] = [turns.ours, turns.theirs].map((seconds) => nanoseconds(seconds, cycles).toFixed(1));
  return {
    name,
    value: turns.ratio,
    unit: 'of C++',
    against: `${limit === undefined ? '' : `at most ${limit}; `}${ours} ns a cycle, C++ ${theirs} ns`,
  };
}
