// SPDX-License-Identifier: Apache-2.0
// The timeline of random networks: tracks in order and without overlap, sums equal to the counters, and a bound on its
// size. That its writes happen when the RTL writes is a property of its own, testbench/property/cycles.test.ts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelLanes, type Configuration, loadConfiguration, type Schedule } from '../../src/compile/index.ts';
import {
  batchesOf,
  hostCycles,
  networkCounters,
  networkWorkload,
  type Occupancy,
  type Timeline,
  timeline,
  type TraceEvent,
} from '../../src/cycles/index.ts';
import { type NetworkRun, networkRun } from '../../src/cycles/network-run.ts';
import { TRACKS } from '../../src/cycles/trace-event.ts';
import { buildNetwork, lenet5, networkByName, type Network, type QuantizedNetwork } from '../../src/network/index.ts';
import { cases } from '../support/arbitraries.ts';
import {
  HELD_STRIPS_CONFIGURATION,
  HOLDING_CONFIGURATIONS,
  MINIMUM_CONFIGURATIONS,
  SEVERAL_TAPS_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
  STRIPS_CONFIGURATION,
} from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { zerosOf } from '../support/count-alike.ts';

/** Spans of one track. */
function spans({ traceEvents }: Timeline, track: string): Required<TraceEvent>[] {
  return traceEvents.filter(({ ph, cat }) => ph === 'X' && cat === track) as Required<TraceEvent>[];
}

function shouldBeInOrder(events: readonly Required<TraceEvent>[]): void {
  let end = 0;
  for (const { ts, dur } of events) {
    expect(Number.isInteger(ts) && Number.isInteger(dur)).toBe(true);
    expect(ts).toBeGreaterThanOrEqual(end);
    expect(dur).toBeGreaterThan(0);
    end = ts + dur;
  }
}

/** Sum of an argument over the events inside a span. */
function sumOf(events: readonly Required<TraceEvent>[], from: number, to: number, name: string, arg: string): number {
  return events
    .filter((one) => one.ts >= from && one.ts + one.dur <= to && one.name.startsWith(name))
    .reduce((sum, { args }) => sum + Number(args[arg]), 0);
}

type Expected = Network | QuantizedNetwork;

/** Holds a timeline of a network that the array computes against its counters, each of the batches drawn. */
function shouldAddUp(
  drawn: Timeline,
  given: Expected,
  configuration: Configuration,
  images: number,
  schedule: Schedule = 'output',
  occupied?: readonly Occupancy[],
): void {
  const network = 'network' in given ? given.network : given;
  const tracks = Object.keys(TRACKS).map((track) => spans(drawn, track));
  for (const track of tracks) shouldBeInOrder(track);
  const [, layers, program, weights, sequencer, writes] = tracks;
  const batches = Number(drawn.otherData['batches drawn']);
  const recordsOf = (batch: number): NetworkRun['records'] =>
    networkRun(given, configuration, schedule, { occupancy: occupied?.[batch], batch }).records;
  let records = recordsOf(0);
  const names = records.map(({ layer }) => network.layers[layer]!.name);
  expect(layers!.map(({ name }) => name.split(',')[0])).toEqual(Array.from({ length: batches }, () => names).flat());
  layers!.forEach(({ ts: from, dur }, index) => {
    if (occupied !== undefined && index % names.length === 0) records = recordsOf(index / names.length);
    const { cycles, events } = records[index % names.length]!.counters;
    const to = from + dur;
    const spent = (name: string): number => sumOf(sequencer!, from, to, name, 'cycles');
    const [setup, load, stream, drain, scan, flush] = ['setup', 'load', 'stream', 'drain', 'scan', 'flush'].map(spent);
    expect({ setup, load, stream, drain, scan, stall: 0, flush, total: dur }).toEqual({
      ...cycles,
      load,
      total: cycles.total + load!,
    });
    expect(sumOf(writes!, from, to, 'write', 'words')).toBe(events.activationWrites + events.resultWrites);
    expect(sumOf(weights!, from, to, 'push', 'words')).toBe(schedule === 'weight' ? events.weightReads : 0);
  });
  if (batches === batchesOf(images, configuration, schedule)) {
    const counted = networkCounters(given, configuration, images, schedule, occupied).map(({ cycles }) => cycles.total);
    const drawnOf = (name: string): number =>
      layers!.reduce((sum, one) => sum + (one.name.split(',')[0] === name ? one.dur : 0), 0);
    expect(network.layers.map(({ name }) => drawnOf(name))).toEqual(counted);
  }
  // Every clock of the layers is spent on something.
  const spans2 = sequencer!.reduce((sum, { dur }) => sum + dur, 0);
  expect(spans2).toBe(layers!.reduce((sum, { dur }) => sum + dur, 0));
  // Fields are read before the layer begins, as far as they can be.
  expect(program!.map(({ name }) => name)).toEqual(layers!.map(({ name }) => `fields of ${name}`));
  program!.forEach(({ ts, dur }, index) => {
    const { setup } = records[index % names.length]!.counters.cycles;
    expect(ts + dur).toBeLessThan(layers![index]!.ts + setup);
  });
  shouldOverlap(drawn, given, configuration, images, schedule, occupied);
}

/** A fold's weights are there before its pixels, each push a clock a word, and a swap lies between. */
function shouldPushAhead(drawn: Timeline, lanes: number): void {
  const streams = spans(drawn, 'sequencer').filter(({ name }) => name.startsWith('stream'));
  const pushes = spans(drawn, 'weights');
  expect(pushes.map(({ name }) => name)).toEqual(streams.map(({ name }) => name.replace('stream', 'push')));
  pushes.forEach(({ name, ts, dur, args }, index) => {
    const stream = streams[index]!;
    if (!name.startsWith('push fold ')) return;
    expect({ dur, words: args['words'] }).toEqual({ dur: lanes, words: lanes });
    expect(ts + dur).toBeLessThan(stream.ts);
    // The swap of the fold before, a clock before its pixels, has entered.
    if (name !== 'push fold 0') expect(ts).toBeGreaterThanOrEqual(streams[index - 1]!.ts - 1);
  });
}

/** Holds the host's track of a timeline against its cycles: what is not hidden is the time in which no layer runs. */
function shouldOverlap(
  drawn: Timeline,
  given: Expected,
  configuration: Configuration,
  images: number,
  schedule: Schedule,
  occupied?: readonly Occupancy[],
): void {
  const host = spans(drawn, 'host');
  const batches = Number(drawn.otherData['batches drawn']);
  const { networkLoad, imageLoad, segmentLoad, resultRead, hidden } = hostCycles(
    given,
    configuration,
    Math.min(images, batches * (schedule === 'weight' ? 1 : configuration.rows)),
    schedule,
    occupied,
  );
  const sum = (what: string): number =>
    host.filter(({ name }) => name.startsWith(what)).reduce((total, { args }) => total + Number(args['busy']), 0);
  expect(['load network', 'load images', 'load segment', 'read results'].map(sum)).toEqual([
    networkLoad,
    imageLoad,
    segmentLoad,
    resultRead,
  ]);
  const layers = spans(drawn, 'layers').reduce((total, { dur }) => total + dur, 0);
  expect(drawn.otherData['cycles']).toBe(layers + networkLoad + imageLoad + segmentLoad + resultRead - hidden);
}

describe('a timeline', () => {
  it('should add up to the counters, drawn whole or in part', () => {
    const chosen = fc
      .constantFrom(...Object.values({ ...SMALL_CONFIGURATIONS, ...SEVERAL_TAPS_CONFIGURATIONS }), STRIPS_CONFIGURATION)
      .chain((configuration) =>
        cases(coreLimits(configuration)).map(({ network, count }) => ({ configuration, network, count })),
      );
    fc.assert(
      fc.property(chosen, fc.integer({ min: 60, max: 3000 }), ({ configuration, network, count }, maxEvents) => {
        const drawn = timeline(networkWorkload(network), configuration, count, { maxEvents });
        shouldAddUp(drawn, network, configuration, count);
        const least = 16 + 11 * networkRun(network, configuration).records.length;
        expect(drawn.traceEvents.length).toBeLessThanOrEqual(Math.max(maxEvents, least) + 12);
      }),
    );
  });

  it('should add up where taps are skipped, whatever is known of the maps', () => {
    const chosen = fc
      .constantFrom(...Object.values(MINIMUM_CONFIGURATIONS))
      .chain((configuration) => cases(coreLimits(configuration)).map((one) => ({ configuration, one })));
    let skipped = 0;
    fc.assert(
      fc.property(chosen, fc.boolean(), ({ configuration, one }, known) => {
        const { network, count } = one;
        const occupied = known ? zerosOf(one, configuration) : undefined;
        const drawn = timeline(networkWorkload(network), configuration, count, { occupied });
        shouldAddUp(drawn, network, configuration, count, 'output', occupied);
        if (spans(drawn, 'sequencer').filter(({ name }) => name.startsWith('scan')).length > network.layers.length)
          skipped++;
      }),
      { numRuns: 40 },
    );
    expect(skipped).toBeGreaterThan(4);
  });

  it('should add up where weights are held', () => {
    const chosen = fc
      .constantFrom(...Object.values(HOLDING_CONFIGURATIONS), HELD_STRIPS_CONFIGURATION)
      .chain((configuration) =>
        cases(coreLimits(configuration, 'weight')).map(({ network, count }) => ({ configuration, network, count })),
      );
    fc.assert(
      fc.property(chosen, fc.integer({ min: 60, max: 3000 }), ({ configuration, network, count }, maxEvents) => {
        const drawn = timeline(networkWorkload(network), configuration, count, { maxEvents, schedule: 'weight' });
        shouldAddUp(drawn, network, configuration, count, 'weight');
        shouldPushAhead(drawn, channelLanes(configuration));
        const least = 16 + 13 * networkRun(network, configuration, 'weight').records.length;
        expect(drawn.traceEvents.length).toBeLessThanOrEqual(Math.max(maxEvents, least) + 14);
      }),
    );
  });

  it('should draw every fold of lenet5, and how its words leave', () => {
    const configuration = { ...loadConfiguration('single'), weightDepth: 2 ** 20 };
    const drawn = timeline(networkWorkload(lenet5), configuration, 2, { schedule: 'weight' });
    shouldAddUp(drawn, lenet5, configuration, 2, 'weight');
    shouldPushAhead(drawn, 16);
    expect(drawn.otherData).toMatchObject({ images: 2, batches: 2, 'batches drawn': 2, schedule: 'weight' });
    const conv2 = spans(drawn, 'layers')[1]!;
    const pushes = spans(drawn, 'weights').filter(({ ts }) => ts >= conv2.ts);
    // Weights of a fold follow the swap of the fold before, the clock before its 100 pixels.
    const first = conv2.ts + Number(conv2.args['setup']);
    expect(pushes.slice(0, 3).map(({ ts, dur }) => [ts - first, dur])).toEqual([
      [0, 16],
      [16, 16],
      [16 + 100, 16],
    ]);
    const stream = spans(drawn, 'sequencer').find(({ name, ts }) => name === 'stream fold 7' && ts > conv2.ts)!;
    expect(stream).toMatchObject({ ts: first + 17 + 700, dur: 100 });
    expect(stream.args).toMatchObject({ row: 1, column: 2, block: 0, filter: 0 });
    // 25 windows of the last of 25 folds, four pixels each.
    expect(spans(drawn, 'writes')[1]).toMatchObject({
      ts: first + 17 + 2400 + 3 + 16 + 16 + 7,
      dur: 97,
      args: { filter: 0, words: 25 },
    });
  });

  it('should draw every tile of lenet5, and how its words leave', () => {
    const configuration = loadConfiguration('default');
    const drawn = timeline(networkWorkload(lenet5), configuration, 16);
    shouldAddUp(drawn, lenet5, configuration, 16);
    const writes = spans(drawn, 'writes');
    // A window of conv1's is four tiles, whose last writes 6 filters of two packed windows: 14 x 7 + 25 + 8 + 6 + 1.
    expect(writes).toHaveLength(138);
    expect(writes[0]).toMatchObject({ dur: 12, args: { y: 1, x: 1, filter: 0, words: 12 } });
    // The second two windows.
    expect(writes[1]!.args).toMatchObject({ y: 1, x: 5 });
    // A tile of fc2's last has 84 - 5 * 16 filters.
    expect(writes.at(-2)).toMatchObject({ dur: 4, args: { filter: 80 } });
    expect(drawn.otherData).toMatchObject({ network: 'lenet5', images: 16, rows: 16, batches: 1 });
  });

  it('should draw batches one after the other, pictures under the one that runs and results between them', () => {
    const configuration = loadConfiguration('default');
    const drawn = timeline(networkWorkload(lenet5), configuration, 40);
    shouldAddUp(drawn, lenet5, configuration, 40);
    const fc3 = spans(drawn, 'layers').filter(({ name }) => name === 'fc3');
    const conv1 = spans(drawn, 'layers').filter(({ name }) => name === 'conv1');
    // 10 words of results and 16 classes.
    expect(conv1.map(({ ts }) => ts).slice(1)).toEqual(fc3.map(({ ts, dur }) => ts + dur + 26).slice(0, -1));
    expect(spans(drawn, 'host').map(({ name }) => name)).toEqual([
      'load network',
      'load images of batch 0',
      'load images of batch 1',
      'read results of batch 0',
      'load images of batch 2',
      'read results of batch 1',
      'read results of batch 2',
    ]);
  });

  it('should draw as many batches as there is room for', () => {
    const configuration = loadConfiguration('default');
    const drawn = timeline(networkWorkload(lenet5), configuration, 1_000_000, { maxEvents: 1000 });
    expect(drawn.traceEvents.length).toBeLessThanOrEqual(1012);
    expect(drawn.otherData['batches']).toBe(62_500);
    expect(drawn.otherData['batches drawn']).toBeGreaterThan(10);
    expect(drawn.otherData['batches drawn']).toBeLessThan(40);
  });

  it('should draw a ResNet whole', () => {
    const network = networkByName('resnet20');
    const configuration = loadConfiguration('cifar');
    const drawn = timeline(networkWorkload(network), configuration, 16);
    shouldAddUp(drawn, network, configuration, 16);
    expect(drawn.traceEvents.length).toBeLessThanOrEqual(20_012);
    expect(drawn.otherData['cycles']).toBeGreaterThan(2_700_000);
  });

  it('should mark layers that are not counted, and give them no length', () => {
    const network = buildNetwork({
      name: 'wide windows',
      input: { height: 20, width: 20, channels: 1 },
      layers: [
        { name: 'conv1', kernel: 1, filters: 2 },
        { name: 'conv2', kernel: 1, filters: 2, pool: 20 },
        { name: 'fc', kernel: 'full', filters: 3 },
      ],
    });
    const drawn = timeline(networkWorkload(network), loadConfiguration('default'), 16);
    const marks = drawn.traceEvents.filter(({ ph }) => ph === 'i');
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ name: 'conv2: not counted', args: { reason: 'pooling windows over 16x16' } });
    // Of 20 columns 16 are two tiles of 8 pixels, and 4 a part of their own.
    expect(spans(drawn, 'layers').map(({ name }) => name)).toEqual(['conv1', 'conv1', 'fc']);
    expect(marks[0]!.ts).toBe(spans(drawn, 'layers')[2]!.ts);
    expect(spans(drawn, 'host')).toEqual([]);
    for (const track of ['layers', 'sequencer', 'writes']) shouldBeInOrder(spans(drawn, track));
  });

  it('should mark layers whose groups cannot be held', () => {
    const network = buildNetwork({
      name: 'depthwise',
      input: { height: 5, width: 5, channels: 1 },
      layers: [
        { name: 'conv1', kernel: 1, filters: 8 },
        { name: 'conv2', kernel: 3, filters: 8, groups: 8 },
        { name: 'fc', kernel: 'full', filters: 3 },
      ],
    });
    const drawn = timeline(networkWorkload(network), HOLDING_CONFIGURATIONS['4x4']!, 1, { schedule: 'weight' });
    const marks = drawn.traceEvents.filter(({ ph }) => ph === 'i');
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({
      name: 'conv2: not counted',
      args: { reason: 'groups that are no multiple of 4 lanes' },
    });
    expect(spans(drawn, 'layers').map(({ name }) => name)).toEqual(['conv1', 'fc']);
    for (const track of ['layers', 'weights', 'sequencer', 'writes']) shouldBeInOrder(spans(drawn, track));
  });
});
