// SPDX-License-Identifier: Apache-2.0
// The timeline of random networks: tracks in order and without overlap, sums equal to the counters, and a bound on its
// size. That its writes happen when the RTL writes is a property of its own, testbench/property/cycles.test.ts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import {
  hostCycles,
  layerCounters,
  networkWorkload,
  type Timeline,
  timeline,
  type TraceEvent,
} from '../../src/cycles/index.ts';
import { lenet5, networkByName, type Network } from '../../src/network/index.ts';
import { cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';

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

/** Holds a timeline of a network that the array computes whole against its counters. */
function shouldAddUp(drawn: Timeline, network: Network, configuration: (typeof SMALL_CONFIGURATIONS)[string]): void {
  const [host, layers, sequencer, writes] = ['host', 'layers', 'sequencer', 'writes'].map((track) =>
    spans(drawn, track),
  );
  for (const track of [host!, layers!, sequencer!, writes!]) shouldBeInOrder(track);
  expect(layers!.map(({ name }) => name)).toEqual(network.layers.map(({ name }) => name));
  network.layers.forEach((layer, index) => {
    const { cycles, events } = layerCounters(layer, configuration, 1);
    const { ts: from, dur } = layers![index]!;
    const to = from + dur;
    const spent = (name: string): number => sumOf(sequencer!, from, to, name, 'cycles');
    const [setup, stream, drain, flush] = ['setup', 'stream', 'drain', 'flush'].map(spent);
    expect({ setup, stream, drain, stall: 0, flush, total: dur }).toEqual(cycles);
    expect(sumOf(writes!, from, to, 'write', 'words')).toBe(events.activationWrites);
  });
  // Every clock of the layers is spent on something.
  const spans2 = sequencer!.reduce((sum, { dur }) => sum + dur, 0);
  expect(spans2).toBe(layers!.reduce((sum, { dur }) => sum + dur, 0));
  const { networkLoad, imageLoad, resultRead } = hostCycles(network, configuration, 1);
  expect(host!.map(({ name, dur }) => [name, dur])).toEqual([
    ['load network', networkLoad],
    ['load images', imageLoad],
    ['read results', resultRead],
  ]);
  expect(host![2]!.ts).toBe(networkLoad + imageLoad + spans2);
}

describe('a timeline', () => {
  it('should add up to the counters, drawn whole or in part', () => {
    const chosen = fc.constantFrom(...Object.values(SMALL_CONFIGURATIONS)).chain((configuration) => {
      const limits = {
        bits: configuration.dataBits,
        maxImages: 1,
        maxMap: 500,
        maxTaps: 80,
        maxFilters: 12,
        maxLayers: 3,
      };
      return cases(limits).map(({ network }) => ({ configuration, network: network.network }));
    });
    fc.assert(
      fc.property(chosen, fc.integer({ min: 40, max: 3000 }), ({ configuration, network }, maxEvents) => {
        const drawn = timeline(networkWorkload(network), configuration, 1, { maxEvents });
        shouldAddUp(drawn, network, configuration);
        expect(drawn.traceEvents.length).toBeLessThanOrEqual(Math.max(maxEvents, 40) + 12);
      }),
    );
  });

  it('should draw every tile of lenet5, and how its words leave', () => {
    const configuration = loadConfiguration('default');
    const drawn = timeline(networkWorkload(lenet5), configuration, 16);
    shouldAddUp(drawn, lenet5, configuration);
    const writes = spans(drawn, 'writes');
    // 784 + 100 + 8 + 6 + 1 tiles; a tile of conv1 writes 6 words, one of fc2's last tile 84 - 5 * 16 = 4.
    expect(writes).toHaveLength(899);
    expect(writes[0]).toMatchObject({ dur: 6, args: { tiles: 1, y: 0, x: 0, filter: 0, words: 6 } });
    // The third pixel of the second pooling window.
    expect(writes[6]!.args).toMatchObject({ y: 1, x: 2 });
    expect(writes.at(-2)).toMatchObject({ dur: 4, args: { filter: 80 } });
    expect(drawn.otherData).toMatchObject({ network: 'lenet5', images: 16, rows: 16 });
  });

  it('should mark layers that are not counted, and give them no length', () => {
    const network = networkByName('resnet20');
    const drawn = timeline(networkWorkload(network), loadConfiguration('default'), 16);
    const marks = drawn.traceEvents.filter(({ ph }) => ph === 'i');
    expect(marks[0]).toMatchObject({ name: 'conv1: not counted', ts: 0, args: { reason: 'multiplying cells' } });
    expect(marks.length + spans(drawn, 'layers').length).toBe(network.layers.length);
    expect(spans(drawn, 'host')).toEqual([]);
    for (const track of ['layers', 'sequencer', 'writes']) shouldBeInOrder(spans(drawn, track));
    expect(drawn.traceEvents.length).toBeLessThanOrEqual(20_000);
  });
});
