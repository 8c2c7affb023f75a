// SPDX-License-Identifier: Apache-2.0
// A batch as a timeline in Chrome's trace-event format, which https://ui.perfetto.dev and chrome://tracing open.
//
// One cycle is shown as one microsecond. Four tracks: the host, the layers, what the sequencer spends each clock on
// (setup, stream, drain, flush: their sums are the layer's counters), and the words that are written behind it. Where a
// layer has more tiles than it may show, equal numbers of them are drawn as one: first their stream, then their drain.

import type { Configuration } from '../compile/index.ts';
import { type HostCycles, hostCycles } from './host-cycles.ts';
import { tileEnd, tilePlace, tileSchedule, type TileSchedule, wordsBefore, writesOf } from './tile-schedule.ts';
import type { Workload } from './workload.ts';

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

/** The file. */
export interface Timeline {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string | number>>;
}

/** How much is drawn. */
export interface TimelineOptions {
  /** Events at most, unless layers alone are more; a tile takes up to three. @defaultValue 20,000 */
  readonly maxEvents?: number;
}

/** Tracks, in the order in which they stand. */
export const TRACKS = { host: 1, layers: 2, sequencer: 3, writes: 4 } as const;

const TRACK_NAMES: Readonly<Record<keyof typeof TRACKS, string>> = {
  host: 'host: loads and reads',
  layers: 'layers',
  sequencer: 'sequencer: setup, stream, drain, flush',
  writes: 'post-processing: words folded, pooled, written',
};

/** Events of a layer besides its tiles', and most events of a tile. */
const EVENTS_OF_LAYER = 3;
const EVENTS_OF_TILE = 3;

function event(
  track: keyof typeof TRACKS,
  name: string,
  ts: number,
  dur: number,
  args: TraceEvent['args'] = {},
): TraceEvent {
  return { name, ph: 'X', pid: 1, tid: TRACKS[track], ts, dur, cat: track, args };
}

/** Events of the tiles from one up to another, which are drawn as one. */
function tileEvents(schedule: TileSchedule, from: number, to: number, at: number): TraceEvent[] {
  const { taps, wait, cycles } = schedule;
  const count = to - from;
  const start = from === 0 ? cycles.setup : tileEnd(schedule, from - 1);
  const stream = count * taps;
  const drain = (from === 0 ? count - 1 : count) * wait;
  const name = count === 1 ? `tile ${from}` : `tiles ${from} to ${to - 1}`;
  const args = { tiles: count, ...tilePlace(schedule, from) };
  // A single tile waits before its last tap.
  const before = count === 1 && drain > 0 ? taps - 1 : stream;
  const [firstWrite] = writesOf(schedule, from);
  const [, lastWrite] = writesOf(schedule, to - 1);
  const words = wordsBefore(schedule, to) - wordsBefore(schedule, from);
  const parts = [
    event('sequencer', `stream ${name}`, at + start, before, { ...args, cycles: before }),
    event('sequencer', `drain ${name}`, at + start + before, drain, { ...args, cycles: drain }),
    event('sequencer', `stream ${name}`, at + start + before + drain, stream - before, {
      ...args,
      cycles: stream - before,
    }),
    event('writes', `write ${name}`, at + firstWrite, lastWrite - firstWrite, { ...args, words }),
  ];
  return parts.filter(({ dur }) => dur! > 0);
}

function layerEvents(name: string, schedule: TileSchedule, at: number, most: number): TraceEvent[] {
  const { cycles, tiles, taps } = schedule;
  const together = Math.ceil(tiles / most);
  const events = [
    event('layers', name, at, cycles.total, { ...cycles, tiles, taps, 'tiles drawn as one': together }),
    event('sequencer', 'setup', at, cycles.setup, { layer: name, cycles: cycles.setup }),
  ];
  for (let tile = 0; tile < tiles; tile += together) {
    events.push(...tileEvents(schedule, tile, Math.min(tile + together, tiles), at));
  }
  const flush = at + cycles.total - cycles.flush;
  return [...events, event('sequencer', 'flush', flush, cycles.flush, { layer: name, cycles: cycles.flush })];
}

function names(): TraceEvent[] {
  const meta = (name: string, tid: number, args: TraceEvent['args']): TraceEvent => ({
    name,
    ph: 'M',
    pid: 1,
    tid,
    args: args!,
  });
  return Object.entries(TRACKS).flatMap(([track, tid]) => [
    meta('thread_name', tid, { name: TRACK_NAMES[track as keyof typeof TRACKS] }),
    meta('thread_sort_index', tid, { sort_index: tid }),
  ]);
}

/**
 * Draws the first batch of a workload. Layers that are not counted are marks without a length.
 * @param images images in that batch, 1 to rows; a batch takes as long whatever their number
 */
export function timeline(
  workload: Workload,
  configuration: Configuration,
  images: number,
  { maxEvents = 20_000 }: TimelineOptions = {},
): Timeline {
  const { name, network, layers } = workload;
  const shown = layers.filter(({ layer, notCounted }) => layer !== null && notCounted === null).length;
  const host: HostCycles | null =
    network !== null && shown === layers.length ? hostCycles(network, configuration, images) : null;
  const left = maxEvents - 2 * layers.length - EVENTS_OF_LAYER * shown;
  const most = Math.max(1, Math.floor(left / EVENTS_OF_TILE / Math.max(1, shown)) - 1);
  const events: TraceEvent[] = names();
  let now = 0;
  const wait = (what: string, cycles: number): void => {
    events.push(event('host', what, now, cycles, { cycles }));
    now += cycles;
  };
  if (host) {
    wait('load network', host.networkLoad);
    wait('load images', host.imageLoad);
  }
  for (const { name: title, layer, notCounted } of layers) {
    if (layer === null || notCounted !== null) {
      const args = { reason: notCounted ?? 'beyond what a layer may be' };
      events.push({ name: `${title}: not counted`, ph: 'i', pid: 1, tid: TRACKS.layers, ts: now, s: 't', args });
      continue;
    }
    const schedule = tileSchedule(layer, configuration);
    events.push(...layerEvents(title, schedule, now, most));
    now += schedule.cycles.total;
  }
  if (host) wait('read results', host.resultRead);
  return {
    traceEvents: [
      {
        name: 'process_name',
        ph: 'M',
        pid: 1,
        tid: 0,
        args: { name: `${name}, ${configuration.rows}x${configuration.columns}` },
      },
      ...events,
    ],
    displayTimeUnit: 'ns',
    otherData: {
      unit: 'a microsecond of this file is a clock cycle',
      network: name,
      images,
      cycles: now,
      ...configuration,
    },
  };
}
