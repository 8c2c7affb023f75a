// SPDX-License-Identifier: Apache-2.0
// What taking and restoring the core's state costs: 16 KiB of memory, registers
// and ports. Between snapshots the core runs, and its program changes the memory;
// the cycles alone are measured in the same turns and taken off.

import { build, type Snapshot } from '../../../sim/index.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed } from '../support/turns.ts';
import { note, socOptions, startMain, type SocTypes } from './designs.ts';

const TURNS = 41;
const COUNT = 2_000;
const UNIT = 16_384;

/** Figures of snapshots. */
export async function state(): Promise<Measured[]> {
  const Soc = await build<SocTypes>({ ...socOptions, onProgress: note });
  using sim = Soc.create();
  using plain = await startMain('soc', Soc);
  sim.reset('rst');
  sim.run(1000);
  const kept: Snapshot[] = Array.from({ length: COUNT }, () => sim.snapshot());
  const perUnit = (seconds: number): number => ((seconds * 1e6) / COUNT) * (UNIT / kept[0]!.byteLength);
  const copies = (): Promise<{ seconds: number; sum: number }> => plain.ask('copy', COUNT);
  const times = (work: (i: number) => void) => () =>
    timed(() => {
      for (let i = 0; i < COUNT; i++) work(i);
      return 0;
    });
  const snapshots = async (name: string, cycles: number, limit: string): Promise<Measured> => {
    const turns = await inTurns(
      TURNS,
      times((i) => {
        sim.run(cycles);
        kept[i] = sim.snapshot();
      }),
      times(() => sim.run(cycles)),
    );
    return {
      name: `snapshot, 16 KiB, ${name}`,
      value: perUnit(turns.ours - turns.theirs),
      unit: 'us',
      against: `${limit}${COUNT} of them are kept`,
    };
  };

  const near = await snapshots('a cycle apart', 1, 'at most 2 us; ');
  const far = await snapshots('100 cycles apart', 100, '');
  const restores = await inTurns(
    TURNS,
    times((i) => sim.restore(kept[i]!)),
    copies,
  );
  const inC = `C++ copies 16 KiB out and in in ${((restores.theirs * 1e6) / COUNT).toFixed(2)} us`;
  const restore = {
    name: 'restore, 16 KiB',
    value: perUnit(restores.ours),
    unit: 'us',
    against: `at most 2 us; least ${perUnit(restores.least).toFixed(2)}; ${inC}`,
  };
  return [near, far, restore];
}
