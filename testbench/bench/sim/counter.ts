// SPDX-License-Identifier: Apache-2.0
// What a cycle of a counter costs: all but nothing of it is the model's, so this is
// the price of the loops themselves.

import { build } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed } from '../support/turns.ts';
import { ofPlain } from './cycles.ts';
import { counterOptions, note, startMain, type CounterTypes } from './designs.ts';

const TURNS = 41;
const CYCLES = 200_000;

/** Figures of the counter's cycles. */
export async function counter(): Promise<Measured[]> {
  const Counter = await build<CounterTypes>({ ...counterOptions, onProgress: note });
  using sim = Counter.create();
  using plain = await startMain('counter', Counter);
  sim.reset('rst');
  const { dut } = sim;
  dut.en = 1;
  const run = (): number => {
    sim.run(CYCLES);
    return dut.count;
  };
  const tick = (): number => {
    let sum = 0;
    for (let i = 0; i < CYCLES; i++) {
      dut.en = (i & 7) === 0 ? 0 : 1;
      sim.tick();
      sum = (Math.imul(sum, 31) + dut.count) | 0;
    }
    dut.en = 1;
    return sum >>> 0;
  };
  const runs = await inTurns(
    TURNS,
    () => timed(run),
    () => plain.ask('run', CYCLES),
  );
  const ticks = await inTurns(
    TURNS,
    () => timed(tick),
    () => plain.ask('tick', CYCLES),
  );
  return [ofPlain('run(n), counter', runs, CYCLES, 1.2), ofPlain('tick() a cycle, counter', ticks, CYCLES)];
}
