// SPDX-License-Identifier: Apache-2.0
// A record on a timeline: the span of its layer, the program words that are read for it, what the sequencer spends each
// clock on, and the words that are written behind it.
//
// Where a record has more tiles than it may show, equal numbers of them are drawn as one: first their stream, then their
// drain.

import { PROGRAM_WORDS } from '../compile/index.ts';
import type { LayerCycles } from './counters.ts';
import { lastWriting, tileEnd, tilePlace, type TileSchedule, wordsBefore, writesOf } from './tile-schedule.ts';
import { event, type TraceEvent } from './trace-event.ts';

/** Most events of a record besides its tiles', and of a tile. */
export const EVENTS_OF_RECORD = 6;
export const EVENTS_OF_TILE = 4;

/** Words written by the tiles from one up to another. */
function writeEvents(schedule: TileSchedule, from: number, to: number, at: number, name: string): TraceEvent[] {
  const words = wordsBefore(schedule, to) - wordsBefore(schedule, from);
  if (words === 0) return [];
  const last = lastWriting(schedule, to - 1);
  const first = last - (Math.ceil((last - from + 1) / schedule.windowTiles) - 1) * schedule.windowTiles;
  const start = writesOf(schedule, first)[0];
  const { y, x, filter } = tilePlace(schedule, first);
  return [event('writes', `write ${name}`, at + start, writesOf(schedule, last)[1] - start, { y, x, filter, words })];
}

/** Events of the tiles from one up to another, which are drawn as one. */
function tileEvents(schedule: TileSchedule, from: number, to: number, at: number): TraceEvent[] {
  const { taps, wait, cycles, plan } = schedule;
  const count = to - from;
  const start = from === 0 ? cycles.setup : tileEnd(schedule, from - 1);
  const stream = count * taps;
  const drain = (from === 0 ? count - 1 : count) * wait;
  const name = count === 1 ? `tile ${from}` : `tiles ${from} to ${to - 1}`;
  const { plane, ...place } = tilePlace(schedule, from);
  const args = { tiles: count, ...place, ...(plan.planes > 1 ? { plane } : {}) };
  // A single tile waits before its last tap.
  const before = count === 1 && drain > 0 ? taps - 1 : stream;
  const spent = (what: string, ts: number, dur: number): TraceEvent =>
    event('sequencer', `${what} ${name}`, at + ts, dur, { ...args, cycles: dur });
  const parts = [
    spent('stream', start, before),
    spent('drain', start + before, drain),
    spent('stream', start + before + drain, stream - before),
  ];
  return [...parts.filter(({ dur }) => dur! > 0), ...writeEvents(schedule, from, to, at, name)];
}

/** A record that is drawn. */
export interface DrawnRecord {
  readonly name: string;
  readonly schedule: TileSchedule;
  /** Clocks from the start of reading its fields to its first clock; null where what is before it is not counted. */
  readonly fetchAhead: number | null;
}

/** What comes before the first tap: the nest starts in the last clock of setup, and waits for weights until then. */
function startEvents(name: string, { setup }: LayerCycles, load: number, at: number): TraceEvent[] {
  const spent = (what: string, from: number, cycles: number): TraceEvent =>
    event('sequencer', what, from, cycles, { layer: name, cycles });
  if (load === 0) return [spent('setup', at, setup)];
  return [
    ...(setup > 1 ? [spent('setup', at, setup - 1)] : []),
    spent('load', at + setup - 1, load),
    spent('setup', at + setup - 1 + load, 1),
  ];
}

/**
 * Events of a record.
 * @param at its first clock
 * @param load clocks that it waits for its weights
 * @param most tiles that may be drawn
 */
export function recordEvents(
  { name, schedule, fetchAhead }: DrawnRecord,
  at: number,
  load: number,
  most: number,
): TraceEvent[] {
  const { cycles, tiles, taps, plan } = schedule;
  const together = Math.ceil(tiles / most);
  const { packed, planes } = plan;
  const total = cycles.total + load;
  const spent = { ...cycles, load, total };
  const events = [
    event('layers', name, at, total, { ...spent, tiles, taps, packed, planes, 'tiles drawn as one': together }),
    ...startEvents(name, cycles, load, at),
  ];
  if (fetchAhead !== null) {
    events.push(event('program', `fields of ${name}`, at - fetchAhead, PROGRAM_WORDS, { words: PROGRAM_WORDS }));
  }
  for (let tile = 0; tile < tiles; tile += together) {
    events.push(...tileEvents(schedule, tile, Math.min(tile + together, tiles), at + load));
  }
  const flush = event('sequencer', 'flush', at + total - cycles.flush, cycles.flush, {
    layer: name,
    cycles: cycles.flush,
  });
  return [...events, flush];
}
