// SPDX-License-Identifier: Apache-2.0
// The tiles of a record on a timeline: what is streamed, what waits for taps or for sums, and the words that are written
// behind.
//
// Tiles that are drawn as one are drawn as their scan, then their stream, then their drain.

import type { Pieces } from './record-events.ts';
import { lastWriting, tileEnd, tilePlace, type TileSchedule, wordsBefore, writesOf } from './tile-schedule.ts';
import { event, type TraceEvent } from './trace-event.ts';

/** Words written by the tiles from one up to another. */
function writeEvents(schedule: TileSchedule, from: number, to: number, at: number, name: string): TraceEvent[] {
  const words = wordsBefore(schedule, to) - wordsBefore(schedule, from);
  if (words === 0) return [];
  const last = lastWriting(schedule, to - 1);
  const first = last - (Math.ceil((last - from + 1) / schedule.windowTiles) - 1) * schedule.windowTiles;
  const start = writesOf(schedule, first)[0]![0];
  const end = writesOf(schedule, last).at(-1)![1];
  const { y, x, filter } = tilePlace(schedule, first);
  return [event('writes', `write ${name}`, at + start, end - start, { y, x, filter, words })];
}

/** Events of the tiles from one up to another, which are drawn as one. */
function tileEvents(schedule: TileSchedule, from: number, to: number, at: number): TraceEvent[] {
  const { times, cycles, plan } = schedule;
  const count = to - from;
  const spentIn = (sum: (tile: number) => number): number => sum(to - 1) - (from === 0 ? 0 : sum(from - 1));
  const start = from === 0 ? cycles.setup : tileEnd(schedule, from - 1);
  const stream = spentIn(times.stream);
  const drain = spentIn(times.drain);
  const scan = spentIn(times.end) - stream - drain;
  const name = count === 1 ? `tile ${from}` : `tiles ${from} to ${to - 1}`;
  const { plane, ...place } = tilePlace(schedule, from);
  const args = { tiles: count, ...place, ...(plan.planes > 1 ? { plane } : {}) };
  // A single tile waits before its last tap.
  const before = count === 1 && drain > 0 ? stream - 1 : stream;
  let ts = at + start;
  const spent = (what: string, dur: number): TraceEvent => {
    ts += dur;
    return event('sequencer', `${what} ${name}`, ts - dur, dur, { ...args, cycles: dur });
  };
  const parts = [spent('scan', scan), spent('stream', before), spent('drain', drain), spent('stream', stream - before)];
  return [...parts.filter(({ dur }) => dur! > 0), ...writeEvents(schedule, from, to, at, name)];
}

/** The tiles of a record. */
export function tilePieces(schedule: TileSchedule): Pieces {
  const { tiles, cycles, plan } = schedule;
  const { taps, packed, planes } = plan;
  return {
    cycles,
    count: tiles,
    what: 'tiles',
    args: { taps, packed, planes },
    events: (from, to, at) => tileEvents(schedule, from, to, at),
  };
}
