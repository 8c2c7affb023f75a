// SPDX-License-Identifier: Apache-2.0
// The folds of a record on a timeline: their weights as they are pushed, the wait for them, the pixels that are streamed,
// and the words that are written behind the last fold of a tile.
//
// Folds that are drawn as one are drawn as their drain and then their stream.

import { foldsOf } from '../compile/index.ts';
import {
  foldPlace,
  type FoldSchedule,
  foldStart,
  pushStart,
  tileFilters,
  windowsOf,
  writeOf,
} from './fold-schedule.ts';
import type { Pieces } from './record-events.ts';
import { event, type TraceEvent } from './trace-event.ts';

/** Words written by the folds from one up to another: those of the tiles that end with one of them. */
function writeEvents(schedule: FoldSchedule, from: number, to: number, at: number, name: string): TraceEvent[] {
  const { taps, planes } = schedule.plan;
  const first = Math.floor(from / (taps * planes));
  const next = Math.floor(to / (taps * planes));
  if (first === next) return [];
  const windows = windowsOf(schedule);
  const start = writeOf(schedule, first, 0);
  const { first: filter } = tileFilters(schedule, first);
  const words = (next - first) * windows;
  const end = writeOf(schedule, next - 1, windows - 1) + 1;
  return [event('writes', `write ${name}`, at + start, end - start, { filter, words })];
}

/** Events of the folds from one up to another, which are drawn as one. */
function foldEvents(schedule: FoldSchedule, from: number, to: number, at: number): TraceEvent[] {
  const { plan, pixels, cycles } = schedule;
  const { lanes, planes } = plan;
  const count = to - from;
  const name = count === 1 ? `fold ${from}` : `folds ${from} to ${to - 1}`;
  const { tile, plane, ...place } = foldPlace(schedule, from);
  const { first: filter } = tileFilters(schedule, tile);
  const args = { folds: count, filter, ...place, ...(planes > 1 ? { plane } : {}) };
  // A fold waits before its first pixel, from the last of the one before on.
  const start = from === 0 ? cycles.setup : foldStart(schedule, from - 1) + pixels;
  const stream = count * pixels;
  const drain = foldStart(schedule, to - 1) + pixels - start - stream;
  const spent = (what: string, ts: number, dur: number): TraceEvent =>
    event('sequencer', `${what} ${name}`, at + ts, dur, { ...args, cycles: dur });
  const pushed = pushStart(schedule, from);
  return [
    event('weights', `push ${name}`, at + pushed, pushStart(schedule, to - 1) + lanes - pushed, {
      filter,
      words: count * lanes,
    }),
    ...(drain > 0 ? [spent('drain', start, drain)] : []),
    spent('stream', start + drain, stream),
    ...writeEvents(schedule, from, to, at, name),
  ];
}

/** The folds of a record. */
export function foldPieces(schedule: FoldSchedule): Pieces {
  const { plan, pixels, cycles } = schedule;
  return {
    cycles,
    count: foldsOf(plan),
    what: 'folds',
    args: { pixels, planes: plan.planes },
    events: (from, to, at) => foldEvents(schedule, from, to, at),
  };
}
