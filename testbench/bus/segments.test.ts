// SPDX-License-Identifier: Apache-2.0
// Segments of weights, which belong to batches by their order: they come while batches run, a third waits for room,
// and once the order is lost no batch gives results until a reset.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { PLACES, programOf, StandIn } from './stand-in.ts';
import { brokenPacket, exchange, oneBatch, wordsOf } from './traffic.ts';
import { beatsOf, bits, buildTop, connect, read, take, TARGETS, write, type Host, type Packet } from './top.ts';

const SIZE = { rows: 3, columns: 2, dataBits: 5 };
/** Clocks of a batch of three words whose program has this gap. */
const clocksOf = (gap: number): number => 2 * (3 + 1) * (gap + 1);

let Top: Model;
beforeAll(async () => {
  Top = await buildTop(SIZE);
});

/** Loads a network that takes its weights from segments, and makes batches with a segment each. */
function prepare(
  host: Host,
  gap: number,
  count: number,
): { batches: Packet[]; segments: Packet[]; results: bigint[][] } {
  const standIn = new StandIn(SIZE);
  const network = oneBatch(SIZE);
  const program = programOf({ count: 3, gap, segment: true });
  exchange(host, network);
  exchange(host, { packets: [program], results: [], faults: [] });
  for (const packet of [...network.packets, program]) standIn.load(packet);
  const batches: Packet[] = [];
  const segments: Packet[] = [];
  const results: bigint[][] = [];
  for (let i = 0; i < count; i++) {
    const words = wordsOf(SIZE.rows * SIZE.dataBits, 3, i);
    const batch = { target: TARGETS.pictures0, address: PLACES.batches[i % 2]!, images: 1, words };
    const segment = { target: TARGETS.segment, address: 4 * (i % 2), words: wordsOf(12, 4, 100 + i) };
    standIn.load(batch);
    standIn.load(segment);
    batches.push(batch);
    segments.push(segment);
    results.push(standIn.results(batch.address, 1, segment.address));
  }
  host.sim.run(20);
  return { batches, segments, results };
}

function send({ source }: Host, ...packets: readonly Packet[]): void {
  for (const packet of packets) source.send(beatsOf(packet));
}

describe('segments', () => {
  it.each([
    ['never', undefined],
    ['by turns', [true, false, false, true, true, false]],
  ])('should reach their batches while others run, with stalls %s', (_, pattern) => {
    const stalls = pattern === undefined ? {} : { in: pattern, out: pattern };
    const host = connect(Top, stalls);
    using _sim = host.sim;
    const { batches, segments, results } = prepare(host, 3, 6);
    const packets = batches.flatMap((batch, i) => [batch, segments[i]!]);
    expect(exchange(host, { packets, results, faults: [] })).toEqual(results);
    expect(read(host, 'ERRORS')).toBe(0);
  });

  it('should be taken ahead of their batches', () => {
    const host = connect(Top);
    using _sim = host.sim;
    const { batches, segments, results } = prepare(host, 3, 4);
    const packets = [segments[0]!, segments[1]!, batches[0]!, batches[1]!, segments[2]!, batches[2]!, segments[3]!];
    expect(exchange(host, { packets: [...packets, batches[3]!], results, faults: [] })).toEqual(results);
  });

  it('should wait for room where two are held', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, segments, results } = prepare(host, 20, 3);
    send(host, batches[0]!, ...segments);
    sim.run(clocksOf(20) / 2 - 20);
    expect(host.source.pending).toBe(4);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy', 'receiving'));
    sim.run(clocksOf(20));
    expect(host.source.pending).toBe(0);
    send(host, batches[1]!, batches[2]!);
    sim.run(3 * clocksOf(20));
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results);
  });

  it('should be waited for', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, segments, results } = prepare(host, 2, 2);
    send(host, ...batches);
    sim.run(1000);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy') + (1 << 1));
    send(host, ...segments);
    sim.run(200);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results);
  });
});

describe('a lost segment', () => {
  /** Batches are dropped and flagged until a reset, after which the next ones are right. */
  function shouldDropUntilReset(host: Host, batch: Packet, segment: Packet, result: bigint[]): void {
    const { sim } = host;
    write(host, 'ERRORS', 0x1ff);
    send(host, segment, batch);
    sim.run(200);
    expect(take(host.sink)).toEqual([]);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'segment'));
    write(host, 'CONTROL', bits('CONTROL', 'softReset'));
    sim.run(10);
    write(host, 'ERRORS', 0x1ff);
    expect(exchange(host, { packets: [batch, segment], results: [result], faults: [] })).toEqual([result]);
    expect(read(host, 'STATUS')).toBe(0);
  }

  it.each([
    ['short', 0],
    ['short', 1],
    ['long', 1],
    ['range', 0],
    ['range', 1],
  ] as const)('should be flagged where its packet breaks a rule: %s, variant %i', (fault, seed) => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, segments, results } = prepare(host, 2, 1);
    send(host, brokenPacket(SIZE, fault, TARGETS.segment, seed));
    sim.run(20);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', fault));
    shouldDropUntilReset(host, batches[0]!, segments[0]!, results[0]!);
  });

  it('should be taken for granted where a batch that uses segments is dropped', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, segments, results } = prepare(host, 2, 2);
    write(host, 'WATCHDOG', 200);
    // The second batch gets no segment.
    send(host, batches[0]!, segments[0]!, batches[1]!);
    sim.run(500);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual([results[0]]);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'watchdog'));
    shouldDropUntilReset(host, batches[0]!, segments[0]!, results[0]!);
  });

  it('should be nothing where no segment is used', () => {
    const host = connect(Top);
    using sim = host.sim;
    write(host, 'WATCHDOG', 100);
    const batch = { target: TARGETS.pictures0, address: 0, images: 1, words: [1n, 2n, 3n] };
    send(host, programOf({ count: 3, endless: true }), batch);
    sim.run(300);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'watchdog'));
    const after = oneBatch(SIZE);
    expect(exchange(host, after)).toEqual(after.results);
  });
});

describe('a segment for a weight buffer of one port', () => {
  it('should be flagged as an unknown target, also under a batch, and change nothing', async () => {
    const host = connect(await buildTop({ ...SIZE, weightPorts: 1 }));
    using _sim = host.sim;
    const { packets, results } = oneBatch(SIZE);
    const [pictures, ...rest] = packets.toReversed();
    const segment = { target: TARGETS.segment, address: 0, words: wordsOf(12, 4, 7) };
    const slow = [...rest.toReversed(), programOf({ count: 3, gap: 20 }), pictures!];
    expect(exchange(host, { packets: [...slow, segment], results, faults: ['target'] })).toEqual(results);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'target'));
    write(host, 'ERRORS', 0x1ff);
    const after = oneBatch(SIZE);
    expect(exchange(host, after)).toEqual(after.results);
    expect(read(host, 'ERRORS')).toBe(0);
  });
});
