// SPDX-License-Identifier: Apache-2.0
// A task as its user sees it: what it is made of, and how far it is.

import type { Trigger } from './trigger.ts';

/** What a generator of a task may yield: nothing (the next rise of the main clock) or a trigger. */
export type Yielded = Trigger<unknown> | undefined | void;

/** Generator of a task, or of a part that tasks call with `yield*`; `T` is its result. */
export type Process<T = void> = Generator<Yielded, T, unknown>;

/** Body of a task. */
export type TaskBody<T> = (() => Process<T>) | (() => Promise<T>);

/** How far a task is. */
export type TaskState = 'live' | 'done' | 'failed' | 'killed';

/** A task under way, as its user sees it. */
export interface Task<out T = unknown> {
  readonly name: string;
  readonly state: TaskState;
  /** Whether it ended, in whichever way. */
  readonly done: boolean;
  /** What it returned; undefined until then. */
  readonly result: T | undefined;
  /** What it threw. */
  readonly error: unknown;
  /**
   * Ends the task: its `finally` blocks run at once (those of an async task with the run under way, or the next one; those
   * of a task that kills itself when it next comes to a trigger). In a generator such a block may wait, and the task lives
   * until it ends.
   */
  kill(): void;
}
