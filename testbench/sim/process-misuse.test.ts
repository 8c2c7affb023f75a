// SPDX-License-Identifier: Apache-2.0
// What tasks are told when they wait for what they cannot wait for.

import { describe, expect, it } from 'vitest';
import { Scheduler, until, within, type Trigger } from '../../sim/process/index.ts';
import { FakeHost } from './fake-host.ts';

function create(): Scheduler {
  return new Scheduler(new FakeHost([{ name: 'clk', period: 10, phase: 0 }]));
}

describe('another simulation', () => {
  const triggers: Record<string, (sim: Scheduler) => Trigger<unknown>> = {
    'cycles(1)': (sim) => sim.cycles(1),
    'cycles(80)': (sim) => sim.cycles(80),
    'an edge': (sim) => sim.edge('clk', 'falling'),
    join: (sim) =>
      sim.join(
        sim.fork(function* () {
          yield;
        }),
      ),
  };

  it.each(Object.keys(triggers))('should not be waited for: %s', async (what) => {
    const [sim, other] = [create(), create()];
    const message = `Expected a trigger of the task's own simulation, but received ${what} of another one. (in task wrong`;
    sim.fork(function* wrong() {
      yield triggers[what]!(other);
    });
    expect(() => sim.run(1)).toThrow(message);
    sim.fork(async function wrong() {
      await triggers[what]!(other);
    });
    await expect(sim.runAsync(1)).rejects.toThrow(message);
    sim.fork(function* wrong() {
      yield within(3, triggers[what]!(other));
    });
    expect(() => sim.run(1)).toThrow(message);
    expect(sim.live).toBe(0);
  });

  it('should leave no wait behind where a part of a trigger is of it', async () => {
    const [sim, other] = [create(), create()];
    const cycles: number[] = [];
    const host = new FakeHost();
    const mine = new Scheduler(host);
    mine.fork(function* () {
      try {
        yield mine.first(mine.cycles(1), other.cycles(1));
      } catch {
        yield mine.cycles(3);
      }
      cycles.push(host.cycle);
    });
    mine.run(5);
    expect(cycles).toEqual([3]);
    sim.fork(async () => {
      await sim.first(sim.cycles(1), other.cycles(1)).then(undefined, () => undefined);
      await new Promise(() => undefined);
    });
    await expect(sim.runAsync(5, { patience: 20 })).rejects.toThrow('awaited something else for 20 ms');
  });

  it('should not be joined, and own its tasks alone', () => {
    const [sim, other] = [create(), create()];
    const task = other.fork(function* far() {
      yield;
    });
    expect(() => sim.join(task)).toThrow(
      /^Expected tasks of one simulation, but received one of another: task far, forked at testbench\/sim\/process-misuse\.test\.ts:\d+\.$/,
    );
    expect([sim.owns(task), other.owns(task), other.owns({}), other.owns(null)]).toEqual([false, true, false, false]);
  });
});

describe('what is no trigger', () => {
  it.each([
    [undefined, 'undefined'],
    [3, '3'],
    ['two\nlines', String.raw`"two\nlines"`],
    [Object.create(null), 'an object'],
    [(): boolean => true, 'a function (wait for a condition with until)'],
    [Promise.resolve(), 'Promise; promises are for async functions'],
  ])('should not be waited for: %j', (given, received) => {
    const sim = create();
    expect(() => within(3, given as never)).toThrow(
      new TypeError(`Expected the second argument of within to be a trigger, but received ${received}.`),
    );
    expect(() => sim.first(sim.cycles(1), given as never)).toThrow(
      new TypeError(`Expected value 1 of first to be a trigger, but received ${received}.`),
    );
    if (given === undefined) return;
    sim.fork(function* wrong() {
      yield given as never;
    });
    expect(() => sim.run(1)).toThrow(
      `Expected wrong to yield nothing or a trigger, but received ${received}. (in task`,
    );
  });

  it('should be named when it is a task or a generator', () => {
    const sim = create();
    const task = sim.fork(function* () {
      yield;
    });
    const part = function* (): Generator<undefined> {
      yield;
    };
    expect(() => within(3, task as never)).toThrow('but received a task (wait for it with join).');
    expect(() => within(3, part() as never)).toThrow('but received a generator (run it with yield*).');
  });
});

describe('a task without a name', () => {
  it('should be called by the place where it was forked', () => {
    const sim = create();
    const task = sim.fork(function* () {
      yield 5 as never;
    });
    const place = String.raw`task forked at testbench\/sim\/process-misuse\.test\.ts:\d+`;
    expect(task.name).toMatch(new RegExp(`^${place}$`));
    expect(() => sim.run(1)).toThrow(
      new RegExp(String.raw`^Expected ${place} to yield nothing or a trigger, but received 5\. \(in ${place}\)$`),
    );
  });
});

describe('a predicate that is async', () => {
  it('should not count as one that holds', () => {
    const sim = create();
    const task = sim.fork(function* waiting() {
      yield until((async () => false) as never);
    });
    expect(() => sim.run(1)).toThrow(
      'Expected a predicate to return whether it holds, but received a promise; it cannot be async. (in task waiting,',
    );
    expect(task.state).toBe('failed');
  });
});
