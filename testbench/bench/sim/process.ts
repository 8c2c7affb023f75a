// SPDX-License-Identifier: Apache-2.0
// Does one piece of work of the figures in a process of its own, because the
// process is part of what is measured; prints a JSON object.
//
// node process.js WORK [ARGUMENT…]

import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { build, type BuildOptions, type Simulation } from '../../../sim/index.ts';
import { counterOptions } from './designs.ts';

/** What /proc says of this process. */
function own(): { threads: number; megabytes: number } {
  const text = readFileSync('/proc/self/status', 'utf8');
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  return { threads: number('Threads'), megabytes: number('VmRSS') / 1024 };
}

const works: Readonly<Record<string, (...args: string[]) => Promise<unknown>>> = {
  /** Milliseconds of a build, to the first cycle, and since the process started; and what was done. */
  build: async (options) => {
    const steps: string[] = [];
    const start = performance.now();
    const parsed = JSON.parse(options ?? '') as BuildOptions;
    const Built = await build({ ...parsed, onProgress: (text) => steps.push(text) });
    const built = performance.now();
    Built.create().tick();
    const end = performance.now();
    return { build: built - start, tick: end - start, all: end, steps, code: Built.code.folder };
  },

  /** Instances that stay. */
  create: async (count) => {
    const Counter = await build(counterOptions);
    Counter.create().dispose();
    const before = own();
    const made: Simulation[] = [];
    const start = performance.now();
    for (let i = 0; i < Number(count); i++) made.push(Counter.create());
    const milliseconds = performance.now() - start;
    for (const sim of made) sim.tick();
    return { milliseconds, before, after: own(), cycles: made.reduce((sum, { cycle }) => sum + cycle, 0) };
  },

  /** Instances that go at once, with a turn of the event loop now and then, as tests have; memory each tenth of the way. */
  dispose: async (count, perTurn) => {
    const Counter = await build(counterOptions);
    const tenth = Number(count) / 10;
    const megabytes: number[] = [];
    const start = performance.now();
    for (let i = 1; i <= Number(count); i++) {
      const sim = Counter.create();
      sim.tick();
      sim.dispose();
      if (i % Number(perTurn) === 0) await setImmediate();
      if (i % tenth === 0) megabytes.push(own().megabytes);
    }
    return { milliseconds: performance.now() - start, megabytes };
  },
};

const [work = '', ...args] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await works[work]!(...args))}\n`);
