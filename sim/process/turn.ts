// SPDX-License-Identifier: Apache-2.0
// One async task of this thread at a time: what it does in microtasks until it
// waits for a trigger again belongs to it alone, whichever simulation it is of.

import { nextTick } from 'node:process';
import { setTimeout } from 'node:timers';
import { setAwaiting } from './trigger.ts';
import type { Turning } from './waiter.ts';

// Kept as they are now: a test that fakes timers would stop them, and a wait without end would have none.
const startTimer = setTimeout;
const now = performance.now.bind(performance);

let turn: Promise<void> | undefined;

/** The turn under way, to be awaited until there is none: another may follow before the one who waits goes on. */
export function currentTurn(): Promise<void> | undefined {
  return turn;
}

/**
 * Lets an async task, just resumed, run until it waits for triggers again. The turn must be free.
 * @param patience real milliseconds to wait for anything else that it awaits.
 * @returns whether it came to a trigger or its end in that time.
 */
export async function takeTurn(task: Turning, patience: number): Promise<boolean> {
  let release: () => void = () => undefined;
  turn = new Promise((resolve) => {
    release = resolve;
  });
  setAwaiting(task);
  try {
    // Ticks come when no microtask is left.
    await new Promise<void>((resolve) => {
      nextTick(resolve);
    });
    const deadline = now() + patience;
    while (!task.isParked && now() < deadline) {
      await new Promise<void>((resolve) => {
        startTimer(resolve, 1);
      });
    }
    return task.isParked;
  } finally {
    setAwaiting(undefined);
    turn = undefined;
    release();
  }
}
