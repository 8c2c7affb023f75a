// SPDX-License-Identifier: Apache-2.0
// What building takes, each build in a process of its own: cold (a design never
// seen, in a cache that holds what all designs share), from the cache, and by
// eight processes at once. Beside it Verilator's own build of the same design.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildOptions } from '../../../sim/index.ts';
import { runScript } from '../support/child.ts';
import { median, type Measured } from '../support/figures.ts';
import { counterOptions, echoOptions, mainFile, note, processScript, socOptions, verilogFile } from './designs.ts';

const TURNS = 5;
const PROCESSES = 8;

interface Built {
  readonly build: number;
  readonly tick: number;
  readonly all: number;
  readonly steps: readonly string[];
}

/** Figures of builds. */
export async function builds(): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'berus-bench-'));
  const run = (options: BuildOptions): Promise<Built> => {
    const environment = { BERUS_CACHE_DIR: join(folder, 'cache') };
    return runScript<Built>(processScript, ['build', JSON.stringify(options)], environment);
  };
  try {
    note('setting up a new cache');
    const setUp = await run(echoOptions);

    const cold: Record<'counter' | 'soc', number[]> = { counter: [], soc: [] };
    const hits: Built[] = [];
    for (let turn = 1; turn <= TURNS; turn++) {
      const soc = otherSoc(folder, turn);
      cold.counter.push((await run({ ...counterOptions, params: { W: 16 + turn } })).build);
      cold.soc.push((await run(soc)).build);
      hits.push(await run(soc));
    }

    note(`${PROCESSES} processes`);
    const together = { ...counterOptions, params: { W: 40 } };
    const start = performance.now();
    const all = await Promise.all(Array.from({ length: PROCESSES }, () => run(together)));
    const seconds = (performance.now() - start) / 1000;
    const compilations = all.flatMap(({ steps }) => steps).filter((step) => /^compiling \d+ generated/.test(step));

    const plain = [verilatorSeconds(folder, 'counter', counterOptions), verilatorSeconds(folder, 'soc', socOptions)];
    const [plainCounter, plainSoc] = plain.map((one) => `verilator --exe --build: ${one.toFixed(1)} s`);
    const least = (values: readonly number[]): string => `least ${Math.min(...values).toFixed(0)}`;
    const ticks = hits.map(({ tick }) => tick);
    return [
      {
        name: 'set-up of a new cache, with a first model',
        value: setUp.build / 1000,
        unit: 's',
        against: 'once for each toolchain',
      },
      {
        name: 'cold build, counter',
        value: median(cold.counter),
        unit: 'ms',
        against: `at most 1,000 ms; ${least(cold.counter)}; ${plainCounter}`,
      },
      {
        name: 'cold build, rv32',
        value: median(cold.soc),
        unit: 'ms',
        against: `at most 2,000 ms; ${least(cold.soc)}; ${plainSoc}`,
      },
      {
        name: 'cache hit to first cycle, rv32',
        value: median(ticks),
        unit: 'ms',
        against: `at most 50 ms; ${least(ticks)}; a new process`,
      },
      {
        name: 'start of node to first cycle, rv32',
        value: median(hits.map(({ all: total }) => total)),
        unit: 'ms',
        against: "node's own start and the package's modules included",
      },
      {
        name: `compilations by ${PROCESSES} processes that build one model at once`,
        value: compilations.length,
        unit: 'compilations',
        against: `1; all done in ${seconds.toFixed(1)} s`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The soc with another instruction where the program never comes, so that nothing of it is in the cache.
function otherSoc(folder: string, turn: number): BuildOptions {
  const path = join(folder, `${turn}`, 'soc.v');
  mkdirSync(dirname(path));
  const text = readFileSync(verilogFile('soc'), 'utf8');
  const changed = text.replace("ram[3] = 32'h00000013", `ram[3] = 32'h00${turn}00013`);
  if (changed === text) throw new Error('Expected soc.v to have an instruction to change, but found none.');
  writeFileSync(path, changed);
  return { ...socOptions, sources: [verilogFile('rv32'), path] };
}

function verilatorSeconds(folder: string, name: string, { top, sources }: BuildOptions): number {
  const main = mainFile(name);
  const options = ['--cc', '--exe', '--build', '-O3', '-CFLAGS', `-O2 -I${dirname(main)}`, '--prefix', 'Vdut'];
  note(`verilator's own build of ${top}`);
  const start = performance.now();
  const args = [...options, '--Mdir', join(folder, `obj-${name}`), '--top-module', top, ...sources, main];
  execFileSync('verilator', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return (performance.now() - start) / 1000;
}
