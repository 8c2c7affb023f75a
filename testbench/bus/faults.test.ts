// SPDX-License-Identifier: Apache-2.0
// Each way to go wrong is flagged with its own bit, tells the host, drops its batch and nothing else, and the next
// batch is right.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { PLACES, programOf, StandIn } from './stand-in.ts';
import { brokenPacket, exchange, FAULTS, oneBatch, wordsOf } from './traffic.ts';
import { beatsOf, bits, buildTop, connect, DEPTHS, read, take, TARGETS, write, type Host, type Packet } from './top.ts';

const SIZE = { rows: 3, columns: 2, dataBits: 5 };

let Top: Model;
beforeAll(async () => {
  Top = await buildTop(SIZE);
});

const pictures = (address = 0, images = 1, count = 3): Packet => ({
  target: TARGETS.pictures0,
  address,
  images,
  words: wordsOf(SIZE.rows * SIZE.dataBits, count, 5),
});

function send({ source, sim }: Host, ...packets: readonly Packet[]): void {
  for (const packet of packets) source.send(beatsOf(packet));
  sim.runUntil(() => source.pending === 0, { max: 5000 });
}

/** Interrupts come from errors alone, and none is there. */
function listen(host: Host): void {
  write(host, 'CONTROL', bits('CONTROL', 'errorInterrupt'));
  host.sim.run(5);
  expect(host.sim.dut['irq']).toBe(0);
}

/** An error was flagged and told; clears it, and then a batch is right. */
function shouldFlagAndGoOn(host: Host, fault: string, dropped: number): void {
  host.sim.run(5);
  expect(host.sim.dut['irq']).toBe(1);
  expect(read(host, 'ERRORS')).toBe(bits('ERRORS', fault));
  expect(read(host, 'INTERRUPTS')).toBe(bits('INTERRUPTS', 'error'));
  expect(read(host, 'STATUS')).toBe(bits('STATUS', 'error', 'irq'));
  expect(read(host, 'BATCHES')).toBe(0);
  expect(read(host, 'DROPPED')).toBe(dropped);
  expect(take(host.sink)).toEqual([]);
  write(host, 'ERRORS', ~bits('ERRORS', fault) >>> 0);
  expect(read(host, 'ERRORS')).toBe(bits('ERRORS', fault));
  write(host, 'ERRORS', bits('ERRORS', fault));
  write(host, 'INTERRUPTS', bits('INTERRUPTS', 'error'));
  expect(read(host, 'STATUS')).toBe(0);
  expect(host.sim.dut['irq']).toBe(0);
  const after = oneBatch(SIZE);
  expect(exchange(host, after)).toEqual(after.results);
  expect(read(host, 'BATCHES')).toBe(1);
  expect(read(host, 'ERRORS')).toBe(0);
}

describe('a packet that breaks a rule', () => {
  // What becomes of a segment is a matter of its own: see segments.test.ts.
  const targets = Object.entries(TARGETS).filter(([name]) => name !== 'segment');
  const cases = FAULTS.flatMap((fault) =>
    targets.flatMap(([name, target]) => [0, 1].map((seed) => [fault, name, target, seed] as const)),
  );

  it.each(cases)('should be swallowed and flagged: %s, %s (%i), variant %i', (fault, _, target, seed) => {
    const host = connect(Top);
    using _sim = host.sim;
    listen(host);
    send(host, brokenPacket(SIZE, fault, target, seed));
    shouldFlagAndGoOn(host, fault, 0);
  });

  it('should be flagged for each of its faults', () => {
    const host = connect(Top);
    using _sim = host.sim;
    send(host, { ...pictures(DEPTHS.activations, SIZE.rows + 1), words: [] });
    host.sim.run(5);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'range', 'images', 'short'));
  });

  it('should be let pass where it ends with the last word of its buffer', () => {
    const host = connect(Top);
    using _sim = host.sim;
    send(host, programOf({ count: 3 }), pictures(DEPTHS.activations - 3));
    host.sim.run(5);
    expect(read(host, 'ERRORS')).toBe(0);
  });

  it('should not make the batches before and after it wait or change', () => {
    const host = connect(Top);
    using _sim = host.sim;
    const standIn = new StandIn(SIZE);
    const good = oneBatch(SIZE, 9);
    expect(exchange(host, good)).toEqual(good.results);
    for (const packet of good.packets) standIn.load(packet);
    const batches = PLACES.batches.map((address, i) => ({ ...pictures(address, 1 + i), exclusive: i === 1 }));
    for (const packet of batches) standIn.load(packet);
    const results = batches.map(({ address, images }) => standIn.results(address, images!));
    const packets = [batches[0]!, brokenPacket(SIZE, 'long', 0, 1), brokenPacket(SIZE, 'images', 0, 1), batches[1]!];
    expect(exchange(host, { packets, results, faults: [] })).toEqual(results);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'long', 'images'));
  });
});

describe('a batch that goes wrong', () => {
  it.each([
    ['command', programOf({ count: 3, malformed: true }), pictures()],
    // The packet is inside the buffer, but the program reads three words.
    ['address', programOf({ count: 3 }), pictures(DEPTHS.activations - 2, 1, 2)],
  ])('should be dropped and flagged: %s', (fault, program, batch) => {
    const host = connect(Top);
    using _sim = host.sim;
    listen(host);
    send(host, program, batch);
    host.sim.run(30);
    shouldFlagAndGoOn(host, fault, 1);
  });

  it('should be ended by the watchdog, and so should the one that waits', () => {
    const host = connect(Top);
    using _sim = host.sim;
    listen(host);
    write(host, 'WATCHDOG', 100);
    send(host, programOf({ count: 3, endless: true }), pictures(0), pictures(4));
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy') + (1 << 1));
    host.sim.run(250);
    shouldFlagAndGoOn(host, 'watchdog', 2);
  });

  it('should not be ended by a watchdog that is off', () => {
    const host = connect(Top);
    using _sim = host.sim;
    write(host, 'WATCHDOG', 0);
    send(host, programOf({ count: 3, endless: true }), pictures(0));
    host.sim.run(10_000);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy'));
    write(host, 'WATCHDOG', 0x8000_0000);
    host.sim.run(1000);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy'));
    write(host, 'WATCHDOG', 1000);
    host.sim.run(10);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', 'watchdog'));
  });
});

describe('the watchdog', () => {
  // A word takes gap + 1 clocks in each of two layers, and a layer's end as many.
  const clocks = 2 * (3 + 1) * (4 + 1);

  it.each([
    ['exactly as many clocks as it may', clocks, 0],
    ['a clock more', clocks - 1, 1],
  ])('should see a batch that takes %s', (_, limit, dropped) => {
    const host = connect(Top);
    using _sim = host.sim;
    write(host, 'WATCHDOG', limit);
    send(host, programOf({ count: 3, gap: 4 }), pictures());
    host.sim.run(100);
    expect(read(host, 'DROPPED')).toBe(dropped);
    expect(read(host, 'BATCHES')).toBe(1 - dropped);
  });

  it('should not count while the core is paused', () => {
    const host = connect(Top);
    using _sim = host.sim;
    write(host, 'WATCHDOG', clocks);
    send(host, programOf({ count: 3, gap: 4 }), pictures());
    write(host, 'CONTROL', bits('CONTROL', 'pause'));
    host.sim.run(500);
    expect(read(host, 'STATUS')).toBe(bits('STATUS', 'busy'));
    expect(take(host.sink)).toEqual([]);
    write(host, 'CONTROL', 0);
    host.sim.run(100);
    expect(read(host, 'BATCHES')).toBe(1);
    expect(read(host, 'ERRORS')).toBe(0);
  });

  it('should leave the results of the batch before alone', () => {
    const host = connect(Top, { out: [...Array.from({ length: 400 }, () => true), false] });
    using _sim = host.sim;
    const first = oneBatch(SIZE);
    write(host, 'WATCHDOG', 50);
    send(host, ...first.packets, programOf({ count: 3, endless: true }), pictures(0));
    host.sim.run(100);
    expect(read(host, 'DROPPED')).toBe(1);
    expect(take(host.sink)).toEqual([]);
    host.sink.stall = 'never';
    host.sim.run(30);
    const [frame, ...others] = take(host.sink);
    expect(frame!.data.map(BigInt)).toEqual(first.results[0]);
    expect(others).toEqual([]);
  });
});

describe('irq', () => {
  it('should rise when a batch ends, if that is asked for, until it is cleared', () => {
    const host = connect(Top, { out: [true, true, true, true, true, true, true, false] });
    using _sim = host.sim;
    const { packets } = oneBatch(SIZE);
    send(host, ...packets);
    host.sim.run(50);
    expect(host.sim.dut['irq']).toBe(0);
    expect(read(host, 'INTERRUPTS')).toBe(bits('INTERRUPTS', 'batch'));
    write(host, 'CONTROL', bits('CONTROL', 'errorInterrupt'));
    expect(host.sim.dut['irq']).toBe(0);
    write(host, 'CONTROL', bits('CONTROL', 'batchInterrupt'));
    expect(host.sim.dut['irq']).toBe(1);
    write(host, 'INTERRUPTS', bits('INTERRUPTS', 'error'));
    expect(host.sim.dut['irq']).toBe(1);
    write(host, 'INTERRUPTS', bits('INTERRUPTS', 'batch'));
    expect(host.sim.dut['irq']).toBe(0);
    send(host, ...packets);
    host.sim.run(50);
    expect(host.sim.dut['irq']).toBe(1);
    expect(read(host, 'BATCHES')).toBe(2);
  });
});
