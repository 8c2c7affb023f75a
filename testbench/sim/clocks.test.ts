// SPDX-License-Identifier: Apache-2.0
// Clocks, resets, and the two views of an edge.

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { activeLevel } from '../../sim/clocking.ts';
import { fixture } from './support.ts';

let Shapes: Model;
let Counter: Model;

beforeAll(async () => {
  Shapes = await build({ top: 'shapes', sources: [fixture('shapes.sv'), fixture('store.v')] });
  Counter = await build({ top: 'counter', sources: [fixture('counter.v')] });
});

describe('clock', () => {
  it('should run several clocks, each with its period and phase', () => {
    using sim = Shapes.create();
    sim.clock('clk', { period: 12 });
    sim.clock('fast', { period: 4, phase: 1 });
    sim.reset('rst_n', { cycles: 2 });
    // clk rose at 6 and 18; fast at 3, 7, 11, 15.
    expect([sim.cycle, sim.time, sim.dut.slow_count, sim.dut.fast_count]).toEqual([2, 18, 0, 0]);
    sim.run(10);
    // Now 138: fast rose at 19, 23, … 135.
    expect([sim.time, sim.dut.slow_count, sim.dut.fast_count]).toEqual([138, 10, 30]);
  });

  it('should step from edge to edge', () => {
    using sim = Shapes.create();
    sim.clock('clk', { period: 12 });
    sim.clock('fast', { period: 6 });
    const seen: string[] = [];
    while (sim.time < 24) {
      const edges = sim.step();
      seen.push(`${sim.time}: ${edges.map(({ clock, edge }) => `${clock} ${edge}`).join(', ')}`);
    }
    expect(seen).toEqual([
      '3: fast rising',
      '6: clk rising, fast falling',
      '9: fast rising',
      '12: clk falling, fast falling',
      '15: fast rising',
      '18: clk rising, fast falling',
      '21: fast rising',
      '24: clk falling, fast falling',
    ]);
    expect(sim.cycle).toBe(2);
  });

  it('should give the same with one clock as with a second one that nothing looks at', () => {
    using one = Shapes.create();
    using two = Shapes.create();
    one.clock('clk');
    two.clock('clk');
    two.clock('fast', { period: 7 });
    for (const sim of [one, two]) sim.reset('rst_n');
    const s5 = Int8Array.of(1, -2, 3, -4);
    const outputs = ['n5', 'slow_count'] as const;
    expect(two.batch({ s5 }, [...outputs])).toEqual(one.batch({ s5 }, [...outputs]));
    for (const sim of [one, two]) {
      expect(sim.runUntil('slow_count', { max: 99, value: 50 })).toBe(46);
      expect(sim.runUntil(() => sim.dut.slow_count === 60, { max: 99 })).toBe(10);
      sim.tick();
      expect([sim.dut.slow_count, sim.cycle]).toEqual([61, 63]);
    }
  });

  it('should refuse clocks that cannot be, and a second driver', () => {
    using sim = Shapes.create();
    expect(() => sim.clock('slow_count')).toThrow('Expected clock to be a 1-bit input of shapes');
    expect(() => sim.clock('fast', { period: 1 })).toThrow(
      'Expected period to be at least 2 time units, but received 1.',
    );
    expect(() => sim.clock('fast', { phase: -1 })).toThrow('Expected phase to be an integer from 0');
    sim.clock('fast');
    expect(() => sim.clock('fast')).toThrow('Expected one driver of port fast, but received a second clock for it.');
    expect(() => (sim.dut.fast = 1)).toThrow(
      'Expected one driver of port fast, but received a write although it is a clock; create({ clock: false }) leaves the clock to you.',
    );
    sim.dut.clk = 1;
    sim.tick();
    expect(() => sim.clock('clk')).toThrow('Expected clocks to be declared at time 0, but received clk at time 5.');
    expect(() => sim.batch({ fast: Uint8Array.of(1) })).toThrow(
      'Expected one driver of port fast, but received a column of batch although it is a clock; create({ clock: false }) leaves the clock to you.',
    );
  });

  it('should leave the clock to a caller who says so', () => {
    using sim = Counter.create({ clock: false });
    const before = sim.dut.count as number;
    sim.dut.en = 1;
    for (const clk of [0, 1, 0, 1]) {
      sim.dut.clk = clk;
      sim.eval();
    }
    expect(sim.dut.count).toBe((before + 2) % 256);
    expect(() => sim.tick()).toThrow('Expected counter to have a clock');
  });
});

describe('reset', () => {
  it.each([
    ['rst', 1],
    ['reset', 1],
    ['rst_n', 0],
    ['rstn', 0],
    ['aresetn', 0],
    ['reset_ni', 0],
    ['n_reset', 0],
    ['arst', 1],
  ])('should take its level from the name %s', (name, level) => {
    expect(activeLevel(name)).toBe(level);
  });

  it('should find the reset, hold it, and let it go', () => {
    using sim = Counter.create();
    sim.reset();
    expect([sim.cycle, sim.dut.count, sim.dut.rst]).toEqual([2, 0, 0]);
    using low = Shapes.create();
    low.reset(undefined, { cycles: 3 });
    expect([low.cycle, low.dut.slow_count, low.dut.rst_n]).toEqual([3, 0, 1]);
    low.reset('rst_n', { active: 1, cycles: 1 });
    expect(low.dut.rst_n).toBe(0);
  });

  it('should refuse a port that is none', () => {
    using sim = Counter.create();
    expect(() => sim.reset('count')).toThrow(
      'Expected reset to be a 1-bit input of counter (clk, rst, en), but received "count".',
    );
    expect(() => sim.reset('rst', { cycles: 0 })).toThrow('Expected cycles to be at least 1, but received 0.');
  });
});

describe('the view before the edge', () => {
  it('should show what registers saw, and the other what they became', () => {
    using sim = Counter.create();
    expect(sim.before.count).toBe(sim.dut.count);
    sim.reset();
    sim.dut.en = 1;
    sim.run(99);
    expect([sim.before.count, sim.dut.count, sim.before.done, sim.dut.done]).toEqual([98, 99, 0, 0]);
    sim.tick();
    expect([sim.before.count, sim.dut.count, sim.before.en, sim.before.done, sim.dut.done]).toEqual([99, 100, 1, 0, 1]);
    sim.dut.en = 0;
    expect(sim.before.en).toBe(1);
    sim.tick();
    expect([sim.before.en, sim.before.count]).toEqual([0, 100]);
  });

  it('should show it for each of several clocks', () => {
    using sim = Shapes.create();
    sim.clock('clk', { period: 12 });
    sim.clock('fast', { period: 4, phase: 1 });
    const { before } = sim;
    sim.reset('rst_n', { cycles: 2 });
    expect(before.fast_count).toBe(0);
    sim.step();
    expect([sim.time, sim.before.fast_count, sim.dut.fast_count]).toEqual([19, 0, 1]);
    sim.step();
    expect([sim.time, sim.before.fast_count, sim.dut.fast_count]).toEqual([21, 0, 1]);
  });

  it('should show nothing rather than what is no view', () => {
    using sim = Counter.create();
    sim.reset();
    const { before } = sim;
    expect(() => before.count).toThrow(
      'Expected an edge since sim.before was first used, but received none; use it before the first cycle.',
    );
    sim.dut.en = 1;
    sim.tick();
    expect([before.count, sim.dut.count]).toEqual([0, 1]);
    sim.dispose();
    expect(() => before.count).toThrow('Expected a simulation that is not disposed');
  });

  it('should be there for a process from its first edge on', () => {
    using sim = Counter.create();
    sim.reset();
    sim.dut.en = 1;
    const seen: unknown[] = [];
    sim.fork(function* () {
      yield;
      seen.push(sim.before.count, sim.dut.count);
    });
    sim.run(2);
    expect(seen).toEqual([0, 1]);
  });

  it('should only show', () => {
    using sim = Counter.create();
    const view = sim.before as Record<string, number>;
    expect(() => (view['en'] = 1)).toThrow(
      'Expected a write to dut.en, but received one to before.en, which only shows values.',
    );
    expect(() => view['enable']).toThrow('but received "enable".');
    sim.dispose();
    expect(() => sim.before).toThrow('Expected a simulation that is not disposed');
  });
});
