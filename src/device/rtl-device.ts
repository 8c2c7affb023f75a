// SPDX-License-Identifier: Apache-2.0
// The Verilog accelerator under Verilator as a device, spoken to through its buses as a host would: loads a network once,
// then runs batches of up to `rows` images, and reports every value that a layer wrote.

import type { Model } from '../../sim/index.ts';
import { compileNetwork, type Configuration, type Schedule } from '../compile/index.ts';
import { chooseSchedule } from '../cycles/index.ts';
import type { Codes, QuantizedNetwork } from '../network/index.ts';
import { checkImages } from './check-images.ts';
import type { Mismatch } from './compare.ts';
import type { Device, Inference } from './device.ts';
import { MapStore } from './map-store.ts';
import { type LoadedCore, runBatches, type RunHooks, sendNetwork } from './run-batches.ts';
import { resetTop } from './top-driver.ts';
import { buildTop } from './top-model.ts';
import { WordCheck, type WordExpectation } from './word-check.ts';

/** How the RTL is simulated. */
export interface RtlDeviceOptions {
  readonly configuration: Configuration;
  /**
   * What stays in the cells: sums, or weights, or of each layer what `scheduleNetwork` says; `auto`: sums or weights, what
   * takes fewer clocks for `images`. @defaultValue output
   */
  readonly schedule?: Schedule | 'auto' | undefined;
  /** Images that are going to be run at once, for `auto`. @defaultValue one */
  readonly images?: number | undefined;
  /** Seed of the random power-up state. @defaultValue 1 */
  readonly seed?: number;
  /** Writes a VCD of everything the device does to this file; needs a slower build. */
  readonly waveform?: string | undefined;
  /** For each clock of a batch from its start on, whether taps are held back. @defaultValue never */
  readonly holds?: Uint8Array | undefined;
  /** Folder of the RTL, for a core of one's own with the same ports. @defaultValue the package's rtl/ */
  readonly rtl?: string | undefined;
  /** Simulates what synthesis for iCE40 makes of the RTL, in place of the RTL. @defaultValue false */
  readonly netlist?: boolean | undefined;
  /** What `buildTop` made for this configuration, so that many devices need not look for it. @defaultValue built, or found */
  readonly model?: Model | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** The core as a device, which can also be checked word by word. */
export interface RtlDevice extends Device {
  /**
   * Runs images as `infer` does, and compares every word as a layer writes it. At the first wrong one the run stops.
   * @returns what was computed, or the first wrong code
   * @throws {DeviceFault} when a layer does not write all of its map
   */
  verify(images: Codes, expected: WordExpectation): Inference | Mismatch;
}

/**
 * Builds, resets and loads a core with a network.
 * @throws {RangeError} when the network does not fit the configuration
 */
export async function createRtlDevice(network: QuantizedNetwork, options: RtlDeviceOptions): Promise<RtlDevice> {
  const core = await loadCore(network, options);
  const { holds = new Uint8Array(0) } = options;
  return {
    level: options.netlist === true ? 'netlist' : 'rtl',
    infer: (images, count) => {
      checkImages(network, images, count);
      return infer(core, images, count, holds);
    },
    verify: (images, expected) => {
      checkImages(network, images, expected.count);
      return verify(core, images, expected, holds);
    },
    [Symbol.dispose]: () => core.sim.dispose(),
  };
}

/** The schedule that options mean for a network. */
export function chosenSchedule(network: QuantizedNetwork, options: RtlDeviceOptions): Schedule {
  const { schedule = 'output', configuration, images = 1 } = options;
  return schedule === 'auto' ? chooseSchedule(network, configuration, images) : schedule;
}

/** Builds, resets and loads a core; see {@link createRtlDevice}. */
export async function loadCore(
  network: QuantizedNetwork,
  options: RtlDeviceOptions,
  trace = false,
): Promise<LoadedCore> {
  const { configuration, waveform, rtl, netlist, onProgress, seed = 1 } = options;
  const compiled = compileNetwork(network, configuration, { schedule: chosenSchedule(network, options) });
  const model =
    options.model ??
    (await buildTop(configuration, { trace: trace || waveform !== undefined, rtl, netlist, onProgress }));
  const sim = model.create({ clock: 'clk', seed });
  if (waveform !== undefined) sim.openTrace(waveform);
  resetTop(sim);
  const start = sim.cycle;
  sendNetwork(sim, compiled);
  return { sim, compiled, networkLoadCycles: sim.cycle - start };
}

/** Called before clocks of a run are simulated: says how many may be; and with the words of a batch: true ends the run. */
type Watch = Pick<RunHooks, 'step' | 'onWords'>;

const UNWATCHED: Watch = { step: (ahead) => ahead, onWords: () => false };

/** Runs images; undefined where the watch ended the run. */
export function runWatched(
  core: LoadedCore,
  images: Codes,
  count: number,
  holds: Uint8Array,
  watch: Watch,
): Inference | undefined {
  const { sim, compiled } = core;
  const store = new MapStore(compiled, count);
  const started = { cycle: sim.cycle, time: performance.now() };
  const counters = runBatches(core, images, count, {
    holds,
    step: watch.step,
    onWords: (words, batch, ...rest) => {
      store.add(words, batch);
      return watch.onWords(words, batch, ...rest);
    },
    onResults: (words, classes, batch) => store.addResults(words, classes, batch),
  });
  if (counters === undefined) return undefined;
  const simulated = { cycles: sim.cycle - started.cycle, seconds: (performance.now() - started.time) / 1000 };
  return {
    count,
    maps: store.maps,
    counters,
    locate: (layer, image, element) => store.locate(layer, image, element),
    simulated,
  };
}

function infer(core: LoadedCore, images: Codes, count: number, holds: Uint8Array): Inference {
  return runWatched(core, images, count, holds, UNWATCHED)!;
}

/** Clocks that are simulated before the words that came in them are looked at. */
const LOOK_EVERY = 256;

/**
 * Runs images and compares every word as it is written; see {@link RtlDevice}.
 * @param step called before clocks are simulated: says how many may be
 */
export function verify(
  core: LoadedCore,
  images: Codes,
  expected: WordExpectation,
  holds: Uint8Array,
  step: RunHooks['step'] = UNWATCHED.step,
): Inference | Mismatch {
  const check = new WordCheck(core.compiled, expected, images);
  let wrong: Mismatch | undefined;
  const inference = runWatched(core, images, expected.count, holds, {
    step: (ahead) => step(Math.min(ahead, LOOK_EVERY)),
    onWords: (words, batch, started, done) => {
      wrong = check.first(words, batch, started) ?? (done ? check.endBatch(batch, started) : undefined);
      return wrong !== undefined;
    },
  });
  return inference ?? wrong!;
}
