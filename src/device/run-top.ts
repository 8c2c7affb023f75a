// SPDX-License-Identifier: Apache-2.0
// Runs batches through the simulated accelerator: like run-batches.ts, but through its buses. While a batch runs, the
// rest of its segments of weights come, the next one's pictures and its first two segments. It waits at the gate until
// the counters of the one before have been read.

import type { Simulation } from '../../sim/index.ts';
import { type CompiledNetwork, FOLD_PARTS, partsOf } from '../compile/index.ts';
import { addCounters, NO_COUNTERS, type LayerCounters } from '../cycles/index.ts';
import { type Codes, mapSize, pictureShape } from '../network/index.ts';
import { imagesAtOnce, resultValues, valueClasses, writtenValues } from './blocked-words.ts';
import { spreadParts, watchWrites } from './core-driver.ts';
import type { RunCounters } from './device.ts';
import { DeviceFault } from './device-fault.ts';
import {
  cycleLimit,
  imagesOf,
  type LoadedCore,
  packPictures,
  type RunHooks,
  SEGMENTS_HELD,
  trafficBytes,
} from './run-batches.ts';
import {
  answerInterrupt,
  closeGate,
  PACKET_CLOCKS,
  PACKET_TARGETS,
  type Packet,
  passGate,
  readCounters,
  ResultReader,
  sendPacket,
  streamParts,
  type Wait,
  waitFor,
} from './top-driver.ts';

/** Sends a network; takes a clock a word and PACKET_CLOCKS a packet. */
export function sendNetwork(
  sim: Simulation,
  { configuration, program, weights, weightParts, folds, laneFolds, pads, padWords }: CompiledNetwork,
): void {
  const parts = streamParts(configuration);
  const send = (target: keyof typeof PACKET_TARGETS, words: Uint32Array, wordParts: number, address = 0): void => {
    if (words.length === 0) return;
    sendPacket(sim, { target: PACKET_TARGETS[target], address, words: spreadParts(words, wordParts, parts) }, parts);
  };
  send('program', program, 1);
  send('weights', weights, weightParts);
  send('folds', folds, FOLD_PARTS);
  send('pads', pads, 1);
  // A packet for the lanes of each word: their addresses follow each other.
  const { addresses, words: lanes } = laneFolds;
  for (let from = 0, to = 1; from < addresses.length; from = to++) {
    while (to < addresses.length && addresses[to] === addresses[from]! + to - from) to++;
    send('laneFolds', lanes.subarray(from * FOLD_PARTS, to * FOLD_PARTS), FOLD_PARTS, addresses[from]!);
  }
  const pictureParts = partsOf(configuration.rows * configuration.dataBits);
  for (const { buffer, base, words } of padWords) {
    send(buffer === 0 ? 'words0' : 'words1', words, pictureParts, base);
  }
}

/** The packet with the pictures of a batch. */
function picturesOf({ compiled }: LoadedCore, images: Codes, count: number, batch: number): Packet {
  const { configuration, network, images: place } = compiled;
  const rows = imagesAtOnce(compiled);
  const { addresses, buffer } = place;
  const size = mapSize(pictureShape(network.network));
  const used = imagesOf(batch, count, rows);
  const codes = images.subarray(batch * rows * size, (batch * rows + used) * size);
  return {
    target: buffer === 0 ? PACKET_TARGETS.pictures0 : PACKET_TARGETS.pictures1,
    address: addresses[batch % addresses.length]!,
    words: packPictures(compiled, codes, used, streamParts(configuration)),
    images: used,
    exclusive: addresses.length === 1,
  };
}

/** Packets with the segments of weights that each batch needs, in their order. */
function segmentsOf({ segments, weightParts, configuration }: CompiledNetwork): Packet[] {
  return segments.map(({ base, weights }) => ({
    target: PACKET_TARGETS.segment,
    address: base,
    words: spreadParts(weights, weightParts, streamParts(configuration)),
  }));
}

/**
 * Waits as `hooks` allow, for as many clocks as a batch may take and some more.
 * @param onWords takes the words written since the last call; true gives up
 */
function watchfully(sim: Simulation, limit: number, hooks: RunHooks, onWords: () => boolean): Wait {
  return (signal) => {
    for (let left = limit; left > 0;) {
      const clocks = hooks.step(left);
      const done = waitFor(sim, signal, clocks);
      if (onWords()) return false;
      if (done) return true;
      left -= clocks;
    }
    const wrong = answerInterrupt(sim);
    const received = wrong === undefined ? 'it stays 0' : `it reports ${wrong}`;
    throw new DeviceFault(`Expected ${signal} of the accelerator to be 1 within ${limit} cycles, but ${received}.`);
  };
}

/** Takes the results of a batch that has ended, checked for their number. */
function takeResults(
  reader: ResultReader,
  { resultWords }: CompiledNetwork,
  used: number,
  batch: number,
): ReturnType<ResultReader['take']> {
  const results = reader.take(used, resultWords + used + 100);
  const parts = results.words.length / resultWords;
  if (Number.isInteger(parts) && parts > 0) return results;
  throw new DeviceFault(
    `Expected ${resultWords} words of results of batch ${batch}, but received ${results.words.length} parts of words.`,
  );
}

/**
 * What is sent while a batch runs: the pictures of the next one, the rest of its own segments, the next one's first.
 * Where there is room for one batch's pictures alone, those come after the segments, as they wait until the batch ends.
 */
function underBatch(segments: readonly Packet[], next: Packet | undefined, early: boolean): Packet[] {
  const rest = segments.slice(SEGMENTS_HELD);
  if (next === undefined) return rest;
  return [...(early ? [next, ...rest] : [...rest, next]), ...segments.slice(0, SEGMENTS_HELD)];
}

/**
 * Runs images through an accelerator with a network loaded.
 * @returns what was counted; undefined where a hook ended the run
 * @throws {DeviceFault} when the accelerator says that something is wrong, or does what its network does not; after
 * that, and after a run that a hook ended, it needs a reset
 */
export function runTopBatches(
  core: LoadedCore,
  images: Codes,
  count: number,
  hooks: RunHooks,
): RunCounters | undefined {
  const { sim, compiled, networkLoadCycles } = core;
  const { configuration, network, resultWords } = compiled;
  const parts = streamParts(configuration);
  const atOnce = imagesAtOnce(compiled);
  const batches = Math.ceil(count / atOnce);
  const early = compiled.images.addresses.length > 1;
  const limit = cycleLimit(compiled, hooks.holds.length);
  const segments = segmentsOf(compiled);
  const records = compiled.records;
  let counters: LayerCounters[] = network.layers.map(() => NO_COUNTERS);
  const host = { imageLoadCycles: 0, segmentLoadCycles: 0, readCycles: 0, hiddenCycles: 0 };
  const segmentClocks = segments.reduce((sum, { words }) => sum + words.length / parts + PACKET_CLOCKS, 0);
  using watch = watchWrites(sim);
  using reader = new ResultReader(sim, configuration);

  closeGate(sim, limit);
  for (const packet of [picturesOf(core, images, count, 0), ...segments.slice(0, SEGMENTS_HELD)]) {
    sendPacket(sim, packet, parts);
  }
  for (let batch = 0; batch < batches; batch++) {
    const used = imagesOf(batch, count, atOnce);
    const next = batch + 1 < batches ? picturesOf(core, images, count, batch + 1) : undefined;
    hooks.step(1);
    const started = passGate(sim, hooks.holds);
    const onWords = (done: boolean): boolean =>
      hooks.onWords(writtenValues(watch.take(), compiled), batch, started, done);
    const wait = watchfully(sim, 2 * limit, hooks, () => onWords(false));
    for (const packet of underBatch(segments, next, early)) {
      if (!sendPacket(sim, packet, parts, wait)) return undefined;
    }
    if (!wait('irq')) return undefined;
    const wrong = answerInterrupt(sim);
    if (wrong !== undefined) {
      throw new DeviceFault(
        `Expected the accelerator to run batch ${batch} of ${network.network.name}, but it reports ${wrong}.`,
      );
    }
    if (onWords(true)) return undefined;
    const { words, classes } = takeResults(reader, compiled, used, batch);
    hooks.onResults(resultValues(words, compiled), valueClasses(classes, compiled), batch);

    let clocks = 0;
    for (const [record, { layer }] of records.entries()) {
      const run = readCounters(sim, record);
      counters = counters.with(layer, addCounters(counters[layer]!, run));
      clocks += run.cycles.total;
    }
    // Results of a batch leave while the next one runs, if there is one.
    const read = resultWords + used;
    const loaded = next === undefined ? 0 : next.words.length / parts + PACKET_CLOCKS;
    host.readCycles += read;
    host.imageLoadCycles += loaded;
    host.segmentLoadCycles += segmentClocks;
    host.hiddenCycles += Math.min(clocks, (batch > 0 ? read : 0) + (early ? loaded : 0));
  }
  host.imageLoadCycles += compiled.images.words + PACKET_CLOCKS;
  return { layers: counters, host: { ...host, networkLoadCycles, ...trafficBytes(compiled, batches) }, batches };
}
