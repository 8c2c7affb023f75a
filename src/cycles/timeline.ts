// SPDX-License-Identifier: Apache-2.0
// Batches as a timeline in Chrome's trace-event format, which https://ui.perfetto.dev and chrome://tracing open.
//
// One cycle is shown as one microsecond. Accesses to registers, with which the host begins batches and reads counters
// between them, are left out. Tracks: the host, the layers, the program words that are read, the words of weights that
// are pushed where they are held, what the sequencer spends each clock on (setup, load, stream, drain, flush: their sums
// are the layer's counters), and the words that are written behind it.

import { columnParts, type Configuration, imagesAtOnce, type Schedule, scheduleName } from '../compile/index.ts';
import { batchRun, PACKET_CLOCKS } from './batch-run.ts';
import { type HostCycles, hostCycles } from './host-cycles.ts';
import { foldPieces } from './fold-events.ts';
import { foldSchedule } from './fold-schedule.ts';
import { heldPlanAlone, type LayerWork, workPlan } from './layer-work.ts';
import type { LayerPlace } from './layer-cycles.ts';
import { batchRuns, type NetworkRun, type RecordPieces } from './network-run.ts';
import type { Occupancy } from './occupancy.ts';
import { type DrawnRecord, EVENTS_OF_PIECE, EVENTS_OF_RECORD, type Pieces, recordEvents } from './record-events.ts';
import { batchesOf } from './run-batches.ts';
import { tilePieces } from './tile-events.ts';
import { tileSchedule } from './tile-schedule.ts';
import { event, type TraceEvent, TRACKS, trackNames } from './trace-event.ts';
import { turnPieces } from './turn-events.ts';
import { missingOf, type Workload } from './workload.ts';

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
  /** What stays in the cells. @defaultValue output */
  readonly schedule?: Schedule;
  /** Occupancy of each batch, for cells of minima. @defaultValue none, and they skip nothing */
  readonly occupied?: readonly Occupancy[] | undefined;
}

/** Most events of a batch besides its records': results and pictures. */
const EVENTS_OF_BATCH = 2;

/** Pieces that each of so many records may draw in so many events. */
function piecesOf(events: number, records: number): number {
  return Math.max(1, Math.floor(events / EVENTS_OF_PIECE / Math.max(1, records)) - 1);
}

/** What a record is called: its layer's name, with its rows where it runs in strips, and which part of its filters it is. */
function recordName({ records, works }: NetworkRun, index: number): string {
  const { layer, rows } = records[index]!;
  const { name } = works[layer]!.layer;
  const ofLayer = records.filter((record) => record.layer === layer);
  const ofStrip = ofLayer.filter((record) => record.rows === rows);
  const strip = ofStrip.length < ofLayer.length ? `, rows ${rows.from} to ${rows.to - 1}` : '';
  const part = ofStrip.indexOf(records[index]!) + 1;
  return `${name}${strip}${ofStrip.length === 1 ? '' : `, ${part} of ${ofStrip.length}`}`;
}

/** What a record streams, as it is drawn. */
function drawnPieces(pieces: RecordPieces): Pieces {
  if (pieces.kind === 'tiles') return tilePieces(pieces.schedule);
  return pieces.kind === 'folds' ? foldPieces(pieces.schedule) : turnPieces(pieces.schedule);
}

/** The records of a run as they are drawn. */
function drawnRecords(run: NetworkRun): readonly DrawnRecord[] {
  return run.records.map(({ pieces }, index) => ({
    name: recordName(run, index),
    pieces: drawnPieces(pieces()),
    fetchAhead: run.records[index - 1]?.counters.cycles.flush ?? 0,
  }));
}

/** What the host does besides what it sends under batches. */
interface HostWork extends Pick<HostCycles, 'networkLoad'> {
  readonly images: number;
  /** Images of a batch. */
  readonly atOnce: number;
}

/** Draws a network whose layers are all counted: batches, and the host beside them. */
class NetworkDrawing {
  readonly events: TraceEvent[] = [];
  /** The first batch, and each; the same where batches take the same clocks. */
  readonly #run: NetworkRun;
  readonly #runOf: (batch: number) => NetworkRun;
  readonly #host: HostWork;
  /** Clock after all that is drawn. */
  now = 0;

  constructor(run: NetworkRun, runOf: (batch: number) => NetworkRun, host: HostWork) {
    this.#run = run;
    this.#runOf = runOf;
    this.#host = host;
  }

  /** @param busy clocks of it in which it does not wait */
  #drawHost(what: string, from: number, to: number, busy: number): void {
    this.events.push(event('host', what, from, to - from, { cycles: to - from, busy }));
    this.now = Math.max(this.now, to);
  }

  /** Draws what the host does while nothing runs. */
  #drawAlone(what: string, cycles: number): void {
    this.#drawHost(what, this.now, this.now + cycles, cycles);
  }

  /** @param most pieces that each record may draw */
  draw(batches: number, most: number): void {
    const { resultWords, pictureWords, records: all } = this.#run;
    const { networkLoad, images, atOnce } = this.#host;
    const segments = all.flatMap(({ segmentWords }) => segmentWords ?? []);
    this.#drawAlone('load network', networkLoad);
    this.#drawAlone('load images of batch 0', pictureWords + PACKET_CLOCKS);
    segments.slice(0, this.#run.segmentsHeld).forEach((words, segment) => {
      this.#drawAlone(`load segment ${segment} of batch 0`, words + PACKET_CLOCKS);
    });
    let [drawn, records] = [this.#run, drawnRecords(this.#run)];
    for (let batch = 0; batch < batches; batch++) {
      const at = this.now;
      const run = this.#runOf(batch);
      if (run !== drawn) [drawn, records] = [run, drawnRecords(run)];
      const { starts, loads, end, host } = batchRun(run, batch + 1 < batches);
      let segment = run.segmentsHeld;
      for (const { what, from, to, clocks } of host) {
        const name =
          what === 'pictures'
            ? `load images of batch ${batch + 1}`
            : `load segment ${segment % segments.length} of batch ${batch + Math.floor(segment / segments.length)}`;
        if (what === 'segment') segment++;
        this.#drawHost(name, at + from, at + to, clocks);
      }
      records.forEach((record, index) => {
        this.events.push(...recordEvents(record, at + starts[index]!, loads[index]!, most));
      });
      this.now = Math.max(this.now, at + end);
      this.#drawAlone(`read results of batch ${batch}`, resultWords + Math.min(atOnce, images - batch * atOnce));
    }
  }
}

/** What the records of a layer by itself stream. */
function layerPieces(
  work: LayerWork,
  configuration: Configuration,
  schedule: Schedule,
  place: LayerPlace & { readonly first: boolean },
): readonly Pieces[] {
  if (schedule === 'weight') {
    return [foldPieces(foldSchedule(heldPlanAlone(work, configuration, place.first), configuration, place))];
  }
  const whole = workPlan(work, configuration);
  return columnParts(whole).map((part, index) =>
    tilePieces(tileSchedule(part, configuration, { ...place, whole, first: place.first && index === 0 })),
  );
}

/** Draws one batch of layers that are counted or not, without the host, of which nothing is known. */
function drawLayers(
  { layers }: Workload,
  configuration: Configuration,
  schedule: Schedule,
  most: number,
): [events: TraceEvent[], end: number] {
  const events: TraceEvent[] = [];
  let now = 0;
  let flushed: number | null = 0;
  layers.forEach((layer, index) => {
    const { name, work } = layer;
    const missing = missingOf(layer, configuration, schedule);
    if (work === null || missing !== null) {
      const args = { reason: missing ?? 'beyond what a layer may be' };
      events.push({ name: `${name}: not counted`, ph: 'i', pid: 1, tid: TRACKS.layers, ts: now, s: 't', args });
      flushed = null;
      return;
    }
    const place = { first: index === 0, last: index === layers.length - 1 };
    for (const pieces of layerPieces(work, configuration, schedule, place)) {
      events.push(...recordEvents({ name, pieces, fetchAhead: flushed }, now, 0, most));
      now += pieces.cycles.total;
      flushed = pieces.cycles.flush;
    }
  });
  return [events, now];
}

/** A drawing: its events, the clock after its last, and the batches in it. */
interface Drawing {
  readonly events: readonly TraceEvent[];
  readonly cycles: number;
  readonly drawn: number;
}

function draw(
  workload: Workload,
  configuration: Configuration,
  schedule: Schedule,
  images: number,
  { maxEvents, occupied }: Pick<TimelineOptions, 'occupied'> & Required<Pick<TimelineOptions, 'maxEvents'>>,
): Drawing {
  const { network, layers } = workload;
  const counted = layers.filter(
    (layer) => layer.work !== null && missingOf(layer, configuration, schedule) === null,
  ).length;
  if (network === null || counted < layers.length) {
    const most = piecesOf(maxEvents - layers.length - EVENTS_OF_RECORD * counted, counted);
    const [events, cycles] = drawLayers(workload, configuration, schedule, most);
    return { events, cycles, drawn: 1 };
  }
  const laid = batchRuns(network, configuration, schedule);
  const atOnce = imagesAtOnce(schedule, configuration);
  const runOf = (batch: number): NetworkRun =>
    laid({ occupancy: occupied?.[batch], batch, images: Math.min(atOnce, images - batch * atOnce) });
  const run = runOf(0);
  const records = run.records.length;
  // A segment for each record at most.
  const ofBatch = EVENTS_OF_BATCH + (EVENTS_OF_RECORD + 1) * records;
  const room = Math.floor((maxEvents - 1) / (ofBatch + EVENTS_OF_PIECE * records));
  const drawn = Math.max(1, Math.min(batchesOf(images, configuration, schedule), room));
  const alike = occupied === undefined && typeof schedule === 'string';
  const drawing = new NetworkDrawing(run, (batch) => (alike || batch === 0 ? run : runOf(batch)), {
    networkLoad: hostCycles(network, configuration, images, schedule).networkLoad,
    images,
    atOnce,
  });
  drawing.draw(drawn, piecesOf((maxEvents - 1) / drawn - ofBatch, records));
  return { events: drawing.events, cycles: drawing.now, drawn };
}

/**
 * Draws the batches of a workload, as many as there is room for. Layers that are not counted are marks
 * without a length.
 * @param images images in all; a batch takes as long whatever their number
 */
export function timeline(
  workload: Workload,
  configuration: Configuration,
  images: number,
  { maxEvents = 20_000, schedule = 'output', occupied }: TimelineOptions = {},
): Timeline {
  const { name } = workload;
  const { events, cycles, drawn } = draw(workload, configuration, schedule, images, { maxEvents, occupied });
  const title = { name: `${name}, ${configuration.rows}x${configuration.columns}` };
  return {
    traceEvents: [
      { name: 'process_name', ph: 'M', pid: 1, tid: 0, args: title },
      ...trackNames(schedule !== 'output'),
      ...events,
    ],
    displayTimeUnit: 'ns',
    otherData: {
      unit: 'a microsecond of this file is a clock cycle',
      network: name,
      images,
      schedule: scheduleName(schedule),
      batches: batchesOf(images, configuration, schedule),
      'batches drawn': drawn,
      cycles,
      ...configuration,
    },
  };
}
