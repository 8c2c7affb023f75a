// SPDX-License-Identifier: Apache-2.0
// What resuming a generator costs: the time of cycles in which tasks are resumed
// beyond that of the same cycles without, in one native call or in one each.

import { build, type Simulation } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import type { Timed } from '../support/plain-program.ts';
import { inTurns, timed, type Turns } from '../support/turns.ts';
import { counterOptions, nanoseconds, note, type CounterTypes } from './designs.ts';

const TURNS = 41;
const CYCLES = 50_000;
const MANY = 10;

/** Figures of tasks. */
export async function tasks(): Promise<Measured[]> {
  const Counter = await build<CounterTypes>({ ...counterOptions, onProgress: note });
  const start = (count: number, work: (sim: Simulation<CounterTypes>) => void = nothing): Simulation<CounterTypes> => {
    const sim = Counter.create();
    for (let i = 0; i < count; i++) {
      sim.fork(function* () {
        for (;;) {
          work(sim);
          yield;
        }
      });
    }
    return sim;
  };
  const running = (sim: Simulation<CounterTypes>) => (): Timed => timed(() => (sim.run(CYCLES), 0));

  using none = start(0);
  using one = start(1);
  using many = start(MANY);
  using busy = start(1, ({ dut }) => (dut.en = dut.count & 1));
  const each = ({ ours, theirs }: Turns, count = 1): number => nanoseconds(ours - theirs, CYCLES * count);
  const ticks = (): number => {
    for (let i = 0; i < CYCLES; i++) none.tick();
    return 0;
  };
  return [
    {
      name: `a resume of a generator, ${MANY} a cycle, beyond run(n)`,
      value: each(await inTurns(TURNS, running(many), running(none)), MANY),
      unit: 'ns',
      against: 'at most 100 ns',
    },
    {
      name: 'a resume of a generator, 1 a cycle, beyond tick()',
      value: each(await inTurns(TURNS, running(one), () => timed(ticks))),
      unit: 'ns',
      against: 'at most 100 ns',
    },
    {
      name: 'a resume of a generator, 1 a cycle, beyond run(n)',
      value: each(await inTurns(TURNS, running(one), running(none))),
      unit: 'ns',
      against: 'with the native call that each cycle then takes',
    },
    {
      name: 'the same with a port read and a port written',
      value: each(await inTurns(TURNS, running(busy), running(none))),
      unit: 'ns',
      against: 'the figure above',
    },
  ];
}

function nothing(): void {
  // A task that only waits.
}
