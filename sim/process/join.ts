// SPDX-License-Identifier: Apache-2.0
// Waits for tasks to end. The first failure goes to the one that joined, which
// may catch it; only a failure that nobody joined ends the run.

import { foreignTrigger } from './foreign.ts';
import { RunningTask, type Joiner } from './running-task.ts';
import type { Task } from './task.ts';
import { pending, Trigger } from './trigger.ts';
import { isStale, type Agenda, type Waiter } from './waiter.ts';

/** Results of tasks, in their order. */
export type ResultsOf<Tasks extends readonly Task[]> = {
  -readonly [i in keyof Tasks]: Tasks[i] extends Task<infer Result> ? Result : never;
};

/** Ends when all tasks have ended. */
export class JoinTrigger<Tasks extends readonly Task[]> extends Trigger<ResultsOf<Tasks>> {
  readonly #agenda: Agenda;
  readonly #tasks: readonly RunningTask[];

  constructor(agenda: Agenda, tasks: Tasks) {
    super();
    this.#agenda = agenda;
    for (const task of tasks) {
      if (!(task instanceof RunningTask)) {
        throw new TypeError(`Expected tasks made by fork, but received ${task === null ? 'null' : typeof task}.`);
      }
      if (task.agenda !== agenda) {
        throw new TypeError(`Expected tasks of one simulation, but received one of another: ${task.describe()}.`);
      }
    }
    this.#tasks = tasks as readonly Task[] as readonly RunningTask[];
  }

  poll(): ResultsOf<Tasks> | typeof pending {
    for (const { failure } of this.#tasks) if (failure !== undefined) throw failure;
    return this.#tasks.every(({ done }) => done) ? this.#results() : pending;
  }

  subscribe(waiter: Waiter): void {
    if (waiter.agenda !== this.#agenda) throw foreignTrigger('join');
    const wait = { waiter, token: waiter.root.token };
    const live = this.#tasks.filter(({ done }) => !done);
    let left = live.length;
    const joiner: Joiner = {
      finished: () => {
        left--;
        if (left === 0 && !isStale(wait)) waiter.agenda.wake(waiter, this.#results());
      },
      failed: (error) => {
        if (isStale(wait)) return false;
        waiter.agenda.wakeWithError(waiter, error);
        return true;
      },
    };
    for (const task of live) task.addJoiner(joiner);
  }

  #results(): ResultsOf<Tasks> {
    return this.#tasks.map(({ result }) => result) as ResultsOf<Tasks>;
  }
}
