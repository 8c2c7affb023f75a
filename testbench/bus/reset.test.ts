// SPDX-License-Identifier: Apache-2.0
// A soft reset at any moment: what had left the top is right, a packet that it cuts short says so, everything is idle
// after it, and the next batch is right.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AxiStreamFrame, Model } from '../../sim/index.ts';
import { programOf } from './stand-in.ts';
import { brokenPacket, exchange, oneBatch, stallPatterns, stepsFor, trafficOf, wordsOf, type Step } from './traffic.ts';
import { beatsOf, bits, buildTop, connect, offsetOf, read, run, take, TARGETS, write, type Stalls } from './top.ts';

const SIZE = { rows: 3, columns: 2, dataBits: 5 };

let Top: Model;
beforeAll(async () => {
  Top = await buildTop(SIZE);
});

/** Whole packets are the first of those expected, and one that was cut short is the beginning of the next. */
function shouldBeginLike(frames: readonly AxiStreamFrame[], results: readonly (readonly bigint[])[]): void {
  for (const [i, { data, user }] of frames.entries()) {
    const beats = data.map(BigInt);
    expect(user!.slice(0, -1).map(Number)).toEqual(beats.slice(1).map(() => 0));
    if (Number(user!.at(-1)) === 0) expect(beats).toEqual(results[i]);
    else {
      expect(i).toBe(frames.length - 1);
      expect(beats.slice(0, -1)).toEqual(results[i]!.slice(0, beats.length - 1));
      expect(beats.length).toBeGreaterThan(1);
    }
  }
}

interface Moment {
  /** Clocks from the first packet's beginning to the reset. */
  readonly clocks: number;
  /** Clocks to another reset after it, from its answer on. */
  readonly again: number | undefined;
  readonly seed: number;
}

function check(given: readonly Step[], stalls: Stalls, { clocks, again, seed }: Moment): void {
  const { packets, results } = trafficOf(SIZE, given);
  const host = connect(Top, stalls, seed);
  using sim = host.sim;
  write(host, 'WATCHDOG', 12_345);
  write(host, 'CONTROL', bits('CONTROL', 'batchInterrupt'));
  let isOver = false;
  const sender = sim.fork(function* () {
    for (const packet of packets) if (!isOver) yield* host.source.send(beatsOf(packet));
  });
  const reset = bits('CONTROL', 'softReset', 'errorInterrupt');
  run(host, function* () {
    yield sim.cycles(clocks);
    isOver = true;
    yield* host.bus.write(offsetOf('CONTROL'), reset);
    if (again !== undefined) {
      yield sim.cycles(again);
      yield* host.bus.write(offsetOf('CONTROL'), reset);
    }
  });
  sim.finish([sender], { max: 1000 });
  sim.run(100);
  shouldBeginLike(take(host.sink), results);
  const { error, irq } = { error: bits('STATUS', 'error'), irq: bits('STATUS', 'irq') };
  expect(read(host, 'STATUS') & ~error & ~irq).toBe(0);
  expect(read(host, 'WATCHDOG')).toBe(12_345);
  expect(read(host, 'CONTROL')).toBe(bits('CONTROL', 'errorInterrupt'));
  expect(read(host, 'BATCHES')).toBe(0);
  const after = oneBatch(SIZE, seed);
  expect(exchange(host, after)).toEqual(after.results);
  expect(read(host, 'BATCHES')).toBe(1);
}

describe('a soft reset', () => {
  it('should leave everything idle and the next batch right, at any moment', () => {
    const moment = fc.record({
      clocks: fc.nat(250),
      again: fc.option(fc.nat(20), { nil: undefined }),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    });
    fc.assert(fc.property(stepsFor(SIZE), stallPatterns, moment, check), { numRuns: 300 });
  });

  it('should end a packet that nobody takes as soon as somebody does', () => {
    const host = connect(Top, { out: () => true });
    using sim = host.sim;
    const { packets, results } = oneBatch(SIZE);
    for (const packet of packets) host.source.send(beatsOf(packet));
    sim.run(100);
    write(host, 'CONTROL', bits('CONTROL', 'softReset'));
    sim.run(100);
    expect(sim.dut['m_axis_tvalid']).toBe(1);
    expect(read(host, 'STATUS')).toBe(0);
    // The next batch runs meanwhile, and its results wait behind the end of the packet.
    for (const packet of packets) host.source.send(beatsOf(packet));
    sim.run(100);
    expect(read(host, 'BATCHES')).toBe(1);
    host.sink.stall = 'never';
    sim.run(20);
    const [cut, whole] = take(host.sink);
    expect(cut!.data).toHaveLength(2);
    expect(BigInt(cut!.data[0]!)).toBe(results[0]![0]);
    expect(cut!.user!.map(Number)).toEqual([0, 1]);
    expect(whole!.data.map(BigInt)).toEqual(results[0]);
    expect(whole!.user!.map(Number)).toEqual(results[0]!.map(() => 0));
  });

  it('should drop a packet that is being received, to its end', () => {
    const host = connect(Top);
    using sim = host.sim;
    const words = wordsOf(SIZE.rows * SIZE.dataBits, 3, 1);
    const beats = beatsOf({ target: TARGETS.pictures0, address: 0, images: 1, words });
    host.source.send(beatsOf(programOf({ count: 3 })));
    sim.run(20);
    host.source.stall = [false, ...Array.from({ length: 30 }, () => true)];
    host.source.send(beats);
    sim.run(4);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'receiving'));
    write(host, 'CONTROL', bits('CONTROL', 'softReset'));
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'receiving'));
    host.source.stall = 'never';
    sim.run(200);
    expect(host.source.pending).toBe(0);
    expect(read(host, 'STATUS')).toBe(0);
    expect(read(host, 'ERRORS')).toBe(0);
    expect(read(host, 'BATCHES')).toBe(0);
  });

  it('should end a batch that does not end', () => {
    const host = connect(Top);
    using sim = host.sim;
    const batch = { target: TARGETS.pictures0, address: 0, images: 1, words: [1n, 2n, 3n] };
    for (const packet of [programOf({ count: 3, endless: true }), batch, batch, brokenPacket(SIZE, 'short', 0, 1)]) {
      host.source.send(beatsOf(packet));
    }
    sim.run(200);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy', 'receiving') + (1 << 1));
    write(host, 'CONTROL', bits('CONTROL', 'softReset'));
    sim.run(10);
    expect(host.source.pending).toBe(0);
    expect(read(host, 'STATUS')).toBe(0);
    const after = oneBatch(SIZE);
    expect(exchange(host, after)).toEqual(after.results);
  });
});
