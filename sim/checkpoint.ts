// SPDX-License-Identifier: Apache-2.0
// Taking and restoring an instance's state, where that is safe.

import type { Engine } from './engine.ts';
import type { NativeAddon } from './native.ts';
import { Snapshot, type StateIdentity } from './snapshot.ts';

/** States that the first block of memory holds; further blocks are as long as the addon makes them. */
const fewStates = 16;

/** Memory for the states of one model, in blocks: asking for memory takes several times as long as copying a state. */
export class StateMemory {
  #block: Uint8Array | undefined;
  #used = 0;

  /** Memory for one state, whose bytes are all still to be written. */
  take(native: NativeAddon, bytes: number): Uint8Array {
    if (this.#block === undefined) this.#block = Buffer.allocUnsafeSlow(fewStates * bytes);
    else if (this.#used + bytes > this.#block.length) {
      this.#block = new Uint8Array(native.stateBlock(bytes));
      this.#used = 0;
    }
    const state = this.#block.subarray(this.#used, this.#used + bytes);
    this.#used += bytes;
    return state;
  }
}

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
  const bytes = setup.states.take(engine.native, engine.instance.stateBytes);
  engine.native.saveState(engine.handle, bytes);
  return new Snapshot(identify(engine, setup), engine, bytes);
}

/** Puts a state into an instance. */
export function restoreState(engine: Engine, setup: StateSetup, snapshot: Snapshot, liveProcesses: number): void {
  check(engine, setup, 'restored', liveProcesses);
  const misfit = snapshot.misfit(identify(engine, setup));
  if (misfit !== undefined) {
    throw engine.error('snapshot', `Expected a snapshot of this build of ${engine.setup.top}, but received ${misfit}.`);
  }
  snapshot.load(engine);
  engine.revive();
}

function identify({ clockText, setup: { top } }: Engine, { model }: StateSetup): StateIdentity {
  return { model, top, clocks: clockText };
}

function check(engine: Engine, { snapshotRefusal }: StateSetup, done: string, liveProcesses: number): void {
  engine.throwIfDisposed();
  const fail = (message: string): never => {
    throw engine.error('snapshot', message);
  };
  if (snapshotRefusal !== undefined) fail(`Expected a design whose state is plain data, but ${snapshotRefusal}.`);
  if (engine.isDead) fail(`Expected a state to be ${done} before logic failed to settle, but received it after.`);
  if (liveProcesses > 0) {
    fail(`Expected no live processes when a state is ${done}, but received ${liveProcesses}.`);
  }
}
