// SPDX-License-Identifier: Apache-2.0
// What a cycle of the core costs from TypeScript, by a plain C++ program that does the same on
// the same generated code: an input written and two outputs read with each tick,
// cycles alone, and rows of stimulus with both outputs sampled.

import { build, type BuildOptions } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed } from '../support/turns.ts';
import { ofPlain } from './cycles.ts';
import { clusterOptions, note, socOptions, startMain, type SocTypes } from './designs.ts';

const TURNS = 61;
const CYCLES = 50_000;

/** Figures of the core's cycles. */
export function soc(): Promise<Measured[]> {
  return cyclesOf(socOptions, 'rv32');
}

/** Figures of the cycles of four cores. */
export function cluster(): Promise<Measured[]> {
  return cyclesOf(clusterOptions, 'four rv32');
}

async function cyclesOf(options: BuildOptions, name: string): Promise<Measured[]> {
  const Soc = await build<SocTypes>({ ...options, onProgress: note });
  using sim = Soc.create();
  using plain = await startMain('soc', Soc);
  sim.reset('rst');
  const { dut } = sim;

  const tick = (): number => {
    let sum = 0;
    for (let i = 0; i < CYCLES; i++) {
      dut.irq = i % 1024 === 0 ? 1 : 0;
      sim.tick();
      sum = (Math.imul(sum, 31) + dut.checksum + dut.trap) | 0;
    }
    return sum >>> 0;
  };
  const run = (): number => {
    sim.run(CYCLES);
    return dut.checksum;
  };
  const irq = Uint8Array.from({ length: CYCLES }, (_, i) => (i % 1024 === 0 ? 1 : 0));
  let rows: { checksum: ArrayLike<number | bigint>; trap: ArrayLike<number | bigint> };
  const batch = (): number => {
    rows = sim.batch({ irq }, ['checksum', 'trap']);
    return 0;
  };
  const sumOfRows = (): number => {
    let sum = 0;
    const [checksum, trap] = [rows.checksum as Uint32Array, rows.trap as Uint8Array];
    for (let i = 0; i < CYCLES; i++) sum = (Math.imul(sum, 31) + checksum[i]! + trap[i]!) | 0;
    return sum >>> 0;
  };

  const ticks = await inTurns(
    TURNS,
    () => timed(tick),
    () => plain.ask('tick', CYCLES),
  );
  dut.irq = 0;
  const runs = await inTurns(
    TURNS,
    () => timed(run),
    () => plain.ask('run', CYCLES),
  );
  const batches = await inTurns(
    TURNS,
    () => ({ ...timed(batch), sum: sumOfRows() }),
    () => plain.ask('batch', CYCLES),
  );
  return [
    ofPlain(`tick() a cycle, ${name}`, ticks, CYCLES, 1.2),
    ofPlain(`run(n), ${name}`, runs, CYCLES, 1.05),
    ofPlain(`batch(), ${name}`, batches, CYCLES, 1.05),
    {
      name: `simulated cycles a second, ${name}`,
      value: CYCLES / runs.ours,
      unit: 'cycles/s',
      against: `C++: ${Math.round(CYCLES / runs.theirs)}; machine-dependent`,
    },
  ];
}
