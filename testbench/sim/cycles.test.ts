// SPDX-License-Identifier: Apache-2.0

import { beforeAll, describe, expect, it } from 'vitest';
import { build, SimulationError, type Model, type Simulation } from '../../sim/index.ts';
import { errorOf, fixture } from './support.ts';

interface CounterPorts {
  clk: number;
  rst: number;
  en: number;
  count: number;
  done: number;
}

let Counter: Model<{ ports: CounterPorts }>;
let Ports: Model;

beforeAll(async () => {
  Counter = await build<{ ports: CounterPorts }>({ top: 'counter', sources: [fixture('counter.v')] });
  Ports = await build({ top: 'ports', sources: [fixture('ports.v')] });
});

function createReset(): Simulation<{ ports: CounterPorts }> {
  const sim = Counter.create();
  sim.dut.rst = 1;
  sim.tick();
  sim.dut.rst = 0;
  sim.dut.en = 1;
  return sim;
}

describe('power-up', () => {
  it('should be random, chosen by the seed, and the same each time', () => {
    const counts = [1, 2, 3, 4, 5, 1].map((seed) => {
      using sim = Counter.create({ seed });
      return sim.dut.count;
    });
    expect(counts[5]).toBe(counts[0]);
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  it.each([0, -1, 1.5, 2 ** 31, Number.NaN])('should refuse seed %s', (seed) => {
    expect(() => Counter.create({ seed })).toThrow(
      `Expected seed to be an integer from 1 to 2147483647, but received ${seed}.`,
    );
  });

  it('should not lose the first edge', () => {
    using sim = Counter.create();
    sim.dut.rst = 1;
    sim.tick();
    expect(sim.dut.count).toBe(0);
  });
});

describe('step', () => {
  it('should count one cycle for each edge', () => {
    using sim = createReset();
    sim.tick();
    expect(sim.dut.count).toBe(1);
    sim.run(9);
    expect(sim.dut.count).toBe(10);
    sim.run(0);
    expect(sim.dut.count).toBe(10);
    expect(sim.cycle).toBe(11);
    sim.dut.en = 0;
    sim.run(5);
    expect(sim.dut.count).toBe(10);
  });

  it('should settle logic after the edge', () => {
    using sim = createReset();
    sim.run(99);
    expect(sim.dut.done).toBe(0);
    sim.tick();
    expect([sim.dut.count, sim.dut.done]).toEqual([100, 1]);
  });

  it.each([-1, 0.5, Number.NaN, Infinity])('should refuse %s cycles', (count) => {
    using sim = createReset();
    expect(() => sim.run(count)).toThrow(
      `Expected the number of cycles to be an integer from 0 to 2^53 - 1, but received ${count}.`,
    );
  });

  it('should refuse to run without a clock, or with one that is none', async () => {
    using sim = await createWithoutClock();
    sim.eval();
    expect(() => sim.tick()).toThrow(/^Expected idle to have a clock, but received none/);
    expect(() => Counter.create({ clock: 'count' })).toThrow(
      'Expected clock to be a 1-bit input of counter (clk, rst, en), but received "count".',
    );
  });

  it('should run the clock that it is told', () => {
    using sim = Counter.create({ clock: 'en' });
    const before = sim.dut.count;
    sim.run(3);
    expect(sim.dut.count).toBe(before);
    sim.dut.clk = 1;
    sim.eval();
    expect(sim.dut.count).toBe((before + 1) % 256);
  });
});

async function createWithoutClock(): Promise<Simulation> {
  const Idle = await build({ top: 'idle', sources: [fixture('idle.v')] });
  return Idle.create();
}

describe('runUntil', () => {
  it('should return the cycles taken, and leave the edge of the last one to the next call', () => {
    using sim = createReset();
    expect(sim.runUntil('done', { max: 1000 })).toBe(100);
    expect([sim.dut.count, sim.dut.clk, sim.cycle]).toEqual([100, 0, 101]);
    expect(sim.runUntil('done', { max: 1000 })).toBe(0);
    sim.tick();
    expect([sim.dut.count, sim.dut.done]).toEqual([101, 0]);
  });

  it('should see inputs that were written before it, with logic settled', () => {
    using sim = Ports.create();
    sim.dut.a8 = 255;
    expect(sim.runUntil('y8', { max: 0, value: 0 })).toBe(0);
  });

  it('should wait for a value, narrow or wide', () => {
    using sim = createReset();
    expect(sim.runUntil('count', { max: 1000, value: 42 })).toBe(42);
    expect(sim.runUntil('count', { max: 1000, value: 0 })).toBe(256 - 42);
    using ports = Ports.create();
    ports.dut.a128 = 2n ** 127n + 5n;
    expect(ports.runUntil('q', { max: 9, value: 2n ** 127n + 5n })).toBe(1);
    ports.dut.a128 = 2n ** 64n;
    ports.tick();
    expect(ports.runUntil('q', { max: 9 })).toBe(0);
    expect(() => ports.runUntil('q', { max: 9, value: 7 })).toThrow('Expected port q to be a bigint');
    expect(() => sim.runUntil('count', { max: 9, value: 256 })).toThrow('from 0 to 255, but received 256.');
  });

  it('should give up after max cycles', async () => {
    using sim = createReset();
    const error = await errorOf(SimulationError, () => sim.runUntil('done', { max: 60 }));
    expect([error.kind, error.cycle]).toEqual(['timeout', 61]);
    expect(error.message).toBe('Expected done to have a value other than 0 within 60 cycles, but it is still 0.');
    expect(sim.runUntil('done', { max: 40 })).toBe(40);
    expect(() => sim.runUntil('done', { max: -1 })).toThrow('Expected max to be an integer from 0');
    expect(() => sim.runUntil('nothing' as 'done', { max: 1 })).toThrow('but received "nothing".');
    // Its promise would be true at once.
    expect(() => sim.runUntil((async () => false) as never, { max: 1 })).toThrow(
      'Expected a predicate to return whether it holds, but received a promise; it cannot be async.',
    );
  });
});

describe('batch', () => {
  it('should run one cycle for each row and sample before the edge', () => {
    using sim = createReset();
    const { count, done } = sim.batch({ en: Uint8Array.of(1, 0, 1, 1), rst: Uint16Array.of(0, 0, 0, 1) }, [
      'count',
      'done',
    ]);
    expect(count).toEqual(Uint8Array.of(0, 1, 1, 2));
    expect(done).toEqual(Uint8Array.of(0, 0, 0, 0));
    expect([sim.dut.count, sim.cycle]).toEqual([0, 5]);
  });

  it('should equal single steps', () => {
    const rows = 300;
    const en = Uint8Array.from({ length: rows }, (_, i) => Number((i * 7) % 3 > 0));
    using whole = createReset();
    using single = createReset();
    const { count } = whole.batch({ en }, ['count']);
    for (let i = 0; i < rows; i++) {
      single.dut.en = en[i]!;
      expect(count[i]).toBe(single.dut.count);
      single.tick();
    }
    expect(whole.dut.count).toBe(single.dut.count);
  });

  it('should move ports of every width', () => {
    using sim = Ports.create();
    const wide = Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const result = sim.batch(
      {
        a12: Uint16Array.of(0xabc, 1),
        a32: Uint8Array.of(1, 2),
        a40: BigUint64Array.of(0xffffffffffn, 1n),
        a64: Uint32Array.of(1, 2, 3, 4),
        a128: wide,
      },
      ['y12', 'y32', 'y40', 'y64', 'y128', 'q'],
    );
    expect(result['y12']).toEqual(Uint16Array.of(0x543, 0xffe));
    expect(result['y32']).toEqual(Uint32Array.of(0xfffffffe, 0xfffffffd));
    expect(result['y40']).toEqual(Uint32Array.of(0, 0, 0xfffffffe, 0xff));
    expect(result['y64']).toEqual(Uint32Array.of(1, 2, 3, 4).map((word) => ~word));
    expect(result['y128']).toEqual(wide.map((word) => ~word));
    expect((result['q'] as Uint32Array).slice(4)).toEqual(wide.slice(0, 4));
  });

  it('should take views into shared memory and no rows at all', () => {
    using sim = createReset();
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(1);
    expect(sim.batch({ en: shared }, ['count']).count).toEqual(Uint8Array.of(0, 1, 2, 3));
    expect(sim.batch({ en: new Uint8Array(0) }, ['count']).count).toHaveLength(0);
    expect(sim.batch({ en: new Uint8Array(8).subarray(2, 4).fill(1) }, ['count']).count).toEqual(Uint8Array.of(4, 5));
  });

  it.each<[string, object, string]>([
    [
      'two lengths',
      { en: new Uint8Array(3), rst: new Uint8Array(2) },
      'Expected rst to have 3 rows like en, but received 2.',
    ],
    [
      'a value too wide',
      { en: Uint8Array.of(0, 2) },
      'Expected en in row 1 to be an integer from 0 to 1, but received 2.',
    ],
    ['an output', { count: new Uint8Array(1) }, 'Expected a write to an input, but received output port count.'],
    [
      'the clock',
      { clk: new Uint8Array(1) },
      'Expected one driver of port clk, but received a column of batch although',
    ],
    ['no port', { enable: new Uint8Array(1) }, 'but received "enable".'],
    ['no input', {}, 'Expected inputs to name at least one port, but received none.'],
    [
      'a signed array',
      { en: new Int8Array(1) },
      'Expected en to be a Uint8Array, Uint16Array or Uint32Array, but received Int8Array.',
    ],
    ['a plain array', { en: [1] }, 'but received Array.'],
  ])('should refuse %s', (_, inputs, message) => {
    using sim = createReset();
    const before = sim.cycle;
    expect(() => sim.batch(inputs as Record<string, Uint8Array>)).toThrow(message);
    expect(sim.cycle).toBe(before);
  });

  it('should find a value too wide wherever it is, in memory of any length and alignment', () => {
    using sim = Ports.create();
    const offer = (port: string, column: Uint8Array | Uint16Array | Uint32Array): unknown =>
      sim.batch({ [port]: column });
    for (const [port, top, Column] of [
      ['a1', 2, Uint8Array],
      ['a1', 2, Uint16Array],
      ['a12', 4096, Uint16Array],
      ['a8', 256, Uint32Array],
    ] as const) {
      for (let offset = 0; offset < 4; offset++) {
        for (let rows = 1; rows <= 9; rows++) {
          const column = new Column(offset + rows).fill(top - 1).subarray(offset);
          expect(() => offer(port, column)).not.toThrow();
          for (let row = 0; row < rows; row++) {
            column[row] = top;
            expect(() => offer(port, column), `${port} ${offset} ${rows}`).toThrow(
              `Expected ${port} in row ${row} to be`,
            );
            column[row] = top - 1;
          }
        }
      }
    }
  });

  it('should take and give columns of every size together, in any order', () => {
    using batch = Ports.create();
    using single = Ports.create();
    const rows = 7;
    const fromWords = (column: ArrayLike<number | bigint>, words: number, row: number): bigint =>
      Array.from({ length: words }, (_, i) => BigInt(column[words * row + i]!) << BigInt(32 * i)).reduce(
        (a, b) => a | b,
      );
    const inputs = {
      a100: Uint32Array.from({ length: 4 * rows }, (_, i) => (i % 4 === 3 ? i % 16 : i * 0x1357_9bdf)),
      a32: Uint32Array.from({ length: rows }, (_, i) => i * 0x2468_ace1),
      a1: Uint8Array.from({ length: rows }, (_, i) => i & 1),
      a64: BigUint64Array.from({ length: rows }, (_, i) => BigInt(i) * 0x0123_4567_89ab_cdefn),
      a12: Uint16Array.from({ length: rows }, (_, i) => i * 501),
    };
    const outputs = ['y64', 'y1', 'y100', 'y32', 'y12'] as const;
    const result = batch.batch(inputs, outputs);
    for (let row = 0; row < rows; row++) {
      for (const port of ['a32', 'a1', 'a64', 'a12'] as const) single.dut[port] = inputs[port][row];
      single.dut.a100 = fromWords(inputs.a100, 4, row);
      single.eval();
      expect(result.y1[row]).toBe(single.dut.y1);
      expect(result.y12[row]).toBe(single.dut.y12);
      expect(result.y32[row]).toBe(single.dut.y32);
      expect(fromWords(result.y64, 2, row)).toBe(single.dut.y64);
      expect(fromWords(result.y100, 4, row)).toBe(single.dut.y100);
      single.tick();
    }
  });

  it('should refuse words that do not fill a cycle or do not fit', () => {
    using sim = Ports.create();
    expect(() => sim.batch({ a128: new Uint32Array(6) })).toThrow(
      'Expected a128 to have 4 words for each cycle, but received 6 words.',
    );
    expect(() => sim.batch({ a128: new Uint16Array(8) })).toThrow('Expected a128 to be a Uint32Array of words');
    expect(() => sim.batch({ a100: Uint32Array.of(0, 0, 0, 16) })).toThrow(
      'Expected a100 in row 0 to fit 100 bits, but received 0x10 as its highest word.',
    );
    expect(() => sim.batch({ a40: BigUint64Array.of(0n, 2n ** 40n) })).toThrow('Expected a40 in row 1 to fit 40 bits');
  });
});
