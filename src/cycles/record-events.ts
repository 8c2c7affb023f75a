// SPDX-License-Identifier: Apache-2.0
// A record on a timeline: the span of its layer, the program words that are read for it, what the sequencer spends each
// clock on, and its pieces: tiles, or folds where weights are held.
//
// Where a record has more pieces than it may show, equal numbers of them are drawn as one.

import { PROGRAM_WORDS } from '../compile/index.ts';
import type { LayerCycles } from './counters.ts';
import { event, type TraceEvent } from './trace-event.ts';

/** Most events of a record besides its pieces', and of a piece. */
export const EVENTS_OF_RECORD = 6;
export const EVENTS_OF_PIECE = 5;

/** What a record streams, piece by piece. */
export interface Pieces {
  readonly cycles: LayerCycles;
  readonly count: number;
  readonly what: 'tiles' | 'folds' | 'blocks';
  /** What is said of the record. */
  readonly args: Readonly<Record<string, number>>;
  /** Events of the pieces from one up to another, which are drawn as one, of a record that begins with clock `at`. */
  readonly events: (from: number, to: number, at: number) => TraceEvent[];
}

/** A record that is drawn. */
export interface DrawnRecord {
  readonly name: string;
  readonly pieces: Pieces;
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
 * @param most pieces that may be drawn
 */
export function recordEvents(
  { name, pieces, fetchAhead }: DrawnRecord,
  at: number,
  load: number,
  most: number,
): TraceEvent[] {
  const { cycles, count, what, args } = pieces;
  const together = Math.ceil(count / most);
  const total = cycles.total + load;
  const spent = { ...cycles, load, total };
  const events = [
    event('layers', name, at, total, { ...spent, [what]: count, ...args, [`${what} drawn as one`]: together }),
    ...startEvents(name, cycles, load, at),
  ];
  if (fetchAhead !== null) {
    events.push(event('program', `fields of ${name}`, at - fetchAhead, PROGRAM_WORDS, { words: PROGRAM_WORDS }));
  }
  for (let piece = 0; piece < count; piece += together) {
    events.push(...pieces.events(piece, Math.min(piece + together, count), at + load));
  }
  const flush = event('sequencer', 'flush', at + total - cycles.flush, cycles.flush, {
    layer: name,
    cycles: cycles.flush,
  });
  return [...events, flush];
}
