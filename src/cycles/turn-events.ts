// SPDX-License-Identifier: Apache-2.0
// The blocks of a map that is turned, on a timeline: the wait for the sums of the one before, the taps that are streamed,
// and the words that are written behind.
//
// Blocks that are drawn as one are drawn as their stream and then their drain.

import type { Pieces } from './record-events.ts';
import { event, type TraceEvent } from './trace-event.ts';
import { turnWords } from '../compile/index.ts';
import { turnEnd, type TurnSchedule, turnWritten } from './turn-schedule.ts';

/** Events of the blocks from one up to another, which are drawn as one. */
function blockEvents(schedule: TurnSchedule, from: number, to: number, at: number): TraceEvent[] {
  const { plan, cycles } = schedule;
  const count = to - from;
  const name = count === 1 ? `block ${from}` : `blocks ${from} to ${to - 1}`;
  const args = { blocks: count };
  const start = from === 0 ? cycles.setup : turnEnd(schedule, from - 1);
  const stream = count * plan.taps;
  const drain = turnEnd(schedule, to - 1) - start - stream;
  const spent = (what: string, ts: number, dur: number): TraceEvent =>
    event('sequencer', `${what} ${name}`, at + ts, dur, { ...args, cycles: dur });
  const words = turnWords(plan);
  const first = turnWritten(schedule, from) - words;
  return [
    spent('stream', start, stream),
    ...(drain > 0 ? [spent('drain', start + stream, drain)] : []),
    event('writes', `write ${name}`, at + first, turnWritten(schedule, to - 1) - first, { words: count * words }),
  ];
}

/** The blocks of a record. */
export function turnPieces(schedule: TurnSchedule): Pieces {
  const { plan, cycles, tiles } = schedule;
  return {
    cycles,
    count: tiles,
    what: 'blocks',
    args: { taps: plan.taps },
    events: (from, to, at) => blockEvents(schedule, from, to, at),
  };
}
