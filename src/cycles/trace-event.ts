// SPDX-License-Identifier: Apache-2.0
// Entries of a file in Chrome's trace-event format, and the tracks that they lie on.

/** One entry of the file; times in cycles. */
export interface TraceEvent {
  readonly name: string;
  /** M names a track, X lasts `dur`, i is a moment. */
  readonly ph: 'M' | 'X' | 'i';
  readonly pid: 1;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  /** A moment's mark goes across its track. */
  readonly s?: 't';
  readonly args?: Readonly<Record<string, string | number>>;
}

/** Tracks, in the order in which they stand. */
export const TRACKS = { host: 1, layers: 2, program: 3, weights: 4, sequencer: 5, writes: 6 } as const;

/** A track. */
export type Track = keyof typeof TRACKS;

const TRACK_NAMES: Readonly<Record<Track, string>> = {
  host: 'host: loads and reads',
  layers: 'layers',
  program: 'program: fields of the next layer',
  weights: 'weights: words pushed into the cells',
  sequencer: 'sequencer: setup, stream, drain, flush',
  writes: 'post-processing: words folded, pooled, written',
};

/** Something that lasts, in cycles. */
export function event(track: Track, name: string, ts: number, dur: number, args: TraceEvent['args'] = {}): TraceEvent {
  return { name, ph: 'X', pid: 1, tid: TRACKS[track], ts, dur, cat: track, args };
}

/**
 * Entries that name the tracks.
 * @param held whether there is one of weights that are held
 */
export function trackNames(held: boolean): TraceEvent[] {
  const meta = (name: string, tid: number, args: TraceEvent['args']): TraceEvent => ({
    name,
    ph: 'M',
    pid: 1,
    tid,
    args: args!,
  });
  return Object.entries(TRACKS).flatMap(([track, tid]) => {
    if (track === 'weights' && !held) return [];
    return [
      meta('thread_name', tid, { name: TRACK_NAMES[track as Track] }),
      meta('thread_sort_index', tid, { sort_index: tid }),
    ];
  });
}
