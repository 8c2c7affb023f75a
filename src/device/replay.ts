// SPDX-License-Identifier: Apache-2.0
// Runs again what went wrong, on a core that writes waveforms: once to find the first wrong word, once to trace the
// cycles around it.

import { type Codes, mapSize, pictureShape, type QuantizedNetwork } from '../network/index.ts';
import { imagesAtOnce } from '../compile/index.ts';
import type { Mismatch } from './compare.ts';
import type { Device } from './device.ts';
import { chosenSchedule, loadCore, type RtlDeviceOptions, runWatched, verify } from './rtl-device.ts';
import { TraceWindow } from './trace-window.ts';
import type { WordExpectation } from './word-check.ts';

/** Cycles that are traced before the tile of a wrong word is summed, and after the word is written. */
const BEFORE = 64;
const AFTER = 16;

/** What is run again. */
export interface Replay {
  readonly network: QuantizedNetwork;
  readonly options: RtlDeviceOptions;
  /** Codes of all images of the run. */
  readonly images: Codes;
  /** Says what codes should be. */
  readonly check: Device;
  /** Whether words have to be written in the clocks of the closed form. */
  readonly clocks: boolean;
}

/** The first wrong word of what was run again, and the waveform that shows it. */
export interface Traced {
  readonly mismatch: Mismatch;
  readonly file: string;
  /** Cycles that the waveform shows, the last not included. */
  readonly from: number;
  readonly to: number;
}

/** Images of a run with what they should give. */
interface Part {
  readonly images: Codes;
  readonly expected: WordExpectation;
}

/** Images from one up to another. */
function partOf({ network, images, check, clocks }: Replay, from: number, to: number): Part {
  const size = mapSize(pictureShape(network.network));
  const codes = images.subarray(from * size, to * size);
  const count = to - from;
  return { images: codes, expected: { maps: check.infer(codes, count).maps, count, clocks } };
}

/** Runs a part until a word is wrong; undefined where none is. */
async function findAgain({ network, options }: Replay, { images, expected }: Part): Promise<Mismatch | undefined> {
  const core = await loadCore(network, options, true);
  using _sim = core.sim;
  const found = verify(core, images, expected, options.holds ?? NO_HOLDS);
  return 'got' in found ? found : undefined;
}

/** Runs a part up to the cycles around a wrong word, and writes a waveform of these. */
async function trace({ network, options }: Replay, part: Part, wrong: Mismatch, file: string): Promise<Traced> {
  const core = await loadCore(network, options, true);
  using sim = core.sim;
  const { plans, configuration } = core.compiled;
  const cycle = (wrong.cell!.cycle ?? wrong.expectedCycle)!;
  const { tileClocks } = plans.find(({ layer }) => layer.name === wrong.layer)!;
  const pipeline = 3 * (configuration.rows + configuration.columns);
  const cycles = { file, from: Math.max(sim.cycle, cycle - tileClocks - pipeline - BEFORE), to: cycle + AFTER };
  const window = new TraceWindow(cycles);
  runWatched(core, part.images, part.expected.count, options.holds ?? NO_HOLDS, {
    step: (ahead) => window.step(sim, ahead),
    onWords: () => sim.cycle >= cycles.to,
  });
  return { mismatch: wrong, ...cycles };
}

const NO_HOLDS = new Uint8Array(0);

/** Batches before that of a wrong word that are run again where it alone goes well. */
const BATCHES_BEFORE = 15;

/**
 * Finds a wrong word again and traces it: in a run of its batch alone, or where that goes well, in one that begins some
 * batches before. Cycles are those of that run.
 * @param image the image whose code was wrong
 * @param file waveform to write
 * @returns undefined where no word is wrong this time
 */
export async function traceMismatch(replay: Replay, image: number, file: string): Promise<Traced | undefined> {
  const { configuration } = replay.options;
  const rows = imagesAtOnce(chosenSchedule(replay.network, replay.options), configuration);
  const batch = Math.floor(image / rows);
  const size = mapSize(pictureShape(replay.network.network));
  const end = Math.min((batch + 1) * rows, replay.images.length / size);
  for (const first of new Set([batch, Math.max(0, batch - BATCHES_BEFORE)])) {
    const part = partOf(replay, first * rows, end);
    const wrong = await findAgain(replay, part);
    if (wrong === undefined) continue;
    const { mismatch, ...traced } = await trace(replay, part, wrong, file);
    return { ...traced, mismatch: { ...mismatch, image: mismatch.image + first * rows } };
  }
  return undefined;
}
