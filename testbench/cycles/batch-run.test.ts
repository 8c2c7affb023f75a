// SPDX-License-Identifier: Apache-2.0
// Batches whose weights come in segments, against a host and a sequencer that do one thing a clock: when records begin,
// how long they wait, and what the host does meanwhile.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration, type Schedule } from '../../src/compile/index.ts';
import { batchRun, hiddenClocks } from '../../src/cycles/batch-run.ts';
import { hostCycles, networkCounters, networkWorkload, timeline } from '../../src/cycles/index.ts';
import { type NetworkRun, networkRun } from '../../src/cycles/network-run.ts';
import { buildNetwork, type Network } from '../../src/network/index.ts';
import { runsFactor } from '../house/seed.ts';
import { cases } from '../support/arbitraries.ts';
import {
  HOLDING_CONFIGURATIONS,
  SEVERAL_TAPS_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
} from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

/** Clocks, from a record's first but without its load, in which it writes a word. */
function writeClocks(run: NetworkRun, record: number): Set<number> {
  const clocks = new Set<number>();
  for (const [from, to] of run.records[record]!.writes()) {
    for (let clock = from; clock < to; clock++) clocks.add(clock);
  }
  return clocks;
}

/** The segments on chip, as rtl/segments.v has them. */
class Held {
  waiting: number;
  held: number;

  constructor(count: number) {
    this.waiting = this.held = count;
  }
}

type Work = 'gate' | 'header' | 'pictures' | 'end' | 'segment' | 'last';

/** The host's work, clock by clock, each with what it takes to be done. */
function* hostWork(run: NetworkRun, more: boolean): Generator<Work> {
  const times = function* (count: number, what: Work): Generator<Work> {
    for (let clock = 0; clock < count; clock++) yield what;
  };
  const segments = function* (sizes: readonly number[]): Generator<Work> {
    for (const words of sizes) {
      yield* times(2, 'header');
      yield* times(words - 1, 'segment');
      yield 'last';
    }
  };
  const early = run.maps().pictureBanks === 2;
  const sizes = run.records.flatMap(({ segmentWords }) => segmentWords ?? []);
  yield* times(3, 'gate');
  if (more && early) {
    yield* times(2, 'header');
    yield* times(run.pictureWords, 'pictures');
  }
  yield* segments(sizes.slice(2));
  if (more && !early) yield 'end';
  if (more) yield* segments(sizes.slice(0, 2));
}

/** A batch, clock by clock. */
function simulate(run: NetworkRun, more: boolean): { starts: number[]; loads: number[]; end: number; words: number } {
  const { records } = run;
  const { writesPictures } = run.maps();
  const writes = records.map((_, record) => writeClocks(run, record));
  const held = new Held(Math.min(2, records.filter(({ segmentWords }) => segmentWords !== null).length));
  const work = hostWork(run, more);
  let next = work.next();
  const starts = [0];
  const loads = records.map(() => 0);
  let words = 0;
  /** Clocks of the record that are over, without those of its load. */
  let spent = 0;
  for (let clock = 0, record = 0; ; clock++) {
    const { counters, segmentWords } = records[record]!;
    const starting = spent === counters.cycles.setup - 1;
    const waits = starting && segmentWords !== null && held.waiting === 0;
    const room = held.held < 2;
    // What the registers hold after this clock.
    let [loaded, taken, freed] = [false, false, false];
    const writing = writesPictures[records[record]!.layer]! && writes[record]!.has(spent) && !waits;
    const what = next.value;
    const possible = { gate: true, header: true, pictures: !writing, end: false, segment: room, last: room };
    if (!next.done && possible[what as Work]) {
      loaded = what === 'last';
      if (what !== 'gate') words++;
      next = work.next();
    }
    if (waits) loads[record]!++;
    else spent++;
    if (starting && !waits && segmentWords !== null) taken = true;
    if (spent === counters.cycles.total) {
      freed = segmentWords !== null;
      spent = 0;
      record++;
    }
    held.waiting += Number(loaded) - Number(taken);
    held.held += Number(loaded) - Number(freed);
    if (record === records.length) return { starts, loads, end: clock + 1, words };
    if (spent === 0) starts.push(clock + 1);
  }
}

/** Configurations with little room for weights, and programs of many records. */
function tight(configuration: Configuration, weightDepth: number): Configuration {
  return { ...configuration, weightDepth, programDepth: 64 * 40 };
}

describe.each<[Schedule, Readonly<Record<string, Configuration>>]>([
  ['output', { ...SMALL_CONFIGURATIONS, ...SEVERAL_TAPS_CONFIGURATIONS }],
  ['weight', HOLDING_CONFIGURATIONS],
])('a batch with %s that stays', (schedule, configurations) => {
  it('should begin records, wait for weights and hide the host as clocks do', () => {
    let segmented = 0;
    let waited = 0;
    const chosen = fc
      .constantFrom(...Object.values(configurations))
      .chain((configuration) =>
        fc
          .tuple(cases(coreLimits(configuration, schedule)), fc.integer({ min: 8, max: 200 }))
          .map(([{ network }, depth]) => networkRun(network, tight(configuration, depth), schedule)),
      );
    fc.assert(
      fc.property(chosen, fc.boolean(), (run, more) => {
        const got = batchRun(run, more);
        const { words, ...form } = simulate(run, more);
        expect({ starts: got.starts, loads: got.loads, end: got.end }).toEqual(form);
        // A segment that is begun is sent to its end, after the batch if it must be.
        expect(hiddenClocks(got)).toBe(words);
        if (run.records.some(({ segmentWords }) => segmentWords !== null)) segmented++;
        if (got.loads.some((load) => load > 0)) waited++;
      }),
      { numRuns: 300 * runsFactor },
    );
    expect(segmented).toBeGreaterThan(60);
    expect(waited).toBeGreaterThan(5);
  });
});

/** On an array of 4 x 4, layers of 60, 60, 540 and 4 weight words, for which there are 300, whatever stays. */
const network: Network = buildNetwork({
  name: 'four',
  input: { height: 3, width: 3, channels: 60 },
  layers: [
    { name: 'a', kernel: 1, filters: 4 },
    { name: 'b', kernel: 1, filters: 60, source: 'a' },
    { name: 'c', kernel: 3, filters: 4 },
    { name: 'd', kernel: 1, filters: 4, relu: false },
  ],
});
const small: Configuration = {
  ...tight(loadConfiguration('tiny'), 300),
  ...{ activationDepth: 4096, foldDepth: 256, sumBits: 24, partialDepth: 9 },
};

describe.each<Schedule>(['output', 'weight'])('a network in segments, %s stays', (schedule) => {
  const perBatch = schedule === 'weight' ? 1 : 4;

  it('should have counters of all batches, which differ by what the host does meanwhile', () => {
    const run = networkRun(network, small, schedule);
    expect(run.records.filter(({ segmentWords }) => segmentWords !== null).length).toBeGreaterThan(3);
    const total = (batches: number): number =>
      networkCounters(network, small, batches * perBatch, schedule).reduce((sum, { cycles }) => sum + cycles.total, 0);
    const [last, other] = [false, true].map((more) => batchRun(run, more).end);
    expect(total(1)).toBe(last);
    expect(total(10)).toBe(9 * other! + last!);
    for (const { cycles } of networkCounters(network, small, 40, schedule)) {
      const { setup, load, stream, drain, flush } = cycles;
      expect(cycles.total).toBe(setup + load + stream + drain + flush);
    }
    // A layer's taps are those of its records.
    const whole = networkCounters(network, { ...small, weightDepth: 10_000 }, 40, schedule);
    expect(networkCounters(network, small, 40, schedule).map(({ events }) => events)).toEqual(
      whole.map(({ events }) => events),
    );
  });

  it('should be drawn with its segments, and add up', () => {
    const drawn = timeline(networkWorkload(network), small, 10 * perBatch, { schedule });
    const counters = networkCounters(network, small, 10 * perBatch, schedule);
    const spans = drawn.traceEvents.filter(({ ph }) => ph === 'X');
    network.layers.forEach(({ name }, layer) => {
      const own = spans.filter(({ cat, name: title }) => cat === 'layers' && title.split(',')[0] === name);
      expect(own.reduce((sum, { dur }) => sum + dur!, 0)).toBe(counters[layer]!.cycles.total);
    });
    const loads = spans.filter(({ cat, name }) => cat === 'sequencer' && name === 'load');
    expect(loads.reduce((sum, { dur }) => sum + dur!, 0)).toBe(
      counters.reduce((sum, { cycles }) => sum + cycles.load, 0),
    );
    const host = spans.filter(({ cat }) => cat === 'host');
    const { networkLoad, imageLoad, segmentLoad, resultRead, hidden } = hostCycles(
      network,
      small,
      10 * perBatch,
      schedule,
    );
    expect(host.reduce((sum, { args }) => sum + Number(args!['busy']), 0)).toBe(
      networkLoad + imageLoad + segmentLoad + resultRead,
    );
    const layers = counters.reduce((sum, { cycles }) => sum + cycles.total, 0);
    expect(drawn.otherData['cycles']).toBe(layers + networkLoad + imageLoad + segmentLoad + resultRead - hidden);
    expect(host[0]!.name).toBe('load network');
    expect(host.slice(1, 4).map(({ name }) => name)).toEqual([
      'load images of batch 0',
      'load segment 0 of batch 0',
      'load segment 1 of batch 0',
    ]);
  });
});
