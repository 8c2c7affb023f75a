// SPDX-License-Identifier: Apache-2.0
// A queue between two clocks, tried with clocks of random period and phase. A process on the writing clock offers words
// after random pauses, one on the reading clock takes them after random pauses, and a scoreboard compares: no word is
// lost, read twice or out of order. Processes on both clocks watch that the pointers that cross change by one bit.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, Scoreboard, type Model, type Process, type Simulation } from 'berus/sim';

interface Synchroniser {
  ports: { clk: number; rst: number; d: number; readonly q: number };
}

interface AsyncFifo {
  ports: {
    write_clk: number;
    write_rst: number;
    write_valid: number;
    write_data: number;
    readonly write_ready: number;
    read_clk: number;
    read_rst: number;
    read_ready: number;
    readonly read_valid: number;
    readonly read_data: number;
  };
  exposed: { readonly write_gray: number; readonly read_gray: number };
}

const W_ADDRESS = 3;
const DEPTH = 2 ** W_ADDRESS;
const sources = ['async_fifo.v', 'synchroniser.v'].map((name) => `${import.meta.dirname}/${name}`);

let AsyncFifo: Model<AsyncFifo>;
let Synchroniser: Model<Synchroniser>;
beforeAll(async () => {
  const expose = ['write_gray', 'read_gray'];
  AsyncFifo = await build<AsyncFifo>({ top: 'async_fifo', sources, params: { W_ADDRESS }, expose });
  Synchroniser = await build<Synchroniser>({ top: 'synchroniser', sources: sources.slice(1) });
});

type Side = 'write' | 'read';
interface Clocks {
  readonly write: { readonly period: number; readonly phase: number };
  readonly read: { readonly period: number; readonly phase: number };
}

/** Waits for the next rising edge of a side's clock. */
function* rise(sim: Simulation<AsyncFifo>, side: Side, count = 1): Process {
  for (let i = 0; i < count; i++) yield sim.edge(`${side}_clk`, 'rising');
}

/** A queue with its two clocks running, after a reset that lasts three clocks of each side. */
function createFifo(clocks: Clocks): Simulation<AsyncFifo> {
  const sim = AsyncFifo.create();
  sim.clock('write_clk', clocks.write);
  sim.clock('read_clk', clocks.read);
  sim.dut.write_rst = 1;
  sim.dut.read_rst = 1;
  const resets = [sim.fork(() => rise(sim, 'write', 3)), sim.fork(() => rise(sim, 'read', 3))];
  sim.runUntil(() => resets.every((task) => task.done), { max: 1000 });
  sim.dut.write_rst = 0;
  sim.dut.read_rst = 0;
  return sim;
}

/** Offers each word after its pause, until it goes in. */
function* write(
  sim: Simulation<AsyncFifo>,
  words: readonly number[],
  pauses: readonly number[],
  board: Scoreboard<number>,
): Process {
  for (const [index, word] of words.entries()) {
    yield* rise(sim, 'write', pauses[index % pauses.length]);
    sim.dut.write_data = word;
    sim.dut.write_valid = 1;
    do yield* rise(sim, 'write');
    while (sim.before.write_ready === 0);
    board.expect(word);
    sim.dut.write_valid = 0;
  }
}

/** Takes a word after each pause, for ever. */
function* read(sim: Simulation<AsyncFifo>, pauses: readonly number[], board: Scoreboard<number>): Process {
  for (let index = 0; ; index++) {
    yield* rise(sim, 'read', pauses[index % pauses.length]);
    sim.dut.read_ready = 1;
    do yield* rise(sim, 'read');
    while (sim.before.read_valid === 0);
    board.receive(sim.before.read_data);
    sim.dut.read_ready = 0;
  }
}

/** Watches a pointer: from one clock to the next, at most one bit changes. */
function* watchGray(sim: Simulation<AsyncFifo>, side: Side): Process {
  for (let before = sim.exposed[`${side}_gray`]; ;) {
    yield* rise(sim, side);
    const after = sim.exposed[`${side}_gray`];
    const changed = (before ^ after).toString(2).replaceAll('0', '').length;
    if (changed > 1) {
      expect.fail(`Expected ${side}_gray to change by one bit, but ${before.toString(2)} became ${after.toString(2)}.`);
    }
    before = after;
  }
}

const clock = fc
  .integer({ min: 2, max: 50 })
  .chain((period) => fc.record({ period: fc.constant(period), phase: fc.nat(period - 1) }));
const clocks = fc.record({ write: clock, read: clock });
const pauses = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(12)), { minLength: 1, maxLength: 8 });
const words = fc.array(fc.nat(255), { minLength: 1, maxLength: 60 });

describe('the queue', () => {
  it('should hand on every word once and in order, whatever the clocks and pauses are', () => {
    fc.assert(
      fc.property(clocks, words, pauses, pauses, (ticking, sent, writePauses, readPauses) => {
        using sim = createFifo(ticking);
        const board = new Scoreboard<number>({ cycle: () => sim.cycle });
        sim.fork(() => write(sim, sent, writePauses, board));
        sim.fork(() => read(sim, readPauses, board));
        sim.fork(() => watchGray(sim, 'write'));
        sim.fork(() => watchGray(sim, 'read'));
        sim.runUntil(() => board.matched === sent.length, { max: 100_000 });
        sim.run(50);
        board.finish();
      }),
    );
  });

  it('should hold as many words as it has places while nothing is read', () => {
    fc.assert(
      fc.property(clocks, (ticking) => {
        using sim = createFifo(ticking);
        sim.dut.write_valid = 1;
        sim.run(DEPTH);
        expect(sim.dut.write_ready).toBe(0);
        sim.run(50);
        sim.dut.write_valid = 0;
        let held = 0;
        sim.fork(function* () {
          sim.dut.read_ready = 1;
          for (;;) {
            yield* rise(sim, 'read');
            held += sim.before.read_valid;
          }
        });
        sim.run(2000);
        expect(held).toBe(DEPTH);
      }),
    );
  });
});

describe('the synchroniser', () => {
  it('should show each level two clocks later', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 1, minLength: 3, maxLength: 100 }), (d) => {
        using sim = Synchroniser.create();
        sim.reset('rst');
        const { q } = sim.batch({ d }, ['q']);
        expect([...q]).toEqual([0, 0, ...d.slice(0, -2)]);
      }),
    );
  });
});
