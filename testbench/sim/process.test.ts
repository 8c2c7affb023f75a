// SPDX-License-Identifier: Apache-2.0

// Some tasks here have nothing to wait for.
/* eslint-disable require-yield */

import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Flag, Outcome, Queue, Scheduler, type Process, type Task } from '../../sim/process/index.ts';
import { FakeHost } from './fake-host.ts';

function create(): { host: FakeHost; sim: Scheduler; log: string[]; note: (what: string) => void } {
  const host = new FakeHost();
  const log: string[] = [];
  return { host, sim: new Scheduler(host), log, note: (what) => log.push(`${host.cycle}:${what}`) };
}

describe('a generator task', () => {
  it('should run its first part before the first edge, and be resumed after each', () => {
    const { sim, log, note } = create();
    sim.fork(function* () {
      for (const part of ['a', 'b', 'c']) {
        note(part);
        yield;
      }
      note('end');
    });
    expect(log).toEqual([]);
    sim.run(0);
    expect(log).toEqual(['0:a']);
    sim.run(2);
    expect(log).toEqual(['0:a', '1:b', '2:c']);
    expect(sim.live).toBe(1);
    sim.run(5);
    expect(log.at(-1)).toBe('3:end');
    expect(sim.live).toBe(0);
  });

  it('should wait for cycles, of which 0 do not wait', () => {
    const { sim, log, note } = create();
    sim.fork(function* () {
      for (const cycles of [3, 0, 0, 1, 200]) {
        yield sim.cycles(cycles);
        note(`${cycles}`);
      }
    });
    sim.run(300);
    expect(log).toEqual(['3:3', '3:0', '3:0', '4:1', '204:200']);
  });

  it('should give a typed result', () => {
    const { sim } = create();
    const task = sim.fork(function* () {
      const one = yield* sim.cycles(2);
      expectTypeOf(one).toEqualTypeOf<void>();
      return 'end' as const;
    });
    expectTypeOf(task).toEqualTypeOf<Task<'end'>>();
    expect([task.done, task.result, task.state]).toEqual([false, undefined, 'live']);
    sim.run(2);
    expect([task.done, task.result, task.state]).toEqual([true, 'end', 'done']);
  });

  it('should be made of parts', () => {
    const { sim, log, note } = create();
    function* twice(what: string): Process<number> {
      yield* sim.cycles(2);
      note(what);
      yield;
      return what.length;
    }
    const task = sim.fork(function* () {
      return (yield* twice('abc')) + (yield* twice('de'));
    });
    sim.run(10);
    expect(log).toEqual(['2:abc', '5:de']);
    expect(task.result).toBe(5);
  });

  it('should look at a predicate after each edge, and not at once', () => {
    const { host, sim, log, note } = create();
    let looks = 0;
    sim.fork(function* () {
      yield sim.until(() => ++looks > 0 && host.cycle >= 0);
      note('first');
      yield sim.until(() => ++looks > 0 && host.cycle >= 5);
      note('second');
    });
    sim.run(10);
    expect(log).toEqual(['1:first', '5:second']);
    expect(looks).toBe(5);
  });

  it.each([
    [5, 'received 5'],
    [(): boolean => true, 'received a function (wait for a condition with until)'],
    [Promise.resolve(), 'received Promise; promises are for async functions'],
  ])('should be told when it yields %s', (what, message) => {
    const { sim, log, note } = create();
    sim.fork(function* wrong(): Generator<never, void> {
      try {
        yield what as never;
      } catch (error) {
        note((error as Error).message);
      }
    });
    sim.run(1);
    expect(log[0]).toContain(`Expected wrong to yield nothing or a trigger, but ${message}.`);
  });

  it('should go through any number of triggers that do not wait', () => {
    const { sim } = create();
    const task = sim.fork(function* () {
      for (let i = 0; i < 99_000; i++) yield sim.cycles(0);
      return true;
    });
    sim.run(0);
    expect(task.result).toBe(true);
  });
});

describe('order', () => {
  it('should be that of forking in one edge, however the tasks came to wait', () => {
    const { sim, log, note } = create();
    const waits = [3, 1, 2, 3];
    for (const [name, wait] of waits.entries()) {
      sim.fork(function* () {
        yield sim.cycles(wait);
        yield sim.until(() => sim.live > 0 && log.length >= 0);
        for (let i = wait; i < 5; i++) yield;
        note(`task ${name}`);
      });
    }
    sim.run(10);
    expect(log).toEqual(['6:task 0', '6:task 1', '6:task 2', '6:task 3']);
  });

  it('should hold for many tasks that wait in the wrong order', () => {
    const { sim, log } = create();
    const flags = Array.from({ length: 100 }, () => new Flag());
    for (const [i, flag] of flags.entries()) {
      sim.fork(function* () {
        yield flag.wait();
        yield;
        log.push(`${i}`);
      });
    }
    sim.fork(function* () {
      yield;
      for (const flag of flags.toReversed()) flag.set();
    });
    sim.run(5);
    expect(log).toEqual(flags.map((_, i) => `${i}`));
  });

  it('should put tasks forked in an edge after those that were due', () => {
    const { sim, log, note } = create();
    sim.fork(function* () {
      yield;
      sim.fork(function* () {
        note('child');
        yield;
        note('child again');
      });
      note('parent');
    });
    sim.fork(function* () {
      yield;
      note('other');
      yield;
      note('other again');
    });
    sim.run(3);
    expect(log).toEqual(['1:parent', '1:other', '1:child', '2:other again', '2:child again']);
  });

  it('should end a join in the edge in which the last task ends', () => {
    const { sim, log, note } = create();
    const sleeper = (cycles: number): Task<number> =>
      sim.fork(function* () {
        yield sim.cycles(cycles);
        return cycles;
      });
    sim.fork(function* () {
      const results = yield* sim.join(sleeper(4), sleeper(2));
      expectTypeOf(results).toEqualTypeOf<[number, number]>();
      note(results.join());
      const again = yield* sim.join(...[sleeper(0)]);
      note(`${again}`);
      yield* sim.join();
    });
    sim.run(10);
    expect(log).toEqual(['4:4,2', '4:0']);
  });
});

it('should resume any tasks in the cycles that they asked for, in one order', () => {
  const waits = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 })), { maxLength: 8 });
  const tasks = fc.array(waits, { minLength: 1, maxLength: 40 });
  const runs = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 });
  fc.assert(
    fc.property(tasks, runs, (lists, cycles) => {
      const { host, sim } = create();
      const resumed: [cycle: number, task: number][] = [];
      for (const [task, list] of lists.entries()) {
        sim.fork(function* () {
          for (const wait of list) {
            yield sim.cycles(wait);
            resumed.push([host.cycle, task]);
          }
        });
      }
      const end = cycles.reduce((sum, count) => sum + count, 0);
      for (const count of cycles) sim.run(count);
      const expected = lists.flatMap((list, task) => {
        let cycle = 0;
        return list.map((wait): [number, number] => [(cycle += wait), task]);
      });
      expected.sort(([cycle, task], [otherCycle, otherTask]) => cycle - otherCycle || task - otherTask);
      expect(resumed).toEqual(expected.filter(([cycle]) => cycle <= end));
    }),
  );
});

describe('clocks', () => {
  const clocks = [
    { name: 'clk', period: 10, phase: 0 },
    { name: 'fast', period: 4, phase: 1 },
  ];

  it('should resume tasks after the edges that they wait for', () => {
    const host = new FakeHost(clocks);
    const sim = new Scheduler(host);
    const log: string[] = [];
    for (const [clock, direction] of [
      ['clk', 'rising'],
      ['clk', 'falling'],
      ['fast', 'rising'],
      ['fast', 'any'],
    ] as const) {
      sim.fork(function* () {
        for (;;) {
          yield sim.edge(clock, direction);
          log.push(`${host.time} ${clock} ${direction}`);
        }
      });
    }
    sim.run(2);
    expect(log).toEqual([
      '3 fast rising',
      '3 fast any',
      '5 clk rising',
      '5 fast any',
      '7 fast rising',
      '7 fast any',
      '9 fast any',
      '10 clk falling',
      '11 fast rising',
      '11 fast any',
      '13 fast any',
      '15 clk rising',
      '15 fast rising',
      '15 fast any',
    ]);
  });

  it('should stop before the main edge with tasks of other edges resumed, and step by events', () => {
    const host = new FakeHost(clocks);
    const sim = new Scheduler(host);
    const times: number[] = [];
    sim.fork(function* () {
      for (;;) {
        yield sim.edge('clk', 'any');
        times.push(host.time);
      }
    });
    sim.toEdge();
    sim.run(1);
    expect(times).toEqual([5]);
    sim.toEdge();
    expect([host.cycle, times]).toEqual([1, [5, 10]]);
    expect(sim.step(0b1111)).toBe(0b0101);
    expect([host.cycle, times]).toEqual([2, [5, 10, 15]]);
  });

  it('should refuse what is no clock or no edge', () => {
    const { sim } = create();
    expect(() => sim.edge('data')).toThrow('Expected a clock, but received "data".');
    expect(() => sim.edge('clk', 'up' as never)).toThrow(
      'Expected an edge to be rising, falling or any, but received up.',
    );
  });
});

describe('sleep', () => {
  it('should cost nothing: cycles without due tasks are run in one call', () => {
    const { host, sim, log, note } = create();
    for (const cycles of [1000, 5000]) {
      sim.fork(function* () {
        for (;;) {
          yield sim.cycles(cycles);
          note('awake');
        }
      });
    }
    sim.run(10_000);
    expect(host.calls).toEqual({ run: 10, advance: 0, toEdge: 0 });
    expect(log).toHaveLength(12);
  });

  it('should not collect timeouts that did not strike', () => {
    const { sim } = create();
    const queue = new Queue<number>();
    sim.fork(function* () {
      for (;;) {
        yield;
        queue.put(1);
      }
    });
    const task = sim.fork(function* () {
      let sum = 0;
      for (let i = 0; i < 2000; i++) sum += yield* sim.within(1_000_000, queue.get());
      return sum;
    });
    sim.run(2000);
    expect(task.result).toBe(2000);
  });
});

describe('first and within', () => {
  it('should say which was first, and give up the others', () => {
    const { sim, log, note } = create();
    const [left, right] = [new Queue<string>(), new Queue<string>()];
    sim.fork(function* () {
      for (let i = 0; i < 3; i++) {
        const { index, value } = yield* sim.first(left.get(), right.get(), sim.cycles(4));
        note(`${index} ${value}`);
      }
    });
    sim.fork(function* () {
      yield;
      left.put('a');
      right.put('b');
    });
    sim.run(10);
    expect(log).toEqual(['1:0 a', '1:1 b', '5:2 undefined']);
    left.put('c');
    expect(left.size).toBe(1);
  });

  it('should throw after the limit, but take what comes in its last cycle', () => {
    const { sim, log, note } = create();
    const queue = new Queue<string>();
    sim.fork(function* () {
      note(yield* sim.within(3, queue.get()));
      try {
        yield* sim.within(
          2,
          sim.first(
            queue.get(),
            sim.until(() => false),
          ),
        );
      } catch (error) {
        note((error as Error).message);
      }
    });
    sim.fork(function* () {
      yield sim.cycles(3);
      queue.put('in time');
    });
    sim.run(10);
    expect(log).toEqual(['3:in time', '5:Expected a wait to end within 2 cycles, but it did not.']);
  });

  it('should bound a join on a task that waits for ever', () => {
    const { sim } = create();
    const stuck = sim.fork(function* () {
      yield new Flag().wait();
    });
    sim.fork(function* waiter() {
      yield* sim.within(100, sim.join(stuck));
    });
    expect(() => sim.run(1000)).toThrow('Expected a wait to end within 100 cycles, but it did not.');
  });
});

describe('kill', () => {
  it('should run finally blocks at once, and leave no wait behind', () => {
    const { sim, log, note } = create();
    const task = sim.fork(function* () {
      try {
        for (;;) yield;
      } finally {
        note('cleaned');
      }
    });
    sim.run(2);
    task.kill();
    expect([log, task.state, sim.live]).toEqual([['2:cleaned'], 'killed', 0]);
    task.kill();
    sim.run(2);
    expect(log).toHaveLength(1);
  });

  it('should let a finally block wait', () => {
    const { sim, log, note } = create();
    const task = sim.fork(function* () {
      try {
        yield sim.until(() => false);
      } finally {
        yield;
        yield sim.cycles(2);
        note('cleaned');
      }
    });
    sim.run(1);
    task.kill();
    expect(task.done).toBe(false);
    sim.run(5);
    expect([log, task.state]).toEqual([['4:cleaned'], 'killed']);
  });

  it('should end a task that kills itself, at its next trigger', () => {
    const { sim, log, note } = create();
    const task: Task = sim.fork(function* () {
      try {
        yield;
        task.kill();
        note('goes on');
        yield;
        note('never');
      } finally {
        note('cleaned');
      }
    });
    sim.run(5);
    expect([log, task.state]).toEqual([['1:goes on', '1:cleaned'], 'killed']);
  });

  it('should not start a task that was killed before', () => {
    const { sim, log, note } = create();
    sim
      .fork(function* () {
        note('never');
        yield;
      })
      .kill();
    sim.run(2);
    expect(log).toEqual([]);
  });

  it('should not lose an item to a task that no longer waits', () => {
    const { sim } = create();
    const queue = new Queue<number>();
    const task = sim.fork(function* () {
      yield* queue.get();
    });
    sim.run(1);
    task.kill();
    queue.put(7);
    expect(queue.tryGet()).toBe(7);
  });

  it('should be told to the one that joined', () => {
    const { sim } = create();
    const task = sim.fork(function* driver() {
      for (;;) yield;
    });
    sim.fork(function* () {
      yield* sim.join(task);
    });
    sim.run(1);
    sim.fork(function* () {
      task.kill();
    });
    expect(() => sim.run(1)).toThrow('Expected driver to come to its end, but it was killed');
  });

  it('should end all tasks', () => {
    const { sim } = create();
    for (let i = 0; i < 3; i++) {
      sim.fork(function* () {
        for (;;) yield;
      });
    }
    sim.run(1);
    sim.killAll();
    expect(sim.live).toBe(0);
  });
});

describe('an error in a task', () => {
  it('should be thrown out of the run, with the task and where it was forked', () => {
    const { host, sim } = create();
    const made = new RangeError('Expected 1, but received 2.');
    const task = sim.fork(function* checker() {
      yield sim.cycles(3);
      throw made;
    });
    let caught: unknown;
    try {
      sim.run(10);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(made);
    expect(made.message).toMatch(
      /^Expected 1, but received 2\. \(in task checker, forked at testbench\/sim\/process\.test\.ts:\d+\)$/,
    );
    expect([host.cycle, task.state, task.error]).toEqual([3, 'failed', made]);
    sim.run(1);
    expect(host.cycle).toBe(4);
  });

  it('should not keep other tasks from their edge, nor be lost behind another error', () => {
    const { sim, log, note } = create();
    for (const name of ['a', 'b']) {
      sim.fork(function* () {
        yield;
        throw new Error(name);
      });
    }
    sim.fork(function* () {
      for (;;) {
        yield;
        note('runs');
      }
    });
    expect(() => sim.run(5)).toThrow('a');
    expect(() => sim.run(5)).toThrow('b');
    sim.run(1);
    expect(log).toEqual(['1:runs', '2:runs']);
  });

  it('should go to the one that joined, once', () => {
    const { sim, log, note } = create();
    const task = sim.fork(function* () {
      yield;
      throw new Error('broken');
    }, 'part');
    sim.fork(function* () {
      try {
        yield* sim.join(task);
      } catch (error) {
        note((error as Error).message.replace(/:\d+\)$/, ')'));
      }
      try {
        yield* sim.join(task);
      } catch {
        note('again');
      }
    });
    sim.run(5);
    expect(log).toEqual(['1:broken (in task part, forked at testbench/sim/process.test.ts)', '1:again']);
  });

  it('should be one even when it was no error that was thrown', () => {
    const { sim } = create();
    sim.fork(function* odd() {
      throw 'text';
    });
    expect(() => sim.run(1)).toThrow(/Expected an error, but received text thrown by task odd, forked at/);
  });

  it('should be one of a predicate, which the task can catch', () => {
    const { sim, log, note } = create();
    sim.fork(function* () {
      try {
        yield sim.until(() => {
          throw new Error('no such port');
        });
      } catch (error) {
        note((error as Error).message);
      }
    });
    sim.run(1);
    expect(log).toEqual(['1:no such port']);
  });

  it('should be one for a function that is no task, and for a run within a run', () => {
    const { sim } = create();
    expect(() => sim.fork(5 as never)).toThrow('Expected a task to be a function, but received number');
    sim.fork((() => 5) as never, 'five');
    expect(() => sim.run(1)).toThrow(
      'Expected five to be a generator function or an async function, but it returned number.',
    );
    sim.fork(function* () {
      sim.run(1);
    });
    expect(() => sim.run(1)).toThrow('Expected runs to come one after the other');
    const task: Task = sim.fork(function* () {
      yield* sim.join(task);
    }, 'self');
    expect(() => sim.run(1)).toThrow('Expected a task to join others, but self joins itself.');
    expect(() => sim.cycles(-1)).toThrow('Expected cycles to be an integer from 0, but received -1.');
    expect(() => sim.run(1.5)).toThrow('Expected cycles to be an integer from 0, but received 1.5.');
  });

  it('should leave the tasks of an edge due when the clocks throw in it', () => {
    const { host, sim, log, note } = create();
    sim.fork(function* () {
      for (;;) {
        yield;
        note('edge');
      }
    });
    host.onEvent = () => {
      if (host.cycle === 2) throw new Error('$stop');
    };
    expect(() => sim.run(5)).toThrow('$stop');
    host.onEvent = () => undefined;
    sim.run(1);
    expect(log).toEqual(['1:edge', '2:edge', '3:edge']);
  });
});

describe('a queue', () => {
  it('should hand items on in order, in the edge in which they come', () => {
    const { sim, log, note } = create();
    const queue = new Queue<number>();
    sim.fork(function* () {
      for (;;) note(`got ${yield* queue.get()}`);
    });
    sim.fork(function* () {
      for (let i = 0; i < 3; i++) {
        yield;
        queue.put(2 * i);
        queue.put(2 * i + 1);
      }
    });
    sim.run(5);
    expect(log).toEqual(['1:got 0', '1:got 1', '2:got 2', '2:got 3', '3:got 4', '3:got 5']);
    expect(queue.size).toBe(0);
  });

  it('should hold back those who put when it is full', () => {
    const { sim, log, note } = create();
    const queue = new Queue<number>(2);
    sim.fork(function* () {
      for (let i = 0; i < 5; i++) {
        yield* queue.put(i);
        note(`put ${i}`);
      }
    });
    sim.fork(function* () {
      for (let i = 0; i < 5; i++) {
        yield;
        note(`get ${queue.tryGet()}`);
      }
    });
    sim.run(6);
    expect(log).toEqual([
      ...['0:put 0', '0:put 1', '1:get 0', '1:put 2', '2:get 1', '2:put 3', '3:get 2', '3:put 4', '4:get 3', '5:get 4'],
    ]);
    expect(queue.tryPut(1) && queue.tryPut(2)).toBe(true);
    expect(queue.tryPut(3)).toBe(false);
    queue.put(3);
    expect([queue.tryGet(), queue.tryGet(), queue.tryGet(), queue.tryGet()]).toEqual([1, 2, 3, undefined]);
  });

  it('should serve those who wait in line', () => {
    const { sim, log } = create();
    const queue = new Queue<number>();
    for (const name of ['a', 'b', 'c']) {
      sim.fork(function* () {
        log.push(`${name}${yield* queue.get()}`);
      });
    }
    sim.run(1);
    for (let i = 0; i < 3; i++) queue.put(i);
    sim.run(0);
    expect(log).toEqual(['a0', 'b1', 'c2']);
  });

  it.each([0, -1, 1.5])('should refuse capacity %s', (capacity) => {
    expect(() => new Queue(capacity)).toThrow(`Expected capacity to be an integer from 1, but received ${capacity}.`);
  });
});

describe('a flag', () => {
  it('should let go all who wait, and those who come while it is set', () => {
    const { sim, log, note } = create();
    const flag = new Flag();
    for (const name of ['a', 'b']) {
      sim.fork(function* () {
        yield flag.wait();
        note(name);
        yield flag.wait();
        note(`${name} again`);
      });
    }
    sim.fork(function* () {
      yield;
      flag.set();
      yield;
      flag.clear();
    });
    sim.run(3);
    expect(log).toEqual(['1:a', '1:a again', '1:b', '1:b again']);
    expect(flag.isSet).toBe(false);
  });
});

describe('an outcome', () => {
  it('should be had by all who wait, and by those who come later', () => {
    const { sim, log, note } = create();
    const outcome = new Outcome<number>();
    const broken = new Outcome<number>();
    for (const name of ['a', 'b']) {
      sim.fork(function* () {
        note(`${name} ${yield* outcome.wait()}`);
        note(`${name} ${yield* outcome.wait()}`);
        try {
          yield* broken.wait();
        } catch (error) {
          note((error as Error).message);
        }
      });
    }
    sim.run(1);
    outcome.succeed(5);
    expect(broken.fail(new Error('broken'))).toBe(false);
    sim.run(0);
    expect(log).toEqual(['1:a 5', '1:a 5', '1:broken', '1:b 5', '1:b 5', '1:broken']);
    expect(() => outcome.succeed(6)).toThrow('Expected an outcome to be given once');
  });
});

describe('an async task', () => {
  it('should wait for the same triggers, in one order with generators', async () => {
    const { sim, log, note } = create();
    const queue = new Queue<string>();
    const task = sim.fork(async () => {
      note('start');
      await sim.cycles(2);
      note('async');
      note(await queue.get());
      await Promise.resolve();
      await sim.until(() => true);
      note('until');
      return 5;
    });
    expectTypeOf(task).toEqualTypeOf<Task<number>>();
    sim.fork(function* () {
      yield sim.cycles(2);
      note('generator');
      yield;
      queue.put('item');
      const [five] = yield* sim.join(task);
      note(`joined ${five}`);
    });
    await sim.runAsync(10);
    expect(log).toEqual([...['0:start', '2:async', '2:generator', '3:item', '4:until', '4:joined 5']]);
  });

  it('should be refused by a run that is not async', async () => {
    const { sim } = create();
    const task = sim.fork(async () => {
      await sim.cycles(1);
    });
    expect(() => sim.run(1)).toThrow('Expected no async tasks in a run that is not async; use await sim.runAsync(n).');
    await sim.runAsync(1);
    expect(task.done).toBe(true);
    sim.fork(function* () {
      sim.fork(async () => undefined);
    });
    expect(() => sim.run(1)).toThrow('use await sim.runAsync(n)');
    sim.fork(() => Promise.resolve(1));
    expect(() => sim.run(1)).toThrow('use await sim.runAsync(n)');
    expect(sim.live).toBe(0);
  });

  it('should do all that it does in one edge before another async task goes on', async () => {
    const { sim, log, note } = create();
    const helper = async (name: string): Promise<void> => {
      for (let i = 0; i < 5; i++) await Promise.resolve();
      note(`${name} helped`);
      await sim.cycles(1);
    };
    for (const name of ['a', 'b']) {
      sim.fork(async () => {
        for (let i = 0; i < 2; i++) {
          await Promise.all([helper(name), sim.cycles(2)]);
          note(name);
        }
      });
    }
    await sim.runAsync(5);
    expect(log).toEqual([...['0:a helped', '0:b helped', '2:a', '2:a helped', '2:b', '2:b helped', '4:a', '4:b']]);
  });

  it('should be forked by a generator where there was none', async () => {
    const { sim, log, note } = create();
    sim.fork(function* () {
      yield;
      const child = sim.fork(async () => {
        note('child');
        await sim.cycles(1);
        return 5;
      });
      note('parent');
      note(`${(yield* sim.join(child))[0]}`);
    });
    sim.fork(function* () {
      for (;;) {
        yield;
        note('other');
      }
    });
    await sim.runAsync(3);
    expect(log).toEqual(['1:parent', '1:other', '1:child', '2:other', '2:5', '3:other']);
  });

  it('should hold the simulated time while it awaits a timer', async () => {
    const { host, sim, log, note } = create();
    sim.fork(async () => {
      await sim.cycles(2);
      await sleep(20);
      note('slept');
      await sim.cycles(1);
      note('on');
    });
    await sim.runAsync(5);
    expect([log, host.cycle]).toEqual([['2:slept', '3:on'], 5]);
  });

  it('should be named when it awaits what never comes, and can then be killed', async () => {
    const { host, sim } = create();
    const task = sim.fork(async function stuck() {
      await sim.cycles(2);
      await new Promise(() => undefined);
    });
    const error = await sim.runAsync(5, { patience: 20 }).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(
      /^Expected an async task to await triggers, but received one that has awaited something else for 20 ms, while simulated time stood still: task stuck, forked at testbench\/sim\/process\.test\.ts:\d+\.$/,
    );
    await expect(sim.runAsync(5, { patience: 20 })).rejects.toThrow('task stuck');
    expect(host.cycle).toBe(2);
    task.kill();
    const other = sim.fork(function* () {
      yield sim.cycles(2);
    });
    sim.run(3);
    expect([host.cycle, sim.live, other.done]).toEqual([5, 0, true]);
  });

  it('should throw its error out of the run, or into a join', async () => {
    const { sim } = create();
    sim.fork(async function broken() {
      await sim.cycles(1);
      throw new Error('Expected 1.');
    });
    await expect(sim.runAsync(5)).rejects.toThrow(/Expected 1\. \(in task broken, forked at testbench/);
    const task = sim.fork(async () => {
      await sim.cycles(1);
      throw new Error('caught');
    });
    const joined = sim.fork(async () => {
      await expect(sim.join(task)).rejects.toThrow('caught');
      return true;
    });
    await sim.runAsync(5);
    expect(joined.result).toBe(true);
  });

  it('should run finally blocks when it is killed', async () => {
    const { sim, log, note } = create();
    const task = sim.fork(async () => {
      try {
        await sim.cycles(100);
      } finally {
        note('cleaned');
        await sim.cycles(1);
        note('never');
      }
    });
    await sim.runAsync(2);
    task.kill();
    await sim.runAsync(0);
    expect([log, task.state, sim.live]).toEqual([['2:cleaned'], 'killed', 0]);
  });

  it('should not mix with those of another simulation', async () => {
    const sims = [create(), create(), create()];
    for (const { sim, note } of sims) {
      sim.fork(async () => {
        for (let i = 0; i < 50; i++) {
          await sim.cycles(1);
          await Promise.resolve();
          note('a');
        }
      });
    }
    await Promise.all(sims.map(({ sim }) => sim.runAsync(60)));
    for (const { sim, log } of sims) {
      expect(log).toEqual(Array.from({ length: 50 }, (_, i) => `${i + 1}:a`));
      expect(sim.live).toBe(0);
    }
  });

  it('should be the only place to await a trigger', async () => {
    const { sim } = create();
    await expect((async () => sim.cycles(1))()).rejects.toThrow(
      'Expected await of a trigger in a task that runs under runAsync, but it was elsewhere.',
    );
  });

  it('should not be run twice at a time', async () => {
    const { sim } = create();
    sim.fork(async () => {
      await sim.cycles(5);
    });
    const first = sim.runAsync(5);
    await expect(sim.runAsync(5)).rejects.toThrow('Expected runs to come one after the other');
    await first;
  });
});
