// SPDX-License-Identifier: Apache-2.0
// A data set on a device, every code checked: part by part, so that progress shows and memory stays small, on one
// thread or several. The parts are put together as if it had been one run: the network is loaded once, all else adds up.

import { imagesAtOnce, PROGRAM_LAYERS } from '../compile/index.ts';
import { addCounters, addRecords, networkCounters, type Occupancy } from '../cycles/index.ts';
import { type Codes, layerGeometry, type QuantizedNetwork } from '../network/index.ts';
import type { LinkCounts } from './board-link.ts';
import type { LayerComparison, Mismatch } from './compare.ts';
import type { Miscount } from './count-check.ts';
import type { Inference, RunCounters } from './device.ts';
import {
  type Checker,
  createPartRunner,
  newScores,
  type Part,
  type PartOptions,
  type PartRun,
  type PartStop,
} from './run-part.ts';
import { runThreads } from './run-threads.ts';

/** What a checked run is told. */
export interface CheckedRunOptions extends PartOptions {
  /** Codes of `count` images, [image][row][column][channel]. */
  readonly images: Codes;
  readonly count: number;
  /** Threads, each with a core of its own. Levels that are no simulation use one. @defaultValue 1 */
  readonly threads?: number;
  /** Told how many images are done. */
  readonly onDone?: (images: number) => void;
}

/** What a run of all images came to. */
export interface CheckedRun {
  readonly count: number;
  /** Codes of the last layer, [image][class]. */
  readonly scores: Codes;
  readonly layers: readonly LayerComparison[];
  readonly counters?: RunCounters;
  /** The first counter, of the first part that has one, that is not the closed form's. Counted is a part, of whole batches. */
  readonly miscount?: Miscount;
  /** Where maps are 0, of each batch, if that was asked for. */
  readonly occupied?: readonly Occupancy[];
  /** Cycles simulated by all threads, and seconds that the longest took for its own. */
  readonly simulated?: NonNullable<Inference['simulated']>;
  /** What a link to a board did. */
  readonly link?: LinkCounts;
}

/** A run that ended at a wrong word: that of the first image with one. */
export interface StoppedRun {
  readonly wrong: Mismatch;
}

/** Images that a part has where nothing is simulated. */
const PLAIN_PART = 64;

/** Cycles that a part takes, about a second of simulation; and its most batches. */
const PART_CYCLES = 500_000;
const PART_BATCHES = 16;

/** How many images a part has: whole batches. */
export function partSize({ level, network, configuration, schedule = 'output' }: PartOptions): number {
  const rows = imagesAtOnce(schedule, configuration);
  // A batch takes long enough.
  if (level === 'board' || level === 'netlist') return rows;
  if (level !== 'rtl' || network.layers.length > PROGRAM_LAYERS) {
    return rows * Math.max(1, Math.floor(PLAIN_PART / rows));
  }
  const counters = networkCounters(network, configuration, rows, schedule);
  const cycles = counters.reduce((sum, layer) => sum + layer.cycles.total, 0);
  return rows * Math.min(Math.max(Math.floor(PART_CYCLES / cycles), 1), PART_BATCHES);
}

/** Threads that a run uses. */
export function threadsOf(options: CheckedRunOptions): number {
  const { level, count, threads = 1 } = options;
  return level === 'rtl' || level === 'netlist' ? Math.min(threads, Math.ceil(count / partSize(options))) : 1;
}

/** Operations up to which plain loops are quick enough to check a run. */
const REFERENCE_OPERATIONS = 2e8;

/** The level to check a run with: the definition itself, or for larger runs the kernels, which have to equal it. */
export function chooseChecker({ layers }: QuantizedNetwork, count: number): Checker {
  const operations = layers.reduce((sum, { layer }) => sum + layerGeometry(layer).sads, 0);
  return operations * count <= REFERENCE_OPERATIONS ? 'reference' : 'kernel';
}

/** Runs images and checks every code. */
export async function runChecked(options: CheckedRunOptions): Promise<CheckedRun | StoppedRun> {
  const { images, count, threads: _, onDone, onProgress, ...rest } = options;
  const size = partSize(options);
  const parts: Part[] = [];
  for (let first = 0; first < count; first += size) parts.push({ first, count: Math.min(size, count - first) });
  const merge = new Merge(options.network, count);
  const workers = threadsOf(options);
  const take = (part: PartRun | PartStop, thread: number): void => {
    merge.add(part, thread);
    onDone?.(merge.done);
  };
  // Makes what there is to build, and tells of it, before threads look for it.
  using runner = await createPartRunner({ ...rest, onProgress });
  if (workers > 1) {
    runner[Symbol.dispose]();
    await runThreads(rest, images, parts, workers, ({ done, thread }) => take(done, thread));
  } else {
    for (const part of parts) {
      take(runner.run(images, part), 0);
      if (merge.wrong !== undefined) break;
      // Signals get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return merge.result();
}

/** Puts parts together, in whatever order they come. */
class Merge {
  readonly #network: QuantizedNetwork;
  readonly #scores: Codes;
  readonly #classes: number;
  readonly #parts: PartRun[] = [];
  readonly #seconds: number[] = [];
  done = 0;
  wrong: Mismatch | undefined;

  constructor(network: QuantizedNetwork, count: number) {
    this.#network = network;
    this.#scores = newScores(network, count);
    this.#classes = this.#scores.length / count;
  }

  add(part: PartRun | PartStop, thread: number): void {
    this.done += part.count;
    if ('wrong' in part) {
      if (this.wrong === undefined || part.wrong.image < this.wrong.image) this.wrong = part.wrong;
      return;
    }
    this.#scores.set(part.scores, part.first * this.#classes);
    this.#parts.push(part);
    this.#seconds[thread] = (this.#seconds[thread] ?? 0) + (part.simulated?.seconds ?? 0);
  }

  result(): CheckedRun | StoppedRun {
    if (this.wrong !== undefined) return { wrong: this.wrong };
    const parts = this.#parts.toSorted((a, b) => a.first - b.first);
    const counters = parts.flatMap((part) => part.counters ?? []);
    const cycles = parts.flatMap(({ simulated }) => simulated?.cycles ?? []);
    const miscount = parts.find((part) => part.miscount)?.miscount;
    const occupied = parts.flatMap((part) => part.occupied ?? []);
    const link = parts.at(-1)?.link;
    return {
      count: this.done,
      scores: this.#scores,
      layers: this.#network.layers.map((_, layer) => joinComparisons(parts.map(({ layers }) => layers[layer]!))),
      ...(counters.length > 0 && { counters: counters.reduce(addRuns) }),
      ...(miscount && { miscount }),
      ...(occupied.length > 0 && { occupied }),
      ...(link && { link }),
      ...(cycles.length > 0 && {
        simulated: { cycles: cycles.reduce((a, b) => a + b), seconds: Math.max(...this.#seconds.filter(Boolean)) },
      }),
    };
  }
}

function joinComparisons(parts: readonly LayerComparison[]): LayerComparison {
  const mismatches = parts.reduce((sum, part) => sum + part.mismatches, 0);
  const first = parts.find((part) => part.first)?.first;
  const isHidden = parts.some((part) => part.isHidden);
  return { mismatches, ...(first && { first }), ...(isHidden && { isHidden }) };
}

function addRuns(left: RunCounters, right: RunCounters): RunCounters {
  const { networkLoadCycles, networkBytes } = left.host;
  return {
    layers: left.layers.map((layer, index) => addCounters(layer, right.layers[index]!)),
    host: { ...addRecords(left.host, right.host), networkLoadCycles, networkBytes },
    batches: left.batches + right.batches,
  };
}
