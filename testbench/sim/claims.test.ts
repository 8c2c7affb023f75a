// SPDX-License-Identifier: Apache-2.0
// One driver of a port: who claims it, who is refused beside it, and until when.

import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  AxiStreamSource,
  Claims,
  DriverError,
  HandshakeSource,
  build,
  type Driver,
  type Model,
  type Simulation,
} from '../../sim/index.ts';
import { checkDesign } from '../../sim/fast-check/index.ts';
import { errorOf, fixture } from './support.ts';

let Claimed: Model;

beforeAll(async () => {
  Claimed = await build({ top: 'claimed', sources: [fixture('claimed.sv')] });
});

/** Inputs of every storage, the output that shows each, and two values. */
const singles = [
  ['a1', 'y1', 1, 0],
  ['a8', 'y8', 200, 5],
  ['a16', 'y16', 60_000, 5],
  ['a32', 'y32', 2 ** 32 - 1, 5],
  ['s5', 'z5', -16, 5],
  ['s16', 'z16', -2, 5],
  ['a53', 'y53', 2 ** 53 - 1, 5],
  ['s100', 'z100', -(2n ** 99n), 5n],
] as const;

const arrays = [
  ['lanes', 'y_lanes', [127, 1, 2, 3], [4, 5, 6, 7]],
  ['bytes', 'y_bytes', [-128, 127, -1], [1, 2, 3]],
  ['longs', 'y_longs', [2n ** 40n - 1n, 1n], [2n, 3n]],
  ['words', 'y_words', [2 ** 32 - 1, 0, 63, 1, 2, 3], [1, 2, 3, 4, 5, 6]],
] as const;

const beside = (port: string, comer: string): string =>
  `Expected one driver of port ${port}, but received ${comer} beside the test, which was not released.`;

describe('a claimed port', () => {
  it.each(singles)('should take values of its driver alone: %s', async (port, shown, value, other) => {
    using sim = Claimed.create();
    sim.dut[port] = other;
    const driver = sim.claim(port, 'the test');
    expect([driver.port, driver.name]).toEqual([port, 'the test']);
    driver.write(value);
    const error = await errorOf(DriverError, () => (sim.dut[port] = other));
    expect(error).toMatchObject({ message: beside(port, 'a write'), port, driver: 'the test' });
    sim.eval();
    expect([sim.dut[port], sim.dut[shown]]).toEqual([value, value]);
    // The gate is closed again, also after a value that does not fit.
    expect(() => driver.write(typeof value === 'bigint' ? 2n ** 99n : 2 ** 53)).toThrow(RangeError);
    expect(() => (sim.dut[port] = other)).toThrow(DriverError);
    expect(() => sim.claim(port, 'another')).toThrow(beside(port, 'another'));
    driver.release();
    expect(sim.dut[port]).toBe(value);
    sim.dut[port] = other;
    sim.eval();
    expect(sim.dut[shown]).toBe(other);
    sim.claim(port, 'another').write(value);
    sim.eval();
    expect(sim.dut[shown]).toBe(value);
  });

  it.each(arrays)('should take elements of its driver alone: %s', (port, shown, values, others) => {
    using sim = Claimed.create();
    const early = sim.dut[port];
    early.set(others);
    const driver = sim.claim(port, 'the test');
    sim.eval();
    expect([...sim.dut[shown]]).toEqual(others);
    driver.write(values);
    sim.eval();
    expect([...sim.dut[shown]]).toEqual(values);
    // Found when it would take effect, and undone.
    const before = sim.cycle;
    const written = beside(port, 'elements written into an array over it');
    early.set(others);
    for (const evaluate of [
      () => sim.eval(),
      () => sim.tick(),
      () => sim.run(2),
      () => sim.step(),
      () => sim.runUntil(() => true, { max: 1 }),
      () => sim.runUntil('count', { max: 1 }),
      () => sim.batch({ a8: Uint8Array.of(1) }),
    ]) {
      sim.dut[port].set(others);
      expect(evaluate).toThrow(written);
      expect([...sim.dut[port]]).toEqual(values);
    }
    expect(sim.cycle).toBe(before);
    sim.tick();
    expect([...sim.dut[shown]]).toEqual(values);
    expect(() => (sim.dut[port] = others)).toThrow(TypeError);
    driver.release();
    early.set(others);
    sim.tick();
    expect([...sim.dut[shown]]).toEqual(others);
  });

  it('should be guarded whether its array was asked for before or after', () => {
    using sim = Claimed.create();
    using driver = sim.claim('lanes', 'the test');
    driver.write([1, 2, 3, 4]);
    sim.eval();
    sim.dut.lanes[2] = 9;
    expect(() => sim.eval()).toThrow(beside('lanes', 'elements written into an array over it'));
    driver.write([5, 6, 7, 8]);
    sim.eval();
    expect([...sim.dut.y_lanes]).toEqual([5, 6, 7, 8]);
  });

  it('should be guarded where its words were asked for', () => {
    using sim = Claimed.create();
    const words = sim.words('s100');
    {
      using driver = sim.claim('s100', 'the test');
      driver.write(-1n);
      sim.eval();
      words[0] = 0;
      expect(() => sim.eval()).toThrow(beside('s100', 'elements written into an array over it'));
      expect(sim.dut.s100).toBe(-1n);
      sim.words('a53')[0] = 7;
      sim.eval();
      expect(sim.dut.y53).toBe(7);
    }
    words[0] = 0;
    sim.eval();
    expect(sim.dut.z100).toBe(-(2n ** 32n));
  });

  it('should be no input of batch, reset or clock', () => {
    using sim = Claimed.create({ clock: false });
    sim.claim('a8', 'the test');
    sim.claim('rst', 'the test');
    expect(() => sim.clock('rst')).toThrow(beside('rst', 'a clock'));
    sim.clock('clk');
    expect(() => sim.batch({ a16: Uint16Array.of(1), a8: Uint8Array.of(1) })).toThrow(
      beside('a8', 'a column of batch'),
    );
    expect(sim.dut.a16).toBe(0);
    expect(() => sim.reset('rst')).toThrow(beside('rst', 'a write'));
    expect(sim.cycle).toBe(0);
    expect(() => (sim.dut.a8 = 1)).toThrow(DriverError);
  });

  it('should leave its array alone where another port is claimed', () => {
    using sim = Claimed.create();
    sim.claim('bytes', 'the test');
    sim.dut.lanes.set([1, 2, 3, 4]);
    sim.eval();
    expect([...sim.dut.y_lanes]).toEqual([1, 2, 3, 4]);
  });
});

describe('claim', () => {
  it('should refuse what is no free input', () => {
    using sim = Claimed.create();
    const refusals: [unknown, unknown, string][] = [
      ['y8', 'x', 'Expected a write to an input, but received output port y8.'],
      ['pad', 'x', 'Expected a write to an input, but received inout port pad.'],
      ['none', 'x', 'Expected a port (clk, rst, a1,'],
      [5, 'x', 'Expected the name of a port, but received 5.'],
      [
        'clk',
        'x',
        'Expected one driver of port clk, but received x although it is a clock; create({ clock: false }) leaves the clock to you.',
      ],
      ['a8', '', 'Expected the name of a driver of port a8, but received "".'],
      ['a8', undefined, 'Expected the name of a driver of port a8, but received undefined.'],
    ];
    for (const [port, name, message] of refusals) {
      expect(() => sim.claim(port as string, name as string)).toThrow(message);
    }
    sim.dut.a8 = 1;
  });

  it.each<[string, unknown, string]>([
    ['lanes', 5, 'Expected port lanes to be an array of 4 numbers, but received 5.'],
    ['lanes', [1, 2, 3], 'Expected port lanes to have 4 elements, but received 3.'],
    ['lanes', [1, 2, 3, 128], 'Expected element 3 of port lanes to be a number from 0 to 2^7 - 1, but received 128.'],
    ['lanes', [1, NaN, 3, 4], 'Expected element 1 of port lanes to be a number from 0 to 2^7 - 1, but received NaN.'],
    ['lanes', [1n, 2, 3, 4], 'Expected element 0 of port lanes to be a number from 0 to 2^7 - 1, but received 1n.'],
    ['bytes', [0, 128, 0], 'Expected element 1 of port bytes to be a number from -2^7 to 2^7 - 1, but received 128.'],
    ['longs', [0n, 1], 'Expected element 1 of port longs to be a bigint from 0 to 2^40 - 1, but received 1.'],
    ['longs', [2n ** 40n, 0n], 'Expected element 0 of port longs to be a bigint from 0 to 2^40 - 1, but received'],
    ['words', [0, 0, 64, 0, 0, 0], 'Expected element 2 of port words to be a number from 0 to 2^6 - 1, but received'],
    ['words', [0, -1, 0, 0, 0, 0], 'Expected element 1 of port words to be a number from 0 to 2^32 - 1, but received'],
  ])('should make a driver that checks elements: %s', (port, given, message) => {
    using sim = Claimed.create();
    const driver = sim.claim(port, 'the test');
    expect(() => driver.write(given)).toThrow(message);
    expect([...sim.dut[port]].every((element) => Number(element) === 0)).toBe(true);
  });

  it('should end with its task, however that ends', () => {
    for (const end of ['done', 'failed', 'killed', 'killed before it began'] as const) {
      using sim = Claimed.create();
      const driver = sim.claim('a8', 'the test');
      const task = sim.fork(function* () {
        driver.write(7);
        yield;
        if (end === 'failed') throw new Error('planned');
        if (end === 'killed') yield* sim.cycles(100);
      });
      expect(driver.releaseAfter(task)).toBe(driver);
      if (end !== 'killed before it began') sim.run(0);
      expect(() => (sim.dut.a8 = 1)).toThrow(beside('a8', 'a write'));
      if (end === 'done') sim.run(1);
      if (end === 'failed') expect(() => sim.run(1)).toThrow('planned');
      task.kill();
      expect(() => driver.write(8)).toThrow(
        'Expected one driver of port a8, but received a write of the test, which has given it up.',
      );
      sim.dut.a8 = 1;
      sim.eval();
      expect(sim.dut.y8).toBe(1);
    }
  });

  it('should last through the finally blocks of its task', () => {
    using sim = Claimed.create();
    const driver = sim.claim('a8', 'the test');
    const task = sim.fork(function* () {
      try {
        for (;;) yield;
      } finally {
        driver.write(0x55);
        yield;
        driver.write(0x66);
      }
    });
    driver.releaseAfter(task);
    sim.run(2);
    task.kill();
    expect(() => (sim.dut.a8 = 1)).toThrow(DriverError);
    sim.run(1);
    expect([sim.dut.a8, task.state]).toEqual([0x66, 'killed']);
    sim.dut.a8 = 1;
  });

  it('should not come back with another task', () => {
    using sim = Claimed.create();
    const driver = sim.claim('a8', 'the test');
    const gone = sim.fork(function* () {});
    driver.releaseAfter(gone);
    gone.kill();
    driver.releaseAfter(
      sim.fork(function* () {
        yield sim.cycles(10);
      }),
    );
    sim.dut.a8 = 1;
    expect(() => driver.write(1)).toThrow('which has given it up');
    expect(() => driver.releaseAfter(5 as never)).toThrow('Expected a task made by fork, but received 5.');
  });

  it('should have no effect on a later driver when it is released twice', () => {
    using sim = Claimed.create();
    const first = sim.claim('a8', 'first');
    first.release();
    const second = sim.claim('a8', 'second');
    first.release();
    first[Symbol.dispose]();
    expect(() => (sim.dut.a8 = 1)).toThrow('beside second, which was not released');
    second.write(3);
    expect(sim.dut.a8).toBe(3);
  });

  it('should hold in one instance alone, and not beyond its end', () => {
    const sim = Claimed.create();
    using other = Claimed.create();
    const driver = sim.claim('a8', 'the test');
    const lanes = sim.claim('lanes', 'the test');
    other.dut.a8 = 1;
    sim.dispose();
    expect(() => driver.write(1)).toThrow('Expected a simulation that is not disposed');
    expect(() => lanes.write([1, 2, 3, 4])).toThrow('Expected a simulation that is not disposed');
    expect(() => sim.claim('a16', 'x')).toThrow('Expected a simulation that is not disposed');
    driver.release();
  });
});

describe('a state', () => {
  it('should be taken beside a driver, and restored when it has released its port', () => {
    using sim = Claimed.create();
    const driver = sim.claim('a8', 'the test');
    driver.write(5);
    const snapshot = sim.snapshot();
    driver.write(6);
    expect(() => sim.restore(snapshot)).toThrow(
      expect.objectContaining({
        kind: 'snapshot',
        message: 'Expected no port to be claimed, but received a8, which the test drives.',
      }) as Error,
    );
    expect(sim.dut.a8).toBe(6);
    driver.release();
    sim.restore(snapshot);
    expect(sim.dut.a8).toBe(5);
    sim.dut.a8 = 1;
  });

  it('should be restored when the task of a driver has ended', () => {
    using sim = Claimed.create();
    const snapshot = sim.snapshot();
    const task = sim.fork(function* () {
      yield sim.cycles(5);
    });
    sim.claim('a8', 'the test').releaseAfter(task);
    sim.killAll();
    sim.restore(snapshot);
    sim.dut.a8 = 1;
  });

  it('should be new for each run of a property that forgets its driver', async () => {
    await checkDesign(
      Claimed,
      fc.integer({ min: 0, max: 255 }),
      (sim, value) => {
        const driver = sim.claim('a8', 'the property');
        driver.write(value);
        sim.eval();
        expect(sim.dut.y8).toBe(value);
      },
      { numRuns: 5 },
    );
  });
});

describe('bus helpers', () => {
  const pair = { valid: 'a1', ready: 'y1', payload: { byte: 'a8', wide: 's100' } };

  it('should drive their ports alone, and all or none of them', () => {
    using sim = Claimed.create();
    const source = new HandshakeSource(sim, pair, { name: 'the test' });
    source.send({ byte: 7, wide: 9n });
    for (const port of ['a1', 'a8']) expect(() => (sim.dut[port] = 0)).toThrow(beside(port, 'a write'));
    expect(() => (sim.dut.s100 = 0n)).toThrow(beside('s100', 'a write'));
    sim.run(3);
    expect(source.passed).toBe(1);
    source.task.kill();
    const taken = sim.claim('s100', 'the test');
    expect(() => new HandshakeSource(sim, pair, { name: 'late' })).toThrow(beside('s100', 'late'));
    sim.dut.a1 = 1;
    sim.dut.a8 = 1;
    taken.release();
    expect(new HandshakeSource(sim, pair).pending).toBe(0);
  });

  it('should be refused on ports that a test of its own drives', () => {
    using sim = Claimed.create();
    expect(() => new AxiStreamSource(sim, 's_')).toThrow('Expected prefix to be that of an AXI4-Stream');
    const driver = sim.claim('a1', 'the test');
    expect(() => new HandshakeSource(sim, pair, { name: 'late' })).toThrow(beside('a1', 'late'));
    driver.write(1);
    sim.eval();
    expect(sim.dut.y1).toBe(1);
  });
});

// A random sequence of what callers may do, against a model of who holds each port.
it('should always be of one driver', () => {
  const ports = singles.map(([port]) => port);
  const action = fc.record({
    what: fc.constantFrom('claim', 'release', 'write', 'drive', 'kill', 'run'),
    port: fc.constantFrom(...ports),
    by: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      using sim = Claimed.create();
      const held = new Map<string, { by: number; driver: Driver<never>; kill: () => void }>();
      const values = new Map<string, unknown>();
      for (const { what, port, by } of actions) {
        const [, , high, low] = singles.find(([name]) => name === port)!;
        const value = by === 0 ? high : low;
        const holder = held.get(port);
        if (what === 'claim') {
          const claim = (): Driver<never> => sim.claim(port, `driver ${by}`) as Driver<never>;
          if (holder !== undefined) expect(claim).toThrow(`received driver ${by} beside driver ${holder.by},`);
          else {
            const driver = claim();
            const task = sim.fork(function* () {
              for (;;) yield;
            });
            held.set(port, { by, driver: driver.releaseAfter(task), kill: () => task.kill() });
          }
        } else if (what === 'write') {
          const write = (): void => void (sim.dut[port] = value);
          if (holder === undefined) {
            write();
            values.set(port, value);
          } else expect(write).toThrow(DriverError);
        } else if (what === 'run') {
          sim.run(1);
        } else if (holder !== undefined) {
          if (what === 'drive') {
            holder.driver.write(value as never);
            values.set(port, value);
          } else {
            if (what === 'release') holder.driver.release();
            else holder.kill();
            held.delete(port);
            expect(() => holder.driver.write(value as never)).toThrow(DriverError);
          }
        }
        for (const [name, kept] of values) expect(sim.dut[name]).toBe(kept);
      }
      sim.killAll();
    }),
    { numRuns: 200 },
  );
});

describe('types', () => {
  interface Design {
    readonly ports: {
      clk: number;
      data: bigint;
      readonly lanes: Uint8Array;
      readonly valid: number;
      readonly taps: Readonly<Uint8Array>;
      readonly longs: BigUint64Array;
    };
  }

  it('should allow inputs and values of theirs alone', () => {
    type Sim = Simulation<Design>;
    type Port = Parameters<Sim['claim']>[0];
    expectTypeOf<Port>().toEqualTypeOf<'clk' | 'data' | 'lanes' | 'longs'>();
    const claim = null as unknown as Sim['claim'];
    const drivers = (): unknown => [
      expectTypeOf(claim('clk', 'x')).toEqualTypeOf<Driver<number>>(),
      expectTypeOf(claim('data', 'x')).toEqualTypeOf<Driver<bigint>>(),
      expectTypeOf(claim('lanes', 'x')).toEqualTypeOf<Driver<ArrayLike<number>>>(),
      expectTypeOf(claim('longs', 'x')).toEqualTypeOf<Driver<ArrayLike<bigint>>>(),
      // @ts-expect-error an output
      claim('valid', 'x'),
      // @ts-expect-error an output array
      claim('taps', 'x'),
      // @ts-expect-error a number where a bigint is due
      claim('data', 'x').write(1),
    ];
    expectTypeOf(drivers).returns.toBeUnknown();
    expectTypeOf<Simulation['claim']>().parameter(0).toEqualTypeOf<string>();
  });

  it('should serve a model in TypeScript', () => {
    const dut: Record<string, number> = { a: 0 };
    const claims = new Claims();
    const driver = claims.claim<number>('a', 'first', (value) => void (dut['a'] = value));
    driver.write(5);
    expect(dut['a']).toBe(5);
    expect(() => claims.claim('a', 'second', () => undefined)).toThrow('received second beside first');
    expect(claims.drivers).toEqual([driver]);
    driver.release();
    expect(claims.drivers).toEqual([]);
  });
});
