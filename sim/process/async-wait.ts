// SPDX-License-Identifier: Apache-2.0
// One `await` of an async task. Several can be open at a time (`Promise.all`), so
// each has a token of its own.

import { Waiter, type Root, type Turning } from './waiter.ts';

/** An async task as its awaits see it. */
type Owner = Turning & Pick<Waiter, 'order'>;

/** One `await` of an async task. */
export class AsyncWait extends Waiter implements Root {
  token = 0;
  readonly root: Root;
  readonly #task: Turning;
  /** Of the same task. */
  readonly #waits: Set<AsyncWait>;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(task: Owner, waits: Set<AsyncWait>, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    super(task.agenda, task.order);
    this.root = this;
    this.#task = task;
    this.#waits = waits;
    this.#resolve = resolve;
    this.#reject = reject;
    waits.add(this);
  }

  dispatch(value: unknown): void {
    this.#leave();
    this.#resolve(value);
  }

  dispatchError(error: unknown): void {
    this.#leave();
    this.#reject(error);
  }

  describe(): string {
    return this.#task.describe();
  }

  /** Takes back a wait that could not be entered. */
  abandon(): void {
    this.token++;
    this.#waits.delete(this);
  }

  #leave(): void {
    this.abandon();
    this.agenda.resumedAsync(this.#task);
  }
}
