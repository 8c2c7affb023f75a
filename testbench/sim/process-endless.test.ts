// SPDX-License-Identifier: Apache-2.0
// Tasks that would keep the simulated time, or the real one, standing still for
// ever: each ends in an error that names one.

// A task that only forks has nothing to wait for.
/* eslint-disable require-yield */

import { describe, expect, it, vi } from 'vitest';
import { Queue, Scheduler, type Process } from '../../sim/process/index.ts';
import { FakeHost } from './fake-host.ts';

const afterCycle = (cycle: number, name: string): RegExp =>
  new RegExp(
    `^Expected tasks to wait for an edge, but received 100000 turns after the one of cycle ${cycle}; ` +
      String.raw`the last was task ${name}, forked at testbench/sim/process-endless\.test\.ts:\d+\.$`,
  );

describe('tasks without an edge', () => {
  it('should be stopped when they poll triggers for ever, caught or not', () => {
    const sim = new Scheduler(new FakeHost());
    const task = sim.fork(function* spin() {
      yield sim.cycles(7);
      for (;;) {
        try {
          yield sim.cycles(0);
        } catch {
          // Goes on regardless.
        }
      }
    });
    expect(() => sim.run(10)).toThrow(afterCycle(7, 'spin'));
    expect([task.state, sim.live]).toEqual(['failed', 0]);
    sim.run(10);
  });

  it('should be stopped when each forks another', () => {
    const sim = new Scheduler(new FakeHost());
    function* f(): Process {
      sim.fork(f);
    }
    sim.fork(function* () {
      yield sim.cycles(3);
      sim.fork(f);
    }, 'start');
    expect(() => sim.run(10)).toThrow(afterCycle(3, 'f'));
    expect(() => sim.run(10)).toThrow(afterCycle(3, 'f'));
    sim.killAll();
    sim.run(10);
  });

  it('should be stopped when each async one forks another, before the first edge too', async () => {
    const sim = new Scheduler(new FakeHost());
    async function f(): Promise<void> {
      sim.fork(f);
    }
    sim.fork(f);
    await expect(sim.runAsync(10)).rejects.toThrow(
      /^Expected tasks to wait for an edge, but received 100000 turns after the start; the last was task f, forked at/,
    );
  });

  it.each(['run', 'runAsync'] as const)('should be stopped when they hand an item back and forth: %s', async (how) => {
    const sim = new Scheduler(new FakeHost());
    const [there, back] = [new Queue<number>(), new Queue<number>()];
    const connect = (from: Queue<number>, to: Queue<number>): void => {
      if (how === 'run') {
        sim.fork(function* pass() {
          for (;;) to.put(yield* from.get());
        });
      } else {
        sim.fork(async function pass() {
          for (;;) to.put(await from.get());
        });
      }
    };
    connect(there, back);
    connect(back, there);
    sim.fork(function* () {
      yield;
      there.put(1);
    });
    await expect((async () => sim[how](5))()).rejects.toThrow(afterCycle(1, 'pass'));
  });

  it('should be stopped when they are async', async () => {
    const sim = new Scheduler(new FakeHost());
    const task = sim.fork(async function spin() {
      await sim.cycles(2);
      for (;;) await sim.cycles(0).then(undefined, () => undefined);
    });
    await expect(sim.runAsync(5)).rejects.toThrow(afterCycle(2, 'spin'));
    expect([task.state, sim.live]).toEqual(['failed', 0]);
    await sim.runAsync(5);
  });

  it('should be told from many tasks, each of which begins or ends in one edge', () => {
    const sim = new Scheduler(new FakeHost());
    const tasks = Array.from({ length: 100_500 }, () =>
      sim.fork(function* () {
        yield;
      }),
    );
    sim.run(2);
    expect(tasks.every(({ state }) => state === 'done')).toBe(true);
  });
});

it('should not wait for ever for what never settles, though timers are faked', async () => {
  vi.useFakeTimers();
  try {
    const sim = new Scheduler(new FakeHost());
    const task = sim.fork(async function stuck() {
      await new Promise(() => undefined);
    });
    await expect(sim.runAsync(5, { patience: 20 })).rejects.toThrow('awaited something else for 20 ms');
    task.kill();
  } finally {
    vi.useRealTimers();
  }
});

it('should check patience', async () => {
  const sim = new Scheduler(new FakeHost());
  await expect(sim.runAsync(5, { patience: Number.NaN })).rejects.toThrow(
    'Expected patience to be an integer from 0, but received NaN.',
  );
});
