// SPDX-License-Identifier: Apache-2.0
// What happens at once: pictures come while a batch runs, results leave while the next one runs, and a third batch
// waits for room.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { PLACES, programOf, StandIn } from './stand-in.ts';
import { exchange, oneBatch, wordsOf } from './traffic.ts';
import { beatsOf, bits, buildTop, connect, read, take, TARGETS, write, type Host, type Packet } from './top.ts';

const SIZE = { rows: 3, columns: 2, dataBits: 5 };
/** Clocks of a batch of three words whose program has this gap. */
const clocksOf = (gap: number): number => 2 * (3 + 1) * (gap + 1);

let Top: Model;
beforeAll(async () => {
  Top = await buildTop(SIZE, ['load_valid', 'load_ready', 'running', 'batch_runner_u.start']);
});

/** Loads a network of three words, and makes batches for it. */
function prepare(host: Host, gap: number, count: number): { batches: Packet[]; results: bigint[][] } {
  const standIn = new StandIn(SIZE);
  const network = oneBatch(SIZE);
  const program = programOf({ count: 3, gap });
  exchange(host, network);
  exchange(host, { packets: [program], results: [], faults: [] });
  for (const packet of [...network.packets, program]) standIn.load(packet);
  const batches: Packet[] = [];
  const results: bigint[][] = [];
  for (let i = 0; i < count; i++) {
    const words = wordsOf(SIZE.rows * SIZE.dataBits, 3, i);
    const batch = { target: TARGETS.pictures0, address: PLACES.batches[i % 2]!, images: 2, words };
    standIn.load(batch);
    batches.push(batch);
    results.push(standIn.results(batch.address, 2));
  }
  host.sim.run(20);
  write(host, 'INTERRUPTS', 3);
  return { batches, results };
}

describe('batches back to back', () => {
  it('should load the next one while one runs, and start it at once', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, results } = prepare(host, 30, 6);
    let loadedWhileRunning = 0;
    let idle = 0;
    let starts = 0;
    const watch = sim.fork(function* () {
      for (;;) {
        yield;
        starts += Number(sim.exposed['batch_runner_u.start']);
        const isRunning = sim.exposed['running'] === 1;
        if (isRunning && sim.exposed['load_valid'] === 1 && sim.exposed['load_ready'] === 1) loadedWhileRunning++;
        if (!isRunning && starts > 0 && starts < 6) idle++;
      }
    });
    const received = exchange(host, { packets: batches, results, faults: [] });
    watch.kill();
    expect(received).toEqual(results);
    expect(loadedWhileRunning).toBe(5 * 3);
    // Between batches: the clock in which busy falls is seen, and the one of the start.
    expect(idle).toBeLessThanOrEqual(2 * 5);
  });

  it('should not take a third one before the first has ended', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches } = prepare(host, 30, 3);
    for (const batch of batches) host.source.send(beatsOf(batch));
    sim.run(clocksOf(30) - 20);
    // The header has passed, three words have not.
    expect(host.source.pending).toBe(3);
    expect(sim.dut['s_axis_tready']).toBe(0);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy', 'receiving') + (1 << 1));
    sim.run(40);
    expect(host.source.pending).toBe(0);
  });

  it('should not take an exclusive one before the one that runs has ended', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches } = prepare(host, 30, 2);
    for (const batch of batches) host.source.send(beatsOf({ ...batch, exclusive: true }));
    sim.run(clocksOf(30) - 20);
    expect(host.source.pending).toBe(3);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy', 'receiving'));
    sim.run(40);
    expect(host.source.pending).toBe(0);
  });

  it.each([TARGETS.weights, TARGETS.folds, TARGETS.pads, TARGETS.program])(
    'should not load target %i before the last batch has ended',
    (target) => {
      const host = connect(Top);
      using sim = host.sim;
      const { batches, results } = prepare(host, 30, 2);
      const network = oneBatch(SIZE, 50);
      const load = network.packets.find((packet) => packet.target === target)!;
      for (const packet of [...batches, load]) host.source.send(beatsOf(packet));
      sim.run(2 * clocksOf(30) - 30);
      expect(host.source.pending).toBe(load.words.length);
      sim.run(50);
      expect(host.source.pending).toBe(0);
      expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results);
    },
  );

  it('should run on while two results wait to leave, and no further', () => {
    const host = connect(Top, { out: () => true });
    using sim = host.sim;
    host.sink.stall = 'never';
    const { batches, results } = prepare(host, 0, 5);
    host.sink.stall = () => true;
    for (const batch of batches) host.source.send(beatsOf(batch));
    sim.run(500);
    expect(read(host, 'BATCHES')).toBe(1 + 2);
    // Two full banks, two batches that wait, and a fifth whose header has passed.
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'receiving') + (2 << 1) + (2 << 3));
    expect(host.source.pending).toBe(3);
    host.sink.stall = 'never';
    sim.run(500);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results);
    expect(read(host, 'BATCHES')).toBe(1 + 5);
  });

  it('should send a beat a clock', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches } = prepare(host, 30, 1);
    using capture = sim.capture({ when: 'm_axis_tvalid', signals: ['m_axis_tlast'] });
    host.source.send(beatsOf(batches[0]!));
    sim.run(clocksOf(30) + 50);
    const { cycles, count } = capture.take();
    expect(count).toBe(5);
    expect(cycles[4]! - cycles[0]!).toBe(4);
  });
});

describe('the gate', () => {
  it('should let no batch start, and not hold the one that runs', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, results } = prepare(host, 5, 2);
    for (const batch of batches) host.source.send(beatsOf(batch));
    sim.run(20);
    write(host, 'CONTROL', bits('CONTROL', 'gate'));
    sim.run(200);
    expect(read(host, 'STATUS')).toBe(1 << 1);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results.slice(0, 1));
    write(host, 'CONTROL', 0);
    sim.run(200);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results.slice(1));
  });
});

describe('a pause', () => {
  it('should change nothing but the time', () => {
    const host = connect(Top);
    using sim = host.sim;
    const { batches, results } = prepare(host, 5, 2);
    for (const batch of batches) host.source.send(beatsOf(batch));
    for (let i = 0; i < 20; i++) {
      write(host, 'CONTROL', bits('CONTROL', 'pause'));
      sim.run(7 * i);
      write(host, 'CONTROL', 0);
    }
    sim.run(200);
    expect(take(host.sink).map(({ data }) => data.map(BigInt))).toEqual(results);
  });
});
