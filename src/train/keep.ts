// SPDX-License-Identifier: Apache-2.0
// When a training's checkpoints are read and written.

import { statSync } from 'node:fs';
import { checkCourse, type Checkpoint, type Course, readCheckpoint, restore, writeCheckpoint } from './checkpoint.ts';
import type { Learner, Listeners } from './learn.ts';

/** Which file holds a training, and whether to go on from it. */
export interface KeepOptions extends Listeners {
  readonly checkpoint?: string | undefined;
  readonly resume?: boolean | undefined;
}

/**
 * The checkpoint that a training goes on from; undefined for one that starts anew.
 * @throws {RangeError} when the file exists and a training that starts anew would replace it, or it is no checkpoint.
 * @throws {Error} when it cannot be read.
 */
export function startedFrom({ checkpoint, resume = false }: KeepOptions): Checkpoint | undefined {
  if (checkpoint === undefined) {
    if (resume) throw new RangeError('Expected a checkpoint to resume from, but received none.');
    return undefined;
  }
  if (resume) return readCheckpoint(checkpoint);
  if (statSync(checkpoint, { throwIfNoEntry: false }) !== undefined) {
    throw new RangeError(
      `Expected checkpoint to be a new file, or to be resumed from, but received ${checkpoint}, which exists.`,
    );
  }
  return undefined;
}

/**
 * Puts a checkpoint's training into the learner, tells of it, and gives what to do after every epoch.
 * @throws {RangeError} when the checkpoint belongs to another training.
 */
export function keepCheckpoints(
  { checkpoint, onEpoch }: KeepOptions,
  course: Course,
  kept: Checkpoint | undefined,
  learner: Learner,
): (learner: Learner) => void {
  if (kept !== undefined) {
    checkCourse(kept, course);
    restore(kept, learner.model, learner.velocities);
    learner.history.push(...kept.history);
    onEpoch?.(learner);
  }
  return (now) => {
    if (checkpoint !== undefined) writeCheckpoint(checkpoint, course, now);
    onEpoch?.(now);
  };
}
