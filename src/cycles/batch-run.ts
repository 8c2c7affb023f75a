// SPDX-License-Identifier: Apache-2.0
// One batch, record by record, with what the host does meanwhile.
//
// The host sends one packet after the other, a clock a word and two more each: the pictures of the next batch where they
// have a bank of their own, the segments of weights that were not there when the batch began, the next batch's pictures
// where they have to wait until this one ends, and its first segments, as many as are held. Where two are, words of a third
// are taken once the record that used the first is done, where one is, those of the next. A record whose segment is not there waits (load). Results and
// counters are read when the batch has ended, and only then the next one begins.

import type { NetworkRun, RunRecord } from './network-run.ts';

/** Clocks of a packet besides those of its words: the header, and one in which it is checked. */
export const PACKET_CLOCKS = 2;

/** Clocks of a batch before the first packet under it: the host closes the gate to the next batch. */
const GATE_CLOCKS = 3;

/** Clocks after a batch until words are taken that had to wait for its end. */
const END_CLOCKS = 2;

/** A packet that the host sends, in clocks from the batch's first. */
export interface HostSpan {
  readonly what: 'pictures' | 'segment';
  readonly from: number;
  readonly to: number;
  /** Clocks of it in which it does not wait. */
  readonly clocks: number;
}

/** A batch; times in clocks from its first. */
export interface BatchRun {
  /** First clock of each record, and the clocks that it waits for its weights. */
  readonly starts: readonly number[];
  readonly loads: readonly number[];
  /** Clock after the last. */
  readonly end: number;
  /** What the host sends from this batch's start to the next one's. */
  readonly host: readonly HostSpan[];
}

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
  #free = GATE_CLOCKS;

  constructor(run: NetworkRun) {
    this.run = run;
    this.users = run.records.flatMap(({ segmentWords }, index) => (segmentWords === null ? [] : [index]));
    this.#ready = this.users.slice(0, run.segmentsHeld).map(() => 0);
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
  #endOf(index: number): number {
    return this.starts[index]! + this.loads[index]! + this.run.records[index]!.counters.cycles.total;
  }

  /** First clock in which a word of a packet that is sent now may be taken. */
  get #words(): number {
    return this.#free + PACKET_CLOCKS;
  }

  #sent(what: HostSpan['what'], to: number, words: number): void {
    this.host.push({ what, from: this.#free, to, clocks: words + PACKET_CLOCKS });
    this.#free = to;
  }

  /** Sends pictures, a word in each clock in which no layer writes to their buffer. */
  sendPictures(): void {
    const words = this.run.pictureWords;
    let left = words;
    let clock = this.#words;
    for (const [first, next] of this.#writes(clock)) {
      if (first - clock >= left) break;
      left -= Math.max(0, first - clock);
      clock = Math.max(clock, next);
    }
    this.#sent('pictures', clock + left, words);
  }

  /** Sends pictures that wait until the batch has ended, all of whose segments are sent. */
  sendPicturesAfter(): void {
    const words = this.run.pictureWords;
    this.#sent('pictures', Math.max(this.#words, this.end + END_CLOCKS) + words, words);
  }

  /** Clocks from one on in which records that are timed write to the pictures' buffer. */
  *#writes(from: number): Generator<readonly [first: number, next: number]> {
    const { writesPictures } = this.run.maps();
    for (let index = 0; index < this.starts.length; index++) {
      const record: RunRecord = this.run.records[index]!;
      if (!writesPictures[record.layer] || this.#endOf(index) <= from) continue;
      const start = this.starts[index]! + this.loads[index]!;
      for (const [first, next] of record.writes()) {
        if (start + next > from) yield [start + first, start + next];
      }
    }
  }

  /** Sends a segment of this batch; those before it are sent. */
  send(segment: number): void {
    this.#ready[segment] = this.#sendWhenDone(segment, this.users[segment - this.run.segmentsHeld]);
    this.#time();
  }

  /** Sends one of the first segments of the next batch. */
  sendAhead(segment: number): void {
    this.#sendWhenDone(segment, this.users.at(segment - this.run.segmentsHeld));
  }

  /** Sends a segment into the room that a record leaves when it is done, or that there is; gives the clock after its last word. */
  #sendWhenDone(segment: number, user: number | undefined): number {
    const words = this.run.records[this.users[segment]!]!.segmentWords!;
    const to = Math.max(this.#words, user === undefined ? 0 : this.#endOf(user)) + words;
    this.#sent('segment', to, words);
    return to;
  }
}

/**
 * Runs one batch.
 * @param more whether another batch follows
 */
export function batchRun(run: NetworkRun, more: boolean): BatchRun {
  const batch = new Batch(run);
  const early = more && run.maps().pictureBanks === 2;
  if (early) batch.sendPictures();
  for (let segment = run.segmentsHeld; segment < batch.users.length; segment++) batch.send(segment);
  if (more && !early) batch.sendPicturesAfter();
  for (let segment = 0; more && segment < Math.min(run.segmentsHeld, batch.users.length); segment++) {
    batch.sendAhead(segment);
  }
  const { starts, loads, end, host } = batch;
  return { starts, loads, end, host };
}

/** Clocks of what the host sends that pass while the batch runs. */
export function hiddenClocks({ host, end }: BatchRun): number {
  return host.reduce(
    (sum, { from, to, clocks }) => sum + Math.max(0, clocks - Math.max(0, to - Math.max(from, end))),
    0,
  );
}
