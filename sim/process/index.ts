// SPDX-License-Identifier: Apache-2.0
// Testbench processes: tasks that are resumed after clock edges, as flip-flops
// are, and what they wait for. Knows of the simulation only what host.ts says.

export { holds } from './given.ts';
export { Flag } from './flag.ts';
export type { EdgeDirection, ProcessHost } from './host.ts';
export type { ResultsOf } from './join.ts';
export { Outcome } from './outcome.ts';
export { Queue } from './queue.ts';
export { Scheduler, type RunAsyncOptions } from './scheduler.ts';
export type { Process, Task, TaskBody, TaskState, Yielded } from './task.ts';
export { Trigger } from './trigger.ts';
export { until, within, type First, type ResultOf } from './triggers.ts';
