// SPDX-License-Identifier: Apache-2.0
// Runs batches one after the other. While a batch runs, the host reads the results of the one before, where there is
// room for two batches' pictures loads those of the next one, and sends weights that have no room to stay.

import type { Simulation } from '../../sim/index.ts';
import {
  channelLanes,
  type CompiledNetwork,
  foldInterval,
  foldsOf,
  packBlocks,
  packImages,
  type StationaryPlan,
  tilesOf,
} from '../compile/index.ts';
import { addCounters, NO_COUNTERS, type LayerCounters } from '../cycles/index.ts';
import { type Codes, mapSize, pictureShape } from '../network/index.ts';
import { imagesAtOnce, resultValues, valueClasses, writtenValues } from './blocked-words.ts';
import {
  type Block,
  blockOf,
  errorsOf,
  isBusy,
  load,
  LOAD_TARGETS,
  loadSegment,
  portParts,
  readClasses,
  readCounters,
  readResults,
  resultCount,
  runUntil,
  startRun,
  watchWrites,
  type WrittenWords,
} from './core-driver.ts';
import type { HostTraffic, RunCounters } from './device.ts';
import { DeviceFault } from './device-fault.ts';

/** A core with a network loaded. */
export interface LoadedCore {
  readonly sim: Simulation;
  readonly compiled: CompiledNetwork;
  readonly networkLoadCycles: number;
}

/** What becomes of what the core does. */
export interface RunHooks {
  /** For each clock from a batch's start on, whether taps are held back. */
  readonly holds: Uint8Array;
  /** Called before clocks of a run are simulated; says how many of so many may be, before the next call. */
  readonly step: (ahead: number) => number;
  /**
   * Takes the words that layers wrote since the last call; true ends the run.
   * @param started cycle after the batch's start
   * @param done whether the batch has ended
   */
  readonly onWords: (words: WrittenWords, batch: number, started: number, done: boolean) => boolean;
  /** Takes what the host read after a batch: words of the result buffer, and the class of each image. */
  readonly onResults: (words: Uint32Array, classes: Uint16Array, batch: number) => void;
}

/** Clocks of a record's folds. */
function foldClocks(plan: StationaryPlan): number {
  return foldsOf(plan) * Math.max(plan.pixels, foldInterval(plan.lanes));
}

/**
 * Clocks after which a batch hangs: more than twice what the closed form would say.
 * @param holds clocks in which taps are held back
 */
export function cycleLimit(
  { records, configuration, schedule, segments, weightParts }: CompiledNetwork,
  holds: number,
): number {
  const clocks = records.map(({ plan, rows }) =>
    schedule === 'weight'
      ? foldClocks(plan as StationaryPlan)
      : tilesOf(plan, rows.output) * (plan.taps + configuration.columns),
  );
  const loads = segments.map(({ weights }) => weights.length / weightParts);
  return 10_000 + holds + 2 * [...clocks, ...loads].reduce((total, count) => total + count, 0);
}

/** Images of a batch. */
export function imagesOf(batch: number, count: number, rows: number): number {
  return Math.min(rows, count - batch * rows);
}

/**
 * Words of the pictures of a batch.
 * @param codes of so many images
 * @param parts 32-bit parts of a word
 */
export function packPictures(
  { schedule, configuration, network }: CompiledNetwork,
  codes: Codes,
  images: number,
  parts: number,
): Uint32Array {
  const shape = pictureShape(network.network);
  const { dataBits } = configuration;
  return schedule === 'weight'
    ? packBlocks(codes, shape, channelLanes(configuration), dataBits, parts)
    : packImages(codes, images, mapSize(shape), dataBits, parts);
}

/** Loads the pictures of a batch; gives the clocks in which the core took them. */
export function loadPictures({ sim, compiled }: LoadedCore, images: Codes, count: number, batch: number): number {
  const { configuration, network, images: place } = compiled;
  const rows = imagesAtOnce(compiled);
  const { load: parts } = portParts(configuration);
  const size = mapSize(pictureShape(network.network));
  const used = imagesOf(batch, count, rows);
  const codes = images.subarray(batch * rows * size, (batch * rows + used) * size);
  const words = packPictures(compiled, codes, used, parts);
  return load(sim, blockOf(place.buffer, imageAddress(compiled, batch), words, parts, parts));
}

/** Batches take turns where there is room for the pictures of two. */
function imageAddress({ images: { addresses } }: CompiledNetwork, batch: number): number {
  return addresses[batch % addresses.length]!;
}

/** Segments of weights that a core holds at once. */
export const SEGMENTS_HELD = 2;

/** One batch while it runs. */
class RunningBatch {
  readonly #core: LoadedCore;
  readonly #hooks: RunHooks;
  readonly #takeWords: (done: boolean) => boolean;
  readonly #batch: number;
  #left: number;

  constructor(core: LoadedCore, hooks: RunHooks, takeWords: (done: boolean) => boolean, batch: number) {
    this.#core = core;
    this.#hooks = hooks;
    this.#takeWords = takeWords;
    this.#batch = batch;
    this.#left = cycleLimit(core.compiled, hooks.holds.length);
  }

  /**
   * Runs until a port has a value, or until a hook ends the run.
   * @returns whether a hook did not
   * @throws {DeviceFault} when the batch takes too long
   */
  runUntil(port: string, value: number): boolean {
    const { sim } = this.#core;
    for (;;) {
      const clocks = this.#hooks.step(this.#left);
      const done = runUntil(sim, port, value, clocks);
      if (this.#takeWords(done && port === 'busy')) return false;
      if (done) return true;
      this.#left -= clocks;
      if (this.#left <= 0) throw this.#hung();
    }
  }

  #hung(): DeviceFault {
    const { sim, compiled } = this.#core;
    const { network, layers } = compiled.network;
    const record = compiled.records[Number(sim.dut['write_layer'])];
    const name = record === undefined ? 'none of its layers' : layers[record.layer]!.layer.name;
    const limit = cycleLimit(compiled, this.#hooks.holds.length);
    return new DeviceFault(
      `Expected the core to finish batch ${this.#batch} of ${network.name} within ${limit} cycles, ` +
        `but it is still busy with ${name}.`,
    );
  }

  /** Checks what the core says of a batch that has ended. */
  check(): void {
    const { sim, compiled } = this.#core;
    const { name } = compiled.network.network;
    const errors = errorsOf(sim);
    if (errors !== undefined) {
      throw new DeviceFault(`Expected the core to run ${name} without errors, but it reports ${errors}.`);
    }
    const words = resultCount(sim, this.#batch % 2);
    if (words === compiled.resultWords) return;
    throw new DeviceFault(
      `Expected the core to write ${compiled.resultWords} words of results in batch ${this.#batch}, ` +
        `but it counts ${words}.`,
    );
  }
}

/** Sends segments of weights in the order of use, batch after batch. */
class SegmentStream {
  readonly #sim: Simulation;
  readonly #blocks: readonly Block[];
  #sent = 0;

  constructor(sim: Simulation, { segments, weightParts, configuration }: CompiledNetwork) {
    const { load: parts } = portParts(configuration);
    this.#sim = sim;
    this.#blocks = segments.map(({ base, weights }) =>
      blockOf(LOAD_TARGETS.segment, base, weights, weightParts, parts),
    );
  }

  /**
   * Sends those up to the first two of a batch, which the batch before has room for, or with `all` the batch's own.
   * @param wait runs until there is room; false ends the run
   * @returns words sent; undefined where the run is ended
   */
  sendUpTo(batch: number, all: boolean, wait: () => boolean): number | undefined {
    const count = this.#blocks.length;
    const end = batch * count + (all ? count : Math.min(SEGMENTS_HELD, count));
    let words = 0;
    for (; this.#sent < end; this.#sent++) {
      this.#sim.dut['load_target'] = LOAD_TARGETS.segment;
      if (!wait()) return undefined;
      words += loadSegment(this.#sim, this.#blocks[this.#sent % count]!);
    }
    return words;
  }
}

/**
 * Runs images through a core. What the host does while a batch runs, it does in this order: results of the batch
 * before, pictures of the next, segments of weights.
 * @returns what was counted; undefined where a hook ended the run, after which the core needs a reset
 * @throws {DeviceFault} when the core hangs, or does what its network does not
 */
export function runBatches(core: LoadedCore, images: Codes, count: number, hooks: RunHooks): RunCounters | undefined {
  const { sim, compiled, networkLoadCycles } = core;
  const { configuration, network, resultWords, records } = compiled;
  const rows = imagesAtOnce(compiled);
  const batches = Math.ceil(count / rows);
  const early = compiled.images.addresses.length > 1;
  let counters: LayerCounters[] = network.layers.map(() => NO_COUNTERS);
  const host = { imageLoadCycles: 0, segmentLoadCycles: 0, readCycles: 0, hiddenCycles: 0 };
  const takeResults = (batch: number): number => {
    const words = readResults(sim, batch % 2, resultWords);
    const classes = readClasses(sim, batch % 2, configuration.rows, imagesOf(batch, count, rows));
    hooks.onResults(resultValues(words, compiled), valueClasses(classes, compiled), batch);
    return resultWords + 1;
  };
  using watch = watchWrites(sim);
  const stream = new SegmentStream(sim, compiled);
  host.imageLoadCycles += loadPictures(core, images, count, 0);
  host.segmentLoadCycles += stream.sendUpTo(0, false, () => true)!;
  for (let batch = 0; batch < batches; batch++) {
    hooks.step(1);
    startRun(
      sim,
      { bank: batch % 2, imageAddress: imageAddress(compiled, batch), images: imagesOf(batch, count, rows) },
      hooks.holds,
    );
    const started = sim.cycle - hooks.holds.length;
    const more = batch + 1 < batches;
    const read = batch > 0 ? takeResults(batch - 1) : 0;
    const loaded = early && more ? loadPictures(core, images, count, batch + 1) : 0;
    const takeWords = (done: boolean): boolean =>
      hooks.onWords(writtenValues(watch.take(), compiled), batch, started, done);
    const running = new RunningBatch(core, hooks, takeWords, batch);
    const sent = stream.sendUpTo(more ? batch + 1 : batch, !more, () => running.runUntil('load_ready', 1));
    if (sent === undefined) return undefined;
    const outlasted = !isBusy(sim);
    if (!running.runUntil('busy', 0)) return undefined;
    running.check();
    const run = records.map((_, record) => readCounters(sim, record));
    const clocks = run.reduce((sum, { cycles }) => sum + cycles.total, 0);
    host.readCycles += read;
    host.imageLoadCycles += loaded;
    host.segmentLoadCycles += sent;
    host.hiddenCycles += Math.max(0, read + loaded + sent - (outlasted ? sim.cycle - started - clocks : 0));
    records.forEach(({ layer }, record) => {
      counters = counters.with(layer, addCounters(counters[layer]!, run[record]!));
    });
    if (!early && more) host.imageLoadCycles += loadPictures(core, images, count, batch + 1);
  }
  host.readCycles += takeResults(batches - 1);
  return { layers: counters, host: { ...host, networkLoadCycles, ...trafficBytes(compiled, batches) }, batches };
}

/** Bytes that cross the core's boundary. */
export function trafficBytes(
  { configuration, images, program, weights, segments, folds, laneFolds, pads, padWords, resultWords }: CompiledNetwork,
  batches: number,
): Pick<HostTraffic, 'networkBytes' | 'segmentBytes' | 'imageBytes' | 'resultBytes'> {
  const { rows, dataBits } = configuration;
  const word = (rows * dataBits) / 8;
  return {
    networkBytes:
      4 * (program.length + weights.length + folds.length + laneFolds.words.length) +
      4 * padWords.reduce((sum, { words }) => sum + words.length, 0) +
      Math.ceil((pads.length * dataBits) / 8),
    segmentBytes: batches * 4 * segments.reduce((sum, segment) => sum + segment.weights.length, 0),
    imageBytes: batches * images.words * word,
    resultBytes: batches * resultWords * word,
  };
}
