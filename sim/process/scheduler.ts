// SPDX-License-Identifier: Apache-2.0
// The tasks of one simulation, and the runs that resume them after clock edges.

import { EdgeAgenda } from './agenda.ts';
import { checkTrigger } from './given.ts';
import { edgeMask, mainRises, type EdgeDirection, type ProcessHost } from './host.ts';
import { JoinTrigger, type ResultsOf } from './join.ts';
import { RunningTask, type TaskKeeper } from './running-task.ts';
import type { Task, TaskBody } from './task.ts';
import type { Trigger } from './trigger.ts';
import {
  CyclesTrigger,
  EdgeTrigger,
  FirstTrigger,
  checkCount,
  until,
  within,
  type First,
  type ResultOf,
} from './triggers.ts';
import { currentTurn, takeTurn } from './turn.ts';

/** What {@link Scheduler.runAsync} is told. */
export interface RunAsyncOptions {
  /**
   * Real milliseconds that a task may await something else than triggers; simulated time stands still.
   * @defaultValue 4000, which is less than a test of vitest may take
   */
  readonly patience?: number;
}

const keptCycles = 64;

/** The tasks of one simulation. */
export class Scheduler implements TaskKeeper {
  readonly #host: ProcessHost;
  readonly #agenda: EdgeAgenda;
  readonly #tasks = new Set<RunningTask>();
  #liveAsync = 0;
  #forked = 0;
  readonly #errors: unknown[] = [];
  #mode: 'idle' | 'sync' | 'async' = 'idle';
  readonly #cycles: CyclesTrigger[] = [];

  constructor(host: ProcessHost) {
    this.#host = host;
    this.#agenda = new EdgeAgenda(host);
  }

  /** Tasks that have not ended. */
  get live(): number {
    return this.#tasks.size;
  }

  /** Async tasks that have not ended. */
  get liveAsync(): number {
    return this.#liveAsync;
  }

  /** Whether a value is a task that was forked here. */
  owns(task: unknown): task is Task {
    return task instanceof RunningTask && task.agenda === this.#agenda;
  }

  /**
   * Starts a task: a generator function, or an async function for `runAsync`. Its first part runs at the start of the
   * next run, before its first edge; forked by a task, after the same edge as that task's part.
   * @param name for messages. @defaultValue the function's name
   */
  fork<T>(body: TaskBody<T>, name?: string): Task<T> {
    const task = new RunningTask<T>(this.#agenda, this, this.#forked, body, name);
    if (task.isAsync && this.#mode === 'sync') throw this.#asyncInSync();
    this.#forked++;
    this.#tasks.add(task as RunningTask);
    if (task.isAsync) this.#liveAsync++;
    this.#agenda.wake(task, undefined);
    return task;
  }

  /** Waits for rises of the main clock, from 0, which does not wait. */
  cycles(count: number): Trigger<void> {
    const known = this.#cycles[count];
    if (known !== undefined) return known;
    checkCount('cycles', count, 0);
    const trigger = new CyclesTrigger(this.#agenda, count);
    if (count < keptCycles) this.#cycles[count] = trigger;
    return trigger;
  }

  /** Waits for an edge of a clock. */
  edge(clock: string, direction: EdgeDirection = 'rising'): Trigger<void> {
    return new EdgeTrigger(this.#agenda, edgeMask(this.#host.clockNumber(clock), direction));
  }

  /**
   * Waits until a predicate holds. It is looked at right after each rise of the main clock, first at the next one, in the
   * order of forking like the task itself; what it reads from `before` and `dut` is what the task would read.
   */
  until(predicate: () => boolean): Trigger<void> {
    return until(predicate);
  }

  /**
   * Waits for tasks to end; gives their results.
   * @throws what a task throws, or an error for one that was killed.
   */
  join<Tasks extends readonly Task[]>(...tasks: Tasks): Trigger<ResultsOf<Tasks>> {
    return new JoinTrigger(this.#agenda, tasks);
  }

  /** Waits for the first of several triggers; of those that end after the same edge, the first in that edge's order. */
  first<Triggers extends readonly Trigger<unknown>[]>(
    ...triggers: Triggers
  ): Trigger<First<ResultOf<Triggers[number]>>> {
    if (triggers.length === 0)
      throw new RangeError('Expected first to receive at least one trigger, but received none.');
    for (const [i, trigger] of triggers.entries()) checkTrigger(`value ${i} of first`, trigger);
    return new FirstTrigger(triggers) as Trigger<First<ResultOf<Triggers[number]>>>;
  }

  /**
   * Waits for a trigger, but no longer than some cycles.
   * @param cycles from 1; what comes after the last one's edge is in time.
   * @param message of the error. @defaultValue says how many cycles
   * @throws the host's timeout error.
   */
  within<T>(cycles: number, trigger: Trigger<T>, message?: string): Trigger<T> {
    return within(cycles, trigger, message);
  }

  /**
   * Runs cycles of the main clock, and the tasks.
   * @throws {TypeError} while async tasks are live, and within a task.
   */
  run(cycles: number): void {
    checkCount('cycles', cycles, 0);
    this.#runSync(() => {
      const end = this.#host.cycle + cycles;
      this.#agenda.catchUp();
      this.#workSync();
      while (this.#host.cycle < end) {
        this.#agenda.collect(this.#agenda.advance(end));
        this.#workSync();
      }
    });
  }

  /** Runs to the next event with one of some edges; returns all edges in it. */
  step(edges: number): number {
    let seen = 0;
    this.#runSync(() => {
      this.#agenda.catchUp();
      this.#workSync();
      do {
        seen = this.#host.advance(edges | mainRises | this.#agenda.wanted);
        this.#agenda.collect(seen);
        this.#workSync();
      } while ((seen & edges) === 0);
    });
    return seen;
  }

  /** Runs to just before the main clock rises, and the tasks that wait for other edges on the way. */
  toEdge(): void {
    this.#runSync(() => {
      this.#agenda.catchUp();
      this.#workSync();
      for (;;) {
        const edges = this.#host.toEdge(this.#agenda.wanted);
        if (edges === 0) return;
        this.#agenda.collect(edges);
        this.#workSync();
      }
    });
  }

  /**
   * Runs cycles as {@link run} does, with async tasks too. Between two triggers an async task may await what settles by
   * itself, a file for example; simulated time stands still meanwhile.
   * @throws {TypeError} for a task that awaits something else for longer than `patience`.
   */
  async runAsync(cycles: number, options: RunAsyncOptions = {}): Promise<void> {
    checkCount('cycles', cycles, 0);
    const { patience = 4000 } = options;
    if (patience !== Infinity) checkCount('patience', patience, 0);
    this.#enter('async');
    try {
      const end = this.#host.cycle + cycles;
      this.#agenda.catchUp();
      await this.#workAsync(patience);
      while (this.#host.cycle < end) {
        this.#agenda.collect(this.#agenda.advance(end));
        // Without async tasks no cycle costs a microtask; but a generator may fork one.
        if (this.#liveAsync === 0 && currentTurn() === undefined) this.#agenda.work();
        if (this.#liveAsync === 0 && this.#agenda.resumed === undefined) this.#throwFailure();
        else await this.#workAsync(patience);
      }
    } finally {
      this.#mode = 'idle';
    }
  }

  /** Kills all tasks. */
  killAll(): void {
    for (const task of this.#tasks) task.kill();
  }

  ended(task: RunningTask): void {
    this.#tasks.delete(task);
    if (task.isAsync) this.#liveAsync--;
    // One that was killed while it awaited something foreign has no turn to come.
    if (this.#agenda.resumed === task) this.#agenda.resumed = undefined;
  }

  reportFailure(error: unknown): void {
    this.#errors.push(error);
  }

  foundAsync(): void {
    if (this.#mode === 'sync') throw this.#asyncInSync();
    this.#liveAsync++;
  }

  #asyncInSync(): TypeError {
    return new TypeError('Expected no async tasks in a run that is not async; use await sim.runAsync(n).');
  }

  #enter(mode: 'sync' | 'async'): void {
    if (this.#mode !== 'idle') {
      throw new TypeError(
        'Expected runs to come one after the other, but received one within a run; use triggers there.',
      );
    }
    if (mode === 'sync' && this.#liveAsync > 0) throw this.#asyncInSync();
    this.#throwFailure();
    this.#mode = mode;
  }

  #runSync(work: () => void): void {
    this.#enter('sync');
    try {
      work();
    } finally {
      this.#mode = 'idle';
    }
  }

  #workSync(): void {
    // Async tasks are refused before the run, and where they start.
    this.#agenda.work();
    if (this.#errors.length > 0) this.#throwFailure();
  }

  async #workAsync(patience: number): Promise<void> {
    await this.#settle(patience);
    for (;;) {
      for (let turn = currentTurn(); turn !== undefined; turn = currentTurn()) await turn;
      this.#agenda.work();
      if (this.#agenda.resumed === undefined) break;
      await this.#settle(patience);
    }
    this.#throwFailure();
  }

  async #settle(patience: number): Promise<void> {
    const task = this.#agenda.resumed;
    if (task === undefined) return;
    for (let turn = currentTurn(); turn !== undefined; turn = currentTurn()) await turn;
    if (!(await takeTurn(task, patience))) {
      throw new TypeError(
        `Expected an async task to await triggers, but received one that has awaited something else for ${patience} ms, ` +
          `while simulated time stood still: ${task.describe()}.`,
      );
    }
    this.#agenda.resumed = undefined;
  }

  #throwFailure(): void {
    if (this.#errors.length > 0) throw this.#errors.shift();
  }
}
