// SPDX-License-Identifier: Apache-2.0
// What gates do, each after what it waits for.

import { LibertyError } from './liberty-error.ts';

/**
 * Puts things in an order in which each is after those that it needs.
 * @param needs of a thing, which are things as well
 * @param top named where they need each other in a loop
 */
export function inOrder<Thing>(
  things: readonly Thing[],
  needs: (thing: Thing) => readonly Thing[],
  top: string,
): Thing[] {
  const ordered: Thing[] = [];
  const state = new Map<Thing, 'open' | 'done'>();
  for (const start of things) {
    const stack = [start];
    while (stack.length > 0) {
      const thing = stack.at(-1)!;
      const next = state.get(thing) === 'done' ? undefined : needs(thing).find((other) => state.get(other) !== 'done');
      if (next === undefined) {
        stack.pop();
        if (state.get(thing) !== 'done') ordered.push(thing);
        state.set(thing, 'done');
      } else if (state.get(next) === 'open') {
        throw new LibertyError(`Expected ${top} to have no loop of gates, but received one.`);
      } else {
        state.set(thing, 'open');
        stack.push(next);
      }
    }
  }
  return ordered;
}
