// SPDX-License-Identifier: Apache-2.0
// Waveforms and coverage cost nothing where they are off: a build without them is
// of the same C++ before and after builds with them, and as fast beside
// them. What they cost where they are on is told too.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashContent } from '../../../sim/addon/hash.ts';
import { build, type BuildOptions, type Simulation } from '../../../sim/index.ts';
import { runScript } from '../support/child.ts';
import type { Measured } from '../support/figures.ts';
import { inTurns, timed } from '../support/turns.ts';
import { nanoseconds, note, processScript, socOptions, startMain } from './designs.ts';

const TURNS = 21;
const CYCLES = 100_000;

/** Figures of what is off. */
export async function off(): Promise<Measured[]> {
  const rebuild = async (options: BuildOptions): Promise<string> => {
    return (await runScript<{ code: string }>(processScript, ['build', JSON.stringify(options)])).code;
  };
  const before = digests(await rebuild(socOptions));
  await rebuild({ ...socOptions, trace: 'vcd' });
  await rebuild({ ...socOptions, coverage: true });
  rmSync(dirname(await rebuild(socOptions)), { recursive: true });
  const after = digests(await rebuild(socOptions));
  const names = new Set([...before.keys(), ...after.keys()]);
  const differing = [...names].filter((name) => before.get(name) !== after.get(name));

  const start = async (options: BuildOptions): Promise<Simulation> => {
    const sim = (await build({ ...options, onProgress: note })).create();
    sim.reset('rst');
    return sim;
  };
  using sim = await start(socOptions);
  using traced = await start({ ...socOptions, trace: 'vcd' });
  using covered = await start({ ...socOptions, coverage: true });
  using plain = await startMain('soc', await build(socOptions));
  const cycles =
    (one: Simulation, count = CYCLES) =>
    () =>
      timed(() => (one.run(count), 0));
  const theirs = async (): Promise<{ seconds: number; sum: number }> => ({
    ...(await plain.ask('run', CYCLES)),
    sum: 0,
  });

  const beside = await inTurns(TURNS, cycles(sim), theirs);
  const withTrace = await inTurns(TURNS, cycles(traced), cycles(sim));
  const withCoverage = await inTurns(5, cycles(covered), cycles(sim));
  return [
    {
      name: 'generated files that differ after builds with waveform and coverage',
      value: differing.length,
      unit: 'files',
      against: `0 of ${names.size}`,
    },
    {
      name: 'run(n), rv32, beside models with waveform and coverage',
      value: beside.ratio,
      unit: 'of C++',
      against: `at most 1.05; ${nanoseconds(beside.ours, CYCLES).toFixed(1)} ns a cycle`,
    },
    {
      name: 'run(n), rv32, built with waveform and none open',
      value: withTrace.ratio,
      unit: 'of plain',
      against: 'what `trace` costs where it is on',
    },
    {
      name: 'run(n), rv32, with coverage counted',
      value: withCoverage.ratio,
      unit: 'of plain',
      against: 'what `coverage` costs where it is on',
    },
  ];
}

// SHA-256 of every generated file.
function digests(code: string): Map<string, string> {
  return new Map(readdirSync(code).map((name) => [name, hashContent(readFileSync(join(code, name)))]));
}
