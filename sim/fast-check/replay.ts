// SPDX-License-Identifier: Apache-2.0
// One run again, on a build with waveforms. What goes wrong here takes nothing
// away from the failure that was found: it is told instead of the files.

import { rename } from 'node:fs/promises';
import { renderWave, type WaveOptions } from '../wave/index.ts';
import type { CheckedModel, CheckedSimulation } from './checked.ts';
import { shownSignals, Watch } from './last-cycles.ts';
import { writeWhole } from './wave-files.ts';

/** What a replay is told. */
export interface ReplayOptions<Sim extends CheckedSimulation> {
  /** Makes the folder; returns the path of the files, without extension. */
  readonly makePath: () => Promise<string>;
  /** Signals of the picture. */
  readonly signals: readonly string[] | undefined;
  /** Name of the clock in the picture. */
  readonly clock: string | undefined;
  /** Cycles of the picture. */
  readonly lastCycles: number;
  /** Milliseconds after which an asynchronous run is given up. */
  readonly timeout: number | undefined;
  /** Makes an instance. */
  create(model: CheckedModel<Sim>): Sim;
  /** Brings it to the state from which runs start. */
  prepare(sim: Sim): void | Promise<void>;
  run(sim: Sim): unknown;
}

/** What a replay left. */
export interface Replay {
  readonly waveform?: string;
  readonly svg?: string;
  readonly svgFile?: string;
  /** What the reader should know about these, or why there are none. */
  readonly remark?: string;
}

/** Runs once more with a waveform; never throws. */
export async function replay<Sim extends CheckedSimulation>(
  model: CheckedModel<Sim>,
  options: ReplayOptions<Sim>,
): Promise<Replay> {
  const { signals, clock, lastCycles } = options;
  let left: Replay = {};
  try {
    const path = await options.makePath();
    const shown = shownSignals(model, signals);
    const traced = await model.traced();
    const waveform = `${path}.${traced.code.variant.trace === 'fst' ? 'fst' : 'vcd'}`;
    const sim = options.create(traced);
    let samples: WaveOptions;
    let hasFailed: boolean;
    try {
      // Another process may be writing the same failure.
      const temporary = `${waveform}.${process.pid}.part`;
      sim.openTrace(temporary);
      await options.prepare(sim);
      const watch = new Watch(sim, shown);
      hasFailed = await fails(sim, options);
      samples = { ...watch.samples(), ...(watch.isClocked && clock !== undefined ? { clock } : {}) };
      sim.dispose();
      await rename(temporary, waveform);
    } finally {
      sim.dispose();
    }
    left = { waveform, ...(hasFailed ? {} : { remark: 'the run passed when it was repeated for the waveform' }) };
    const svg = await renderWave({ ...samples, title: model.top, last: lastCycles });
    left = { ...left, svg };
    await writeWhole(`${path}.svg`, svg);
    return { ...left, svgFile: `${path}.svg` };
  } catch (error) {
    return { ...left, remark: `not all could be drawn: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function fails<Sim extends CheckedSimulation>(sim: Sim, { run, timeout }: ReplayOptions<Sim>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const limit = new Promise<false>((settle) => {
      if (timeout !== undefined) timer = setTimeout(() => settle(false), timeout);
    });
    return (await Promise.race([run(sim), limit])) === false;
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
  }
}
