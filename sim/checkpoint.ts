// SPDX-License-Identifier: Apache-2.0
// Taking and restoring an instance's state, where that is safe.

import type { Engine } from './engine.ts';
import { Snapshot, type StateIdentity } from './snapshot.ts';
import type { StateMemory } from './state-memory.ts';

/** What decides whether a state can be taken or restored. */
export interface StateSetup {
  /** Hash over all that made the model. */
  readonly model: string;
  /** Why no state can be taken. */
  readonly snapshotRefusal: string | undefined;
  readonly states: StateMemory;
}

/** Takes the state of an instance. */
export function takeState(engine: Engine, setup: StateSetup, liveProcesses: number): Snapshot {
  check(engine, setup, 'taken', liveProcesses);
  return new Snapshot(identify(engine, setup), engine, setup.states.take(engine));
}

/** Puts a state into an instance. */
export function restoreState(engine: Engine, setup: StateSetup, snapshot: Snapshot, liveProcesses: number): void {
  check(engine, setup, 'restored', liveProcesses);
  const misfit = snapshot.misfit(identify(engine, setup));
  if (misfit !== undefined) {
    throw engine.error('snapshot', `Expected a snapshot of this build of ${engine.setup.top}, but received ${misfit}.`);
  }
  snapshot.load(engine, setup.states);
  engine.revive();
}

function identify({ clockText, setup: { top } }: Engine, { model }: StateSetup): StateIdentity {
  return { model, top, clocks: clockText };
}

function check(engine: Engine, { snapshotRefusal }: StateSetup, done: string, liveProcesses: number): void {
  engine.throwIfDisposed();
  engine.throwIfTelling();
  const fail = (message: string): never => {
    throw engine.error('snapshot', message);
  };
  if (snapshotRefusal !== undefined) fail(`Expected a design whose state is plain data, but ${snapshotRefusal}.`);
  if (engine.isDead)
    fail(`Expected a state to be ${done} before an evaluation was left half done, but received it after.`);
  if (liveProcesses > 0) {
    fail(`Expected no live processes when a state is ${done}, but received ${liveProcesses}.`);
  }
}
