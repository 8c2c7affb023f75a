// SPDX-License-Identifier: Apache-2.0
// One batch, record by record, with what the host does meanwhile.
//
// The host does one thing after the other, in this order: it reads the results of the batch before, loads the pictures
// of the next where they have a bank of their own, and then sends segments of weights, each as soon as there is room:
// two are held, a segment is let go of when its record is done. Those of the next batch follow those of this one. The
// first two of a batch are there when it begins. A record whose segment is not there waits (load).

import type { NetworkRun, RunRecord } from './network-run.ts';

/** Whether a batch follows another and another follows it. */
export interface BatchPlace {
  readonly after: boolean;
  readonly before: boolean;
}

/** Something that the host does, in clocks from the batch's first. */
export interface HostSpan {
  readonly what: 'results' | 'pictures' | 'segment';
  readonly from: number;
  readonly to: number;
  /** Words moved, and a clock for results to come. */
  readonly words: number;
}

/** A batch; times in clocks from its first. */
export interface BatchRun {
  /** First clock of each record, and the clocks that it waits for its weights. */
  readonly starts: readonly number[];
  readonly loads: readonly number[];
  /** Clock after the last. */
  readonly end: number;
  /** What the host begins before the end. */
  readonly host: readonly HostSpan[];
  /** Segments of the next batch that are on their way by then, of the two that it begins with. */
  readonly ahead: number;
}

/** Segments that are held at most. */
const HELD = 2;

class Batch {
  readonly run: NetworkRun;
  readonly starts: number[] = [];
  readonly loads: number[] = [];
  readonly host: HostSpan[] = [];
  /** Records with a segment. */
  readonly users: readonly number[];
  /** For each segment that is sent, the first clock in which its record may begin. */
  readonly #ready: number[];
  /** Clock after the last of the records that are timed. */
  end = 0;
  /** The host's next clock. */
  free = 0;

  constructor(run: NetworkRun) {
    this.run = run;
    this.users = run.records.flatMap(({ segmentWords }, index) => (segmentWords === null ? [] : [index]));
    this.#ready = this.users.slice(0, HELD).map(() => 0);
    this.#time();
  }

  /** Times records up to the first whose segment is not sent. */
  #time(): void {
    const { records } = this.run;
    let segment = this.users.filter((user) => user < this.starts.length).length;
    for (let index = this.starts.length; index < records.length; index++) {
      const { counters, segmentWords } = records[index]!;
      const ready = segmentWords === null ? 0 : this.#ready[segment++];
      if (ready === undefined) return;
      // In the last clock of setup the nest starts, if the weights are there.
      const load = Math.max(0, ready - (this.end + counters.cycles.setup - 1));
      this.starts.push(this.end);
      this.loads.push(load);
      this.end += counters.cycles.total + load;
    }
  }

  /** Clock after that of a record, which must be timed. */
  endOf(index: number): number {
    return this.starts[index]! + this.loads[index]! + this.run.records[index]!.counters.cycles.total;
  }

  #span(what: HostSpan['what'], from: number, to: number, words: number): void {
    this.host.push({ what, from, to, words });
    this.free = to;
  }

  read(): void {
    const clocks = this.run.resultWords + 1;
    this.#span('results', this.free, this.free + clocks, clocks);
  }

  /** Loads pictures, a word in each clock in which no layer writes to their buffer. */
  loadPictures(): void {
    const words = this.run.pictureWords;
    const from = this.free;
    let left = words;
    let clock = from;
    for (const [first, next] of this.#writes(from)) {
      if (first - clock >= left) break;
      left -= Math.max(0, first - clock);
      clock = Math.max(clock, next);
    }
    this.#span('pictures', from, clock + left, words);
  }

  /** Clocks from one on in which records that are timed write to the pictures' buffer. */
  *#writes(from: number): Generator<readonly [first: number, next: number]> {
    const { writesPictures } = this.run.maps();
    for (let index = 0; index < this.starts.length; index++) {
      const record: RunRecord = this.run.records[index]!;
      if (!writesPictures[record.layer] || this.endOf(index) <= from) continue;
      const start = this.starts[index]! + this.loads[index]!;
      for (const [first, next] of record.writes()) {
        if (start + next > from) yield [start + first, start + next];
      }
    }
  }

  /** Sends a segment of this batch; those before it are sent. */
  send(segment: number): void {
    const from = Math.max(this.free, this.endOf(this.users[segment - HELD]!));
    const words = this.run.records[this.users[segment]!]!.segmentWords!;
    this.#span('segment', from, from + words, words);
    this.#ready[segment] = from + words;
    this.#time();
  }

  /** Sends a segment of the next batch, if there is room for it before this one ends. */
  sendAhead(segment: number): boolean {
    const from = Math.max(this.free, this.endOf(this.users.at(segment - HELD)!));
    if (from >= this.end) return false;
    const words = this.run.records[this.users[segment]!]!.segmentWords!;
    this.#span('segment', from, from + words, words);
    return true;
  }
}

/** Runs one batch. */
export function batchRun(run: NetworkRun, { after, before }: BatchPlace): BatchRun {
  const batch = new Batch(run);
  if (after) batch.read();
  if (before && run.maps().pictureBanks === 2) batch.loadPictures();
  for (let segment = HELD; segment < batch.users.length; segment++) batch.send(segment);
  let ahead = 0;
  while (before && ahead < Math.min(HELD, batch.users.length) && batch.sendAhead(ahead)) ahead++;
  const { starts, loads, end, host } = batch;
  return { starts, loads, end, host, ahead };
}

/** Clocks of what the host does during a batch that pass while it runs. */
export function hiddenClocks({ host, end }: BatchRun): number {
  const words = host.reduce((sum, span) => sum + span.words, 0);
  return words - Math.max(0, (host.at(-1)?.to ?? 0) - end);
}
