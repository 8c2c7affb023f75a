// SPDX-License-Identifier: Apache-2.0
// The timeline of random networks: tracks in order and without overlap, sums equal to the counters, and a bound on its
// size. That its writes happen when the RTL writes is a property of its own, testbench/property/cycles.test.ts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import {
  hostCycles,
  networkCounters,
  networkWorkload,
  type Timeline,
  timeline,
  type TraceEvent,
} from '../../src/cycles/index.ts';
import { TRACKS } from '../../src/cycles/trace-event.ts';
import { buildNetwork, lenet5, networkByName, type Network, type QuantizedNetwork } from '../../src/network/index.ts';
import { cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

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

/** Holds a timeline of a network that the array computes whole against its counters, each of the batches drawn. */
function shouldAddUp(drawn: Timeline, given: Expected, configuration: Configuration, images: number): void {
  const network = 'network' in given ? given.network : given;
  const [host, layers, program, sequencer, writes] = Object.keys(TRACKS).map((track) => spans(drawn, track));
  for (const track of [host!, layers!, program!, sequencer!, writes!]) shouldBeInOrder(track);
  const batches = Number(drawn.otherData['batches drawn']);
  const names = network.layers.map(({ name }) => name);
  expect(layers!.map(({ name }) => name)).toEqual(Array.from({ length: batches }, () => names).flat());
  const counters = networkCounters(given, configuration, 1);
  layers!.forEach(({ ts: from, dur }, index) => {
    const { cycles, events } = counters[index % names.length]!;
    const to = from + dur;
    const spent = (name: string): number => sumOf(sequencer!, from, to, name, 'cycles');
    const [setup, load, stream, drain, flush] = ['setup', 'load', 'stream', 'drain', 'flush'].map(spent);
    expect({ setup, load, stream, drain, stall: 0, flush, total: dur }).toEqual(cycles);
    expect(sumOf(writes!, from, to, 'write', 'words')).toBe(events.activationWrites + events.resultWrites);
  });
  // Every clock of the layers is spent on something.
  const spans2 = sequencer!.reduce((sum, { dur }) => sum + dur, 0);
  expect(spans2).toBe(layers!.reduce((sum, { dur }) => sum + dur, 0));
  // Fields are read before the layer begins, as far as they can be.
  expect(program!.map(({ name }) => name)).toEqual(layers!.map(({ name }) => `fields of ${name}`));
  program!.forEach(({ ts, dur }, index) => {
    const { setup } = counters[index % names.length]!.cycles;
    expect(ts + dur).toBeLessThan(layers![index]!.ts + setup);
  });
  shouldOverlap(drawn, given, configuration, images);
}

/** Holds the host's track of a timeline against its cycles: what is not hidden is the time in which no layer runs. */
function shouldOverlap(drawn: Timeline, given: Expected, configuration: Configuration, images: number): void {
  const host = spans(drawn, 'host');
  const batches = Number(drawn.otherData['batches drawn']);
  const { networkLoad, imageLoad, segmentLoad, resultRead, hidden } = hostCycles(
    given,
    configuration,
    Math.min(images, batches * configuration.rows),
  );
  const sum = (what: string): number =>
    host.filter(({ name }) => name.startsWith(what)).reduce((total, { args }) => total + Number(args['words']), 0);
  expect(['load network', 'load images', 'load segment', 'read results'].map(sum)).toEqual([
    networkLoad,
    imageLoad,
    segmentLoad,
    resultRead,
  ]);
  const layers = spans(drawn, 'layers').reduce((total, { dur }) => total + dur, 0);
  expect(drawn.otherData['cycles']).toBe(layers + networkLoad + imageLoad + segmentLoad + resultRead - hidden);
}

/** Networks in segments, whose layers are several records, are those of batch-run.test.ts. */
const WHOLE = Object.values(SMALL_CONFIGURATIONS).filter(({ weightDepth }) => weightDepth > 1000);

describe('a timeline', () => {
  it('should add up to the counters, drawn whole or in part', () => {
    const chosen = fc
      .constantFrom(...WHOLE)
      .chain((configuration) =>
        cases(coreLimits(configuration)).map(({ network, count }) => ({ configuration, network, count })),
      );
    fc.assert(
      fc.property(chosen, fc.integer({ min: 60, max: 3000 }), ({ configuration, network, count }, maxEvents) => {
        const drawn = timeline(networkWorkload(network), configuration, count, { maxEvents });
        shouldAddUp(drawn, network, configuration, count);
        expect(drawn.traceEvents.length).toBeLessThanOrEqual(maxEvents + 12);
      }),
    );
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

  it('should draw batches back to back, results and pictures under the one that runs', () => {
    const configuration = loadConfiguration('default');
    const drawn = timeline(networkWorkload(lenet5), configuration, 40);
    shouldAddUp(drawn, lenet5, configuration, 40);
    const fc3 = spans(drawn, 'layers').filter(({ name }) => name === 'fc3');
    const conv1 = spans(drawn, 'layers').filter(({ name }) => name === 'conv1');
    expect(conv1.map(({ ts }) => ts).slice(1)).toEqual(fc3.map(({ ts, dur }) => ts + dur).slice(0, -1));
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
    expect(marks[0]!.ts).toBe(spans(drawn, 'layers')[1]!.ts);
    expect(spans(drawn, 'layers').map(({ name }) => name)).toEqual(['conv1', 'fc']);
    expect(spans(drawn, 'host')).toEqual([]);
    for (const track of ['layers', 'sequencer', 'writes']) shouldBeInOrder(spans(drawn, track));
  });
});
