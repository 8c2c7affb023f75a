// SPDX-License-Identifier: Apache-2.0
// Who waits, and how it is found again. A wait is an entry (waiter, token) in
// some list. Resuming or killing the task behind it changes the token, which
// makes every other entry of that task stale: lists skip stale entries, and
// nothing is ever searched for and removed.

/** What triggers may ask of the scheduler. */
export interface Agenda {
  /** Dispatches the waiter after the next rise of the main clock. */
  atNextRise(waiter: Waiter): void;
  /** Dispatches the waiter after some rises of the main clock, from 1. */
  afterCycles(waiter: Waiter, cycles: number): void;
  /** Dispatches the waiter after the next event with one of these edges. */
  atEdges(waiter: Waiter, mask: number): void;
  /** Dispatches the waiter when nothing else is left to do after this edge. */
  atEnd(waiter: Waiter): void;
  /** Dispatches the waiter after the tasks that are due now. */
  wake(waiter: Waiter, value: unknown): void;
  /** The same, with an error. */
  wakeWithError(waiter: Waiter, error: unknown): void;
  /** Makes the error for a wait that took too long. */
  timeout(message: string): Error;
  /** Says that an async task has something to do in microtasks. */
  resumedAsync(task: Turning): void;
  /** Counts a turn of a task in which no edge passed; returns an error when there were too many after the last edge. */
  countTurn(task: Described): Error | undefined;
}

/** A task as messages name it. */
export interface Described {
  /** Name and place. */
  describe(): string;
}

/** An async task, for as long as it runs. */
export interface Turning extends Described {
  /** Whether it waits for triggers, or ended. */
  readonly isParked: boolean;
  /** The simulation that it is of. */
  readonly agenda: Agenda;
  /** Ends the task, which may not go on: there are no turns left after this edge. */
  stop(error: Error): void;
  /** @throws when the task was killed. */
  throwIfKilled(): void;
  /** Makes the waiter of one `await`. */
  waiter(resolve: (value: unknown) => void, reject: (error: unknown) => void): Waiter & { abandon(): void };
}

/** What carries the token of all waits that end together. */
export interface Root {
  token: number;
}

/** One that waits: a task, one `await` of an async task, or a branch of a trigger made of others. */
export abstract class Waiter {
  readonly agenda: Agenda;
  /** Number of the task in the order of forking. */
  readonly order: number;
  abstract readonly root: Root;
  /** Looked at after each rise of the main clock: the waiter is dispatched when it holds. */
  predicate: (() => boolean) | undefined = undefined;

  constructor(agenda: Agenda, order: number) {
    this.agenda = agenda;
    this.order = order;
  }

  /** Ends the wait. */
  abstract dispatch(value: unknown): void;
  /** Ends the wait with an error. */
  abstract dispatchError(error: unknown): void;
  /** The task that waits, for messages. */
  abstract describe(): string;
}

/** An entry in a list. */
export interface Wait {
  readonly waiter: Waiter;
  readonly token: number;
}

/** Whether the wait ended otherwise. */
export function isStale({ waiter, token }: Wait): boolean {
  return waiter.root.token !== token;
}

/** A branch of a trigger made of others: it hands on to the one that waits for the whole. */
export abstract class Branch extends Waiter {
  readonly root: Root;
  protected readonly parent: Waiter;

  constructor(parent: Waiter) {
    super(parent.agenda, parent.order);
    this.parent = parent;
    this.root = parent.root;
  }

  dispatchError(error: unknown): void {
    this.parent.dispatchError(error);
  }

  describe(): string {
    return this.parent.describe();
  }
}
