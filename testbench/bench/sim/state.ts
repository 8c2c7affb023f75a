// SPDX-License-Identifier: Apache-2.0
// What taking and restoring the core's state costs: 16 KiB of memory, registers
// and ports.

import { build } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed, type Turns } from '../support/turns.ts';
import { note, socOptions, startMain, type SocTypes } from './designs.ts';

const TURNS = 21;
const COUNT = 2_000;
const UNIT = 16_384;

/** Figures of snapshots. */
export async function state(): Promise<Measured[]> {
  const Soc = await build<SocTypes>({ ...socOptions, onProgress: note });
  using sim = Soc.create();
  using plain = await startMain('soc', Soc);
  sim.reset('rst');
  sim.run(1000);
  const first = sim.snapshot();
  const perUnit = (seconds: number): number => ((seconds * 1e6) / COUNT) * (UNIT / first.byteLength);
  const copies = (): Promise<{ seconds: number; sum: number }> => plain.ask('copy', COUNT);
  const times = (work: () => void) => () =>
    timed(() => {
      for (let i = 0; i < COUNT; i++) work();
      return 0;
    });

  const takes = await inTurns(
    TURNS,
    times(() => void sim.snapshot()),
    copies,
  );
  const restores = await inTurns(
    TURNS,
    times(() => sim.restore(first)),
    copies,
  );
  const both = await inTurns(
    TURNS,
    times(() => sim.restore(sim.snapshot())),
    copies,
  );
  const inC = `C++ copies 16 KiB out and in in ${((both.theirs * 1e6) / COUNT).toFixed(2)} us`;
  const figure = (name: string, { ours, least }: Turns, limit: string): Measured => ({
    name: `${name}, 16 KiB`,
    value: perUnit(ours),
    unit: 'us',
    against: `${limit}least ${perUnit(least).toFixed(2)}; ${inC}`,
  });
  return [
    figure('snapshot', takes, 'at most 2 us; '),
    figure('restore', restores, 'at most 2 us; '),
    figure('snapshot and restore', both, ''),
  ];
}
