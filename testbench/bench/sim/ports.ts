// SPDX-License-Identifier: Apache-2.0
// What reading and writing a port costs, loop included. A native call would cost
// 25 ns and more.

import { build } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed } from '../support/turns.ts';
import { echoOptions, nanoseconds, note, startMain, type EchoTypes } from './designs.ts';

const TURNS = 9;
const COUNT = 2_000_000;
const WIDE_COUNT = COUNT / 10;

/** Figures of ports. */
export async function ports(): Promise<Measured[]> {
  const Echo = await build<EchoTypes>({ ...echoOptions, onProgress: note });
  using sim = Echo.create();
  using plain = await startMain('echo', Echo);
  const { dut } = sim;

  const writes: Readonly<Record<string, (count: number) => void>> = {
    'up to 8 bits': (count) => {
      for (let i = 0; i < count; i++) dut.in_8 = i & 0xff;
    },
    '16 bits': (count) => {
      for (let i = 0; i < count; i++) dut.in_16 = i & 0xffff;
    },
    '32 bits': (count) => {
      for (let i = 0; i < count; i++) dut.in_32 = i;
    },
    '53 bits': (count) => {
      for (let i = 0; i < count; i++) dut.in_53 = i * 4096;
    },
    '128 bits': (count) => {
      const values = [0n, 1n << 127n, (1n << 128n) - 1n, 12_345_678_901_234_567_890n];
      for (let i = 0; i < count; i++) dut.in_128 = values[i & 3]!;
    },
    'up to 8 bits, by a driver': (count) => {
      using driver = sim.claim('in_8', 'the benchmark');
      for (let i = 0; i < count; i++) driver.write(i & 0xff);
    },
  };
  const reads: Readonly<Record<string, (count: number) => number>> = {
    'up to 8 bits': (count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum = (sum + dut.out_8) | 0;
      return sum;
    },
    '16 bits': (count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum = (sum + dut.out_16) | 0;
      return sum;
    },
    '32 bits': (count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum = (sum + dut.out_32) | 0;
      return sum;
    },
    '53 bits': (count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += dut.out_53;
      return sum;
    },
    '128 bits': (count) => {
      let odd = 0;
      for (let i = 0; i < count; i++) if ((dut.out_128 & 1n) === 1n) odd++;
      return odd;
    },
  };

  dut.in_8 = 0xa5;
  dut.in_16 = 0xa5a5;
  dut.in_32 = 0xa5a5_a5a5;
  dut.in_53 = 2 ** 52 + 12_345;
  dut.in_128 = (1n << 127n) + 4n;
  sim.tick();

  const figures: Measured[] = [];
  for (const [kind, works] of Object.entries({ write: writes, read: reads })) {
    for (const [width, work] of Object.entries(works)) {
      const count = width === '128 bits' ? WIDE_COUNT : COUNT;
      // Only times are compared: the two do not compute the same.
      const ours = (): { seconds: number; sum: number } => ({ ...timed(() => (work(count), 0)), sum: 0 });
      const theirs = async (): Promise<{ seconds: number; sum: number }> => {
        return { ...(await plain.ask(kind, COUNT)), sum: 0 };
      };
      const turns = await inTurns(TURNS, ours, theirs);
      const inC = nanoseconds(turns.theirs, COUNT).toFixed(2);
      // The goal is that of plain reads and writes of up to 32 bits.
      const isGoal = ['up to 8 bits', '16 bits', '32 bits'].includes(width);
      figures.push({
        name: `port ${kind}, ${width}`,
        value: nanoseconds(turns.ours, count),
        unit: 'ns',
        against: `${isGoal ? 'at most 5 ns; ' : ''}least ${nanoseconds(turns.least, count).toFixed(1)}; 32 bits in C++: ${inC} ns`,
      });
    }
  }
  return figures;
}
