// SPDX-License-Identifier: Apache-2.0
// What ports and cycles cost in a process that used other models before: the
// JavaScript engine has then seen several kinds of everything.

import { build } from '../../../sim/index.ts';
import { median, type Measured } from '../support/figures.ts';
import { timed } from '../support/turns.ts';
import {
  counterOptions,
  echoOptions,
  nanoseconds,
  note,
  socOptions,
  type CounterTypes,
  type EchoTypes,
  type SocTypes,
} from './designs.ts';

const TURNS = 9;
const COUNT = 1_000_000;
const CYCLES = COUNT / 10;

/** Figures of the last of three models. */
export async function mixed(): Promise<Measured[]> {
  const onProgress = note;
  using counter = (await build<CounterTypes>({ ...counterOptions, onProgress })).create();
  using soc = (await build<SocTypes>({ ...socOptions, onProgress })).create();
  using echo = (await build<EchoTypes>({ ...echoOptions, onProgress })).create();
  soc.reset('rst');
  let sum = 0;
  for (let i = 0; i < CYCLES; i++) {
    counter.dut.en = i & 1;
    counter.tick();
    sum = (sum + counter.dut.count) | 0;
  }
  for (let i = 0; i < CYCLES; i++) {
    soc.dut.irq = 0;
    soc.tick();
    sum = (sum + soc.dut.checksum + soc.dut.trap) | 0;
  }

  const { dut } = echo;
  const measure = (count: number, work: () => void): number => {
    const turns = Array.from({ length: TURNS }, () => timed(() => (work(), 0)).seconds);
    return nanoseconds(median(turns), count);
  };
  const write = measure(COUNT, () => {
    for (let i = 0; i < COUNT; i++) dut.in_8 = i & 0xff;
  });
  const read = measure(COUNT, () => {
    for (let i = 0; i < COUNT; i++) sum = (sum + dut.out_8) | 0;
  });
  const tick = measure(CYCLES, () => {
    for (let i = 0; i < CYCLES; i++) echo.tick();
  });
  const run = measure(CYCLES, () => echo.run(CYCLES));
  return [
    { name: 'port write, up to 8 bits, third model', value: write, unit: 'ns', against: 'at most 5 ns' },
    { name: 'port read, up to 8 bits, third model', value: read, unit: 'ns', against: 'at most 5 ns' },
    {
      name: 'tick() beyond run(n), third model',
      value: tick - run,
      unit: 'ns',
      against: 'the price of a native call from JavaScript',
    },
  ];
}
