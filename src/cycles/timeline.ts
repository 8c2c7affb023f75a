// SPDX-License-Identifier: Apache-2.0
// Batches as a timeline in Chrome's trace-event format, which https://ui.perfetto.dev and chrome://tracing open.
//
// One cycle is shown as one microsecond. Five tracks: the host, the layers, the program words that are read, what the
// sequencer spends each clock on (setup, load, stream, drain, flush: their sums are the layer's counters), and the words
// that are written behind it.

import type { Configuration } from '../compile/index.ts';
import { batchRun, type HostSpan } from './batch-run.ts';
import { hostCycles } from './host-cycles.ts';
import { workPlan } from './layer-work.ts';
import { type NetworkRun, networkRun } from './network-run.ts';
import { type DrawnRecord, EVENTS_OF_RECORD, EVENTS_OF_TILE, recordEvents } from './record-events.ts';
import { batchesOf } from './run-counters.ts';
import { tileSchedule } from './tile-schedule.ts';
import { event, type TraceEvent, TRACKS, trackNames } from './trace-event.ts';
import type { Workload } from './workload.ts';

/** The file. */
export interface Timeline {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string | number>>;
}

/** How much is drawn. */
export interface TimelineOptions {
  /** Events at most, unless the records of one batch alone are more. @defaultValue 20,000 */
  readonly maxEvents?: number;
}

/** Most events of a batch besides its records': results, pictures, and two segments of weights before it begins. */
const EVENTS_OF_BATCH = 4;

/** Tiles that each of so many records may draw in so many events. */
function tilesOf(events: number, records: number): number {
  return Math.max(1, Math.floor(events / EVENTS_OF_TILE / Math.max(1, records)) - 1);
}

/** Draws a network whose layers are all counted: batches back to back, and the host beside them. */
class NetworkDrawing {
  readonly events: TraceEvent[] = [];
  readonly #run: NetworkRun;
  readonly #records: readonly DrawnRecord[];
  readonly #networkLoad: number;
  /** Clock of the host, which does one thing after the other. */
  now = 0;
  /** Segments of weights that are there when the next batch begins. */
  #sent = 0;

  constructor(run: NetworkRun, networkLoad: number) {
    this.#run = run;
    this.#networkLoad = networkLoad;
    const parts = (layer: number): number => run.records.filter((one) => one.layer === layer).length;
    let part = 0;
    this.#records = run.records.map(({ layer, schedule }, index) => {
      const before = run.records[index - 1];
      part = before?.layer === layer ? part + 1 : 1;
      const { name } = run.works[layer]!.layer;
      return {
        name: parts(layer) === 1 ? name : `${name}, ${part} of ${parts(layer)}`,
        schedule: schedule(),
        fetchAhead: before?.counters.cycles.flush ?? 0,
      };
    });
  }

  #host(what: string, from: number, to: number, words: number): void {
    this.events.push(event('host', what, from, to - from, { cycles: to - from, words }));
    this.now = Math.max(this.now, to);
  }

  #load(what: string, words: number): void {
    this.#host(what, this.now, this.now + words, words);
  }

  #segmentWords(segment: number): number {
    return this.#run.records.filter(({ segmentWords }) => segmentWords !== null)[segment]?.segmentWords ?? 0;
  }

  /** Loads what is not there when a batch begins. */
  #prepare(batch: number, pictures: boolean): void {
    if (pictures) this.#load(`load images of batch ${batch}`, this.#run.pictureWords);
    for (; this.#sent < 2 && this.#segmentWords(this.#sent) > 0; this.#sent++) {
      this.#load(`load segment ${this.#sent} of batch ${batch}`, this.#segmentWords(this.#sent));
    }
    this.#sent = 0;
  }

  /** @param most tiles that each record may draw */
  draw(batches: number, most: number): void {
    const { resultWords } = this.#run;
    const { pictureBanks } = this.#run.maps();
    this.#load('load network', this.#networkLoad);
    for (let batch = 0; batch < batches; batch++) {
      this.#prepare(batch, batch === 0 || pictureBanks === 1);
      const at = this.now;
      const { starts, loads, end, host, ahead } = batchRun(this.#run, {
        after: batch > 0,
        before: batch + 1 < batches,
      });
      let segment = 2;
      const names = {
        results: () => `read results of batch ${batch - 1}`,
        pictures: () => `load images of batch ${batch + 1}`,
        segment: () => this.#segmentName(batch, segment++),
      } satisfies Record<HostSpan['what'], () => string>;
      for (const { what, from, to, words } of host) this.#host(names[what](), at + from, at + to, words);
      this.#records.forEach((record, index) => {
        this.events.push(...recordEvents(record, at + starts[index]!, loads[index]!, most));
      });
      this.now = Math.max(this.now, at + end);
      this.#sent = ahead;
    }
    this.#load(`read results of batch ${batches - 1}`, resultWords + 1);
  }

  /** Those of the next batch follow those of a batch. */
  #segmentName(batch: number, segment: number): string {
    const ofBatch = this.#run.records.filter(({ segmentWords }) => segmentWords !== null).length;
    return `load segment ${segment % ofBatch} of batch ${batch + Math.floor(segment / ofBatch)}`;
  }
}

/** Draws one batch of layers that are counted or not, without the host, of which nothing is known. */
function drawLayers(
  { layers }: Workload,
  configuration: Configuration,
  most: number,
): [events: TraceEvent[], end: number] {
  const events: TraceEvent[] = [];
  let now = 0;
  let flushed: number | null = 0;
  layers.forEach(({ name, work, notCounted }, index) => {
    if (work === null || notCounted !== null) {
      const args = { reason: notCounted ?? 'beyond what a layer may be' };
      events.push({ name: `${name}: not counted`, ph: 'i', pid: 1, tid: TRACKS.layers, ts: now, s: 't', args });
      flushed = null;
      return;
    }
    const place = { first: index === 0, last: index === layers.length - 1 };
    const schedule = tileSchedule(workPlan(work, configuration), configuration, place);
    events.push(...recordEvents({ name, schedule, fetchAhead: flushed }, now, 0, most));
    now += schedule.cycles.total;
    flushed = schedule.cycles.flush;
  });
  return [events, now];
}

/** A drawing: its events, the clock after its last, and the batches in it. */
interface Drawing {
  readonly events: readonly TraceEvent[];
  readonly cycles: number;
  readonly drawn: number;
}

function draw(workload: Workload, configuration: Configuration, images: number, maxEvents: number): Drawing {
  const { network, layers } = workload;
  const counted = layers.filter(({ work, notCounted }) => work !== null && notCounted === null).length;
  if (network === null || counted < layers.length) {
    const most = tilesOf(maxEvents - layers.length - EVENTS_OF_RECORD * counted, counted);
    const [events, cycles] = drawLayers(workload, configuration, most);
    return { events, cycles, drawn: 1 };
  }
  const run = networkRun(network, configuration);
  const records = run.records.length;
  // A segment for each record at most.
  const ofBatch = EVENTS_OF_BATCH + (EVENTS_OF_RECORD + 1) * records;
  const room = Math.floor((maxEvents - 1) / (ofBatch + EVENTS_OF_TILE * records));
  const drawn = Math.max(1, Math.min(batchesOf(images, configuration), room));
  const drawing = new NetworkDrawing(run, hostCycles(network, configuration, images).networkLoad);
  drawing.draw(drawn, tilesOf((maxEvents - 1) / drawn - ofBatch, records));
  return { events: drawing.events, cycles: drawing.now, drawn };
}

/**
 * Draws the batches of a workload back to back, as many as there is room for. Layers that are not counted are marks
 * without a length.
 * @param images images in all; a batch takes as long whatever their number
 */
export function timeline(
  workload: Workload,
  configuration: Configuration,
  images: number,
  { maxEvents = 20_000 }: TimelineOptions = {},
): Timeline {
  const { name } = workload;
  const { events, cycles, drawn } = draw(workload, configuration, images, maxEvents);
  const title = { name: `${name}, ${configuration.rows}x${configuration.columns}` };
  return {
    traceEvents: [{ name: 'process_name', ph: 'M', pid: 1, tid: 0, args: title }, ...trackNames(), ...events],
    displayTimeUnit: 'ns',
    otherData: {
      unit: 'a microsecond of this file is a clock cycle',
      network: name,
      images,
      batches: batchesOf(images, configuration),
      'batches drawn': drawn,
      cycles,
      ...configuration,
    },
  };
}
