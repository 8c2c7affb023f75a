// SPDX-License-Identifier: Apache-2.0
// A property of a design: runs on one instance of the plain build, shrinks there,
// and shows the smallest failing run on a build with waveforms.

import {
  asyncDefaultReportMessage,
  asyncProperty,
  asyncStringify,
  check,
  cloneIfNeeded,
  type Arbitrary,
  type Parameters,
  type RunDetails,
} from 'fast-check';
import type { CreateOptions } from '../model.ts';
import type { CheckedModel, CheckedSimulation } from './checked.ts';
import { DesignCheckError } from './design-check-error.ts';
import { shownClock, shownSignals } from './last-cycles.ts';
import { replay, type Replay } from './replay.ts';
import { ReusedInstance } from './reused-instance.ts';
import { defaultWaveFolder, makeWavePath } from './wave-files.ts';

/** What {@link checkDesign} is told: fast-check's own parameters, such as `numRuns`, `seed` and `path`, and these. */
export interface CheckDesignOptions<Sim, Value> extends Omit<
  Parameters<[Value]>,
  'examples' | 'reporter' | 'asyncReporter'
> {
  /** Values to try first. @defaultValue none */
  readonly examples?: Value[];
  /** Passed to `model.create`. @defaultValue `{}` */
  readonly create?: CreateOptions;
  /**
   * Brings an instance to the state from which every run starts, for example through reset; it is called once, not
   * for each run. Clocks are declared here.
   * @defaultValue nothing
   */
  readonly prepare?: (sim: Sim) => void | Promise<void>;
  /** Folder for waveforms and pictures. @defaultValue `node_modules/.cache/berus/waves`, or a temporary one */
  readonly folder?: string;
  /** Signals in the picture: ports, and exposed signals by path. @defaultValue the first 40 ports that are neither clocks nor arrays */
  readonly signals?: readonly string[];
  /** Cycles in the picture, from 1. @defaultValue 32 */
  readonly lastCycles?: number;
}

/**
 * Checks that runs on a design pass for all values of an arbitrary.
 *
 * All runs use one instance, which goes back to the same state (`snapshot`, `restore`) before each. A design whose state
 * cannot be taken has a new instance for each run. A failing value is shrunk, then run once more on the model with
 * waveforms (`model.traced()`). A run fails when it throws, or returns or resolves to `false`.
 *
 * For a model-based test, pass `fc.commands` and let the run be
 * `fc.modelRun(() => ({ model: …, real: sim }), commands)`.
 * @throws {DesignCheckError} with the smallest failing value, how to repeat it, and its waveform and picture.
 * @example
 * await checkDesign(Fifo, portValue(Fifo, 'din'), (sim, din) => {
 *   Object.assign(sim.dut, { push: 1, din });
 *   sim.tick();
 *   expect(sim.dut.dout).toBe(din);
 * }, { prepare: (sim) => sim.reset(), numRuns: 1000 });
 */
export async function checkDesign<Sim extends CheckedSimulation, Value>(
  model: CheckedModel<Sim>,
  arbitrary: Arbitrary<Value>,
  run: (sim: Sim, value: Value) => unknown,
  options: CheckDesignOptions<Sim, Value> = {},
): Promise<void> {
  const { create, prepare, folder, signals, lastCycles, examples, ...parameters } = options;
  shownSignals(model, signals); // A wrong name is told now, not after a failure.
  const make = (from: CheckedModel<Sim>): Sim => from.create(create as never);
  const instance = new ReusedInstance(async () => {
    const sim = make(model);
    try {
      await prepare?.(sim);
    } catch (error) {
      sim.dispose();
      throw error;
    }
    return sim;
  });
  let details: RunDetails<[Value]>;
  try {
    await instance.prepare();
    const property = asyncProperty(arbitrary, async (value) => {
      return (await instance.lend((sim) => run(sim, value))) !== false;
    });
    const given = examples === undefined ? {} : { examples: examples.map((value): [Value] => [value]) };
    details = await check<[Value]>(property, { ...parameters, ...given });
  } finally {
    instance.dispose();
  }
  if (!details.failed) return;
  const { counterexample, counterexamplePath: path, seed } = details;
  if (counterexample === null || path === null) throw new Error(await asyncDefaultReportMessage(details));
  const shown = await asyncStringify(counterexample[0]);
  const failure = [model.top, shown, String(run)];
  const left = await replay(model, {
    makePath: () => makeWavePath(folder ?? defaultWaveFolder(), model.top, failure),
    signals,
    clock: shownClock(model, create?.clock),
    lastCycles: lastCycles ?? 32,
    timeout: parameters.timeout,
    create: make,
    prepare: async (sim) => prepare?.(sim),
    run: (sim) => run(sim, cloneIfNeeded(counterexample[0])),
  });
  const { errorInstance: cause } = details;
  throw new DesignCheckError(await describeFailure(model.top, shown, details, left), {
    counterexample: counterexample[0],
    seed,
    path,
    cause,
    ...left,
  });
}

async function describeFailure<Value>(
  top: string,
  shown: string,
  details: RunDetails<[Value]>,
  { waveform, svgFile, remark }: Replay,
): Promise<string> {
  const { numRuns, numShrinks, seed, counterexamplePath, errorInstance, verbose } = details;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return [
    `Expected ${top} to pass every run, but received a failure in run ${numRuns}, after ${numShrinks} shrinks: ${reason}`,
    `  counterexample: ${shown}`,
    `  repeat with:    { seed: ${seed}, path: ${JSON.stringify(counterexamplePath)} }`,
    ...(waveform === undefined ? [] : [`  waveform:       ${waveform}`]),
    ...(svgFile === undefined ? [] : [`  last cycles:    ${svgFile}`]),
    ...(remark === undefined ? [] : [`  remark:         ${remark}`]),
    ...(Number(verbose) > 0 ? [(await asyncDefaultReportMessage(details)) ?? ''] : []),
  ].join('\n');
}
