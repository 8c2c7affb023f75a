// SPDX-License-Identifier: Apache-2.0
// A task under way: a generator function, resumed directly, or an async function,
// whose awaits are waits of their own. Which of the two it is shows when it starts.

import { AsyncWait } from './async-wait.ts';
import { describeGiven, isGenerator, isPromise } from './given.ts';
import { attributeError, captureOrigin, describeOrigin, markAttributed, type Origin } from './origin.ts';
import type { Process, Task, TaskBody, TaskState, Yielded } from './task.ts';
import { pending, Trigger } from './trigger.ts';
import { Waiter, type Agenda, type Root, type Turning } from './waiter.ts';

/** Who is told about tasks. */
export interface TaskKeeper {
  ended(task: RunningTask<unknown>): void;
  /** A task failed and nobody had joined it. */
  reportFailure(error: unknown): void;
  /**
   * A function that does not look async turned out to be.
   * @throws {TypeError} where async tasks cannot run.
   */
  foundAsync(): void;
}

/** One that waits for a task to end. */
export interface Joiner {
  finished(): void;
  failed(error: unknown): boolean;
}

class KilledError extends Error {
  override readonly name = 'KilledError';
}

const asyncTag = '[object AsyncFunction]';

/** A task, as the scheduler sees it. */
export class RunningTask<out T = unknown> extends Waiter implements Task<T>, Root, Turning {
  token = 0;
  readonly root: Root;
  state: TaskState = 'live';
  result: T | undefined = undefined;
  error: unknown = undefined;
  isAsync: boolean;
  /** Awaits of an async task. */
  #waits: Set<AsyncWait> | undefined = undefined;
  /** Empty when nobody gave one. */
  readonly #name: string;
  readonly #keeper: TaskKeeper;
  #origin: Origin | undefined;
  #body: TaskBody<T> | undefined;
  #generator: Process<T> | undefined = undefined;
  /** The generator's, taken once: each generator function's generators have a shape of their own to look it up in. */
  #next: Process<T>['next'] | undefined = undefined;
  #isRunning = false;
  #isKilled = false;
  /** The generator was told to return. */
  #isClosing = false;
  #joiners: Joiner[] | undefined = undefined;

  constructor(agenda: Agenda, keeper: TaskKeeper, order: number, body: TaskBody<T>, name: string | undefined) {
    super(agenda, order);
    if (typeof body !== 'function') {
      throw new TypeError(`Expected a task to be a function, but received ${typeof body}; pass it without calling it.`);
    }
    this.root = this;
    this.#keeper = keeper;
    this.#origin = captureOrigin();
    this.#body = body;
    this.isAsync = Object.prototype.toString.call(body) === asyncTag;
    this.#name = name ?? body.name;
  }

  get done(): boolean {
    return this.state !== 'live';
  }

  /** Whether an async task waits for triggers, or ended. */
  get isParked(): boolean {
    return this.done || (this.#waits !== undefined && this.#waits.size > 0);
  }

  get name(): string {
    return this.#name === '' ? `task ${this.#place()}` : this.#name;
  }

  /** Name and place, for messages. */
  describe(): string {
    return this.#name === '' ? this.name : `task ${this.#name}, ${this.#place()}`;
  }

  #place(): string {
    return `forked at ${describeOrigin(this.#origin ?? {})}`;
  }

  dispatch(value: unknown): void {
    this.token++;
    if (this.#generator === undefined) this.#start();
    else this.#drive('next', value);
  }

  dispatchError(error: unknown): void {
    this.token++;
    this.#drive('throw', error);
  }

  kill(): void {
    if (this.done) return;
    this.#isKilled = true;
    if (this.#isRunning) return;
    this.token++;
    this.predicate = undefined;
    if (this.#generator !== undefined) {
      this.#isClosing = true;
      this.#drive('return', undefined);
    } else if (this.#body === undefined) this.#killAsync();
    else this.#end('killed');
  }

  stop(error: Error): void {
    markAttributed(error);
    this.#end('failed', error);
  }

  throwIfKilled(): void {
    if (this.#isKilled) throw this.#killedError();
  }

  waiter(resolve: (value: unknown) => void, reject: (error: unknown) => void): AsyncWait {
    this.#waits ??= new Set<AsyncWait>();
    return new AsyncWait(this, this.#waits, resolve, reject);
  }

  /** Adds one to be told of the end. */
  addJoiner(joiner: Joiner): void {
    if (this.#isRunning) throw new TypeError(`Expected a task to join others, but ${this.name} joins itself.`);
    this.#joiners ??= [];
    this.#joiners.push(joiner);
  }

  /** The error of one that did not come to its end; undefined for others. */
  get failure(): unknown {
    if (this.state === 'failed') return this.error;
    return this.state === 'killed' ? this.#killedError() : undefined;
  }

  #killedError(): KilledError {
    const place = this.#name === '' ? '' : ` (${this.describe()})`;
    return new KilledError(`Expected ${this.name} to come to its end, but it was killed${place}.`);
  }

  #start(): void {
    const body = this.#body!;
    this.#body = undefined;
    this.#isRunning = true;
    let made: unknown;
    try {
      made = body();
      if (isGenerator(made)) {
        this.#generator = made as Process<T>;
        this.#next = this.#generator.next;
      } else if (isPromise(made)) {
        if (!this.isAsync) this.#keeper.foundAsync();
        this.isAsync = true;
      } else {
        throw new TypeError(
          `Expected ${this.name} to be a generator function or an async function, but it returned ${typeof made}.`,
        );
      }
    } catch (error) {
      this.#isRunning = false;
      if (isPromise(made)) made.then(undefined, () => undefined);
      this.#end('failed', error);
      return;
    }
    if (this.#generator !== undefined) {
      this.#drive('next', undefined);
      return;
    }
    this.#isRunning = false;
    (made as Promise<T>).then(
      (result) => this.#endNormally(result),
      (error: unknown) => {
        if (this.#isKilled && error instanceof KilledError) this.#end('killed');
        else this.#end('failed', error);
      },
    );
    this.agenda.resumedAsync(this);
  }

  /** Runs the generator to the next trigger that has to be waited for, or to its end. */
  #drive(first: 'next' | 'throw' | 'return', value: unknown): void {
    const generator = this.#generator!;
    const next = this.#next!;
    let mode = first;
    let input = value;
    this.#isRunning = true;
    for (;;) {
      let result: IteratorResult<Yielded, T>;
      try {
        if (mode === 'next') result = next.call(generator, input);
        else if (mode === 'throw') result = generator.throw(input);
        else result = generator.return(undefined as T);
      } catch (error) {
        this.#isRunning = false;
        this.#end('failed', error);
        return;
      }
      if (result.done === true) {
        this.#isRunning = false;
        this.#endNormally(result.value);
        return;
      }
      if (this.#isKilled && !this.#isClosing) {
        this.#isClosing = true;
        mode = 'return';
        continue;
      }
      if (result.value === undefined) {
        this.agenda.atNextRise(this);
        break;
      }
      try {
        input = this.#enter(result.value);
        mode = 'next';
      } catch (error) {
        // A trigger made of several may have entered the task in some.
        this.token++;
        input = error;
        mode = 'throw';
      }
      if (input === pending) break;
      const endless = this.agenda.countTurn(this);
      if (endless === undefined) continue;
      // Not thrown into the generator, which may catch it and go on for ever.
      this.#isRunning = false;
      this.stop(endless);
      return;
    }
    this.#isRunning = false;
  }

  #enter(yielded: unknown): unknown {
    if (!(yielded instanceof Trigger)) {
      throw new TypeError(
        `Expected ${this.name} to yield nothing or a trigger, but received ${describeGiven(yielded)}.`,
      );
    }
    const value = yielded.poll();
    if (value === pending) yielded.subscribe(this);
    return value;
  }

  #killAsync(): void {
    const waits = [...(this.#waits ?? [])];
    if (waits.length === 0) {
      // It awaits something of which nothing is known, and is left to itself.
      this.#end('killed');
      return;
    }
    for (const wait of waits) this.agenda.wakeWithError(wait, this.#killedError());
  }

  #endNormally(result: T): void {
    if (this.#isKilled) {
      this.#end('killed');
      return;
    }
    this.result = result;
    this.#end('done');
  }

  #end(state: TaskState, error?: unknown): void {
    if (this.done) return;
    this.state = state;
    this.token++;
    if (state === 'done' && this.#name !== '') this.#origin = undefined;
    if (state === 'failed') this.error = attributeError(error, this.describe());
    this.#keeper.ended(this as RunningTask<unknown>);
    const joiners = this.#joiners ?? [];
    this.#joiners = undefined;
    const { failure } = this;
    let isTaken = false;
    for (const joiner of joiners) {
      if (failure === undefined) joiner.finished();
      else if (joiner.failed(failure)) isTaken = true;
    }
    if (state === 'failed' && !isTaken) this.#keeper.reportFailure(this.error);
  }
}
