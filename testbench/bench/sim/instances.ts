// SPDX-License-Identifier: Apache-2.0
// Many instances in one process: time, memory and threads.

import { build } from '../../../sim/index.ts';
import { runScript } from '../support/child.ts';
import { median, type Measured } from '../support/figures.ts';
import { counterOptions, note, processScript, startMain } from './designs.ts';

const TURNS = 5;
const KEPT = 10_000;
const GONE = 300_000;

interface Process {
  readonly threads: number;
  readonly megabytes: number;
}
interface Created {
  readonly milliseconds: number;
  readonly before: Process;
  readonly after: Process;
}

interface Disposed {
  readonly milliseconds: number;
  /** After each tenth. */
  readonly megabytes: readonly number[];
}

/** Figures of instances. */
export async function instances(): Promise<Measured[]> {
  const Counter = await build({ ...counterOptions, onProgress: note });
  using plain = await startMain('counter', Counter);
  const created: Created[] = [];
  const inC: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    created.push(await runScript<Created>(processScript, ['create', `${KEPT}`]));
    inC.push((await plain.ask('create', KEPT)).seconds);
  }
  const gone = await runScript<Disposed>(processScript, ['dispose', `${GONE}`, '1000']);
  const atOnce = await runScript<Disposed>(processScript, ['dispose', `${GONE}`, `${GONE}`]);
  const each = created.map(({ milliseconds }) => (milliseconds * 1000) / KEPT);
  const { before, after } = created[0]!;
  return [
    {
      name: 'creating an instance, of 10,000 that stay',
      value: median(each),
      unit: 'us',
      against: `at most 50 us; least ${Math.min(...each).toFixed(1)}; C++ ${((median(inC) * 1e6) / KEPT).toFixed(1)} us`,
    },
    {
      name: 'threads that 10,000 instances add',
      value: after.threads - before.threads,
      unit: 'threads',
      against: `0; node has ${before.threads}`,
    },
    {
      name: 'memory of an instance, of 10,000',
      value: ((after.megabytes - before.megabytes) * 1024) / KEPT,
      unit: 'KiB',
      against: `${after.megabytes.toFixed(0)} MiB in all`,
    },
    {
      name: 'creating, a cycle and disposing, of 300,000',
      value: (gone.milliseconds * 1000) / GONE,
      unit: 'us',
      against: 'at most 50 us',
    },
    {
      name: 'memory that the last 120,000 of 300,000 add',
      value: growth(gone),
      unit: 'MiB',
      against: `flat; ${course(gone)}; the event loop turns every 1,000`,
    },
    {
      name: 'memory that the last 120,000 of 300,000 add, in one turn of the event loop',
      value: growth(atOnce),
      unit: 'MiB',
      against: `${course(atOnce)}; Node frees what an addon made between turns`,
    },
  ];
}

function growth({ megabytes }: Disposed): number {
  return megabytes.at(-1)! - megabytes[5]!;
}

function course({ megabytes }: Disposed): string {
  return `at each tenth ${megabytes.map((one) => one.toFixed(0)).join(' ')} MiB`;
}
