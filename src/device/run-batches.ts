// SPDX-License-Identifier: Apache-2.0
// Runs batches through the simulated accelerator, one after the other. While a batch runs, its other segments of weights
// come, and what the next one begins with. That waits at the gate until the results and the counters of the one before
// have been read. src/cycles/batch-run.ts says in which clocks.

import type { Simulation } from '../../sim/index.ts';
import { type CompiledNetwork, programRecords, segmentsHeld } from '../compile/index.ts';
import { NO_COUNTERS, type LayerCounters } from '../cycles/index.ts';
import type { Codes } from '../network/index.ts';
import { cycleLimit } from './batch-limit.ts';
import { batchesOf, imagesOf, resultValues, valueClasses, writtenValues } from './blocked-words.ts';
import { addBatch } from './counter-order.ts';
import type { RunCounters } from './device.ts';
import { DeviceFault } from './device-fault.ts';
import { trafficBytes } from './host-traffic.ts';
import { networkPackets, picturePacket, segmentPackets } from './network-packets.ts';
import { type Packet, packetClocks, type ResultPacket, resultParts, streamParts } from './packets.ts';
import {
  answerInterrupt,
  closeGate,
  passGate,
  readCounters,
  resetTop,
  ResultReader,
  type Sending,
  sendPacket,
  waitFor,
} from './top-driver.ts';
import { watchWrites, type WrittenWords } from './written-words.ts';

/** An accelerator with a network loaded. */
export interface LoadedCore {
  readonly sim: Simulation;
  readonly compiled: CompiledNetwork;
  readonly networkLoadCycles: number;
}

/** What becomes of what the accelerator does. */
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

/** Sends a network, in the clocks that {@link packetClocks} gives of its packets. */
export function sendNetwork(sim: Simulation, compiled: CompiledNetwork): void {
  const parts = streamParts(compiled.configuration);
  for (const packet of networkPackets(compiled)) sendPacket(sim, packet, parts);
}

/**
 * Waits as `hooks` allow, for as many clocks as a batch may take and some more.
 * @param onWords takes the words written since the last call; true gives up
 */
function watchfully(sim: Simulation, limit: number, hooks: RunHooks, onWords: () => boolean): Sending {
  const wait = (signal: string): boolean => {
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
  return { step: () => hooks.step(1), wait };
}

/** Takes the results of a batch that has ended, checked for their number. */
function takeResults(
  reader: ResultReader,
  { resultWords, configuration }: CompiledNetwork,
  used: number,
  batch: number,
): ResultPacket {
  const results = reader.take(used, resultWords + used + 100);
  const words = results.words.length / resultParts(configuration);
  if (words === resultWords) return results;
  throw new DeviceFault(`Expected ${resultWords} words of results of batch ${batch}, but received ${words}.`);
}

/** Clocks in which a packet was sent, from the first of its header to that after its last. */
interface Sent {
  readonly from: number;
  readonly to: number;
  /** Those of them in which it did not wait. */
  readonly clocks: number;
}

/** Those clocks of packets, other than waiting, that passed before a batch ended. */
function clocksBefore(end: number, sent: readonly Sent[]): number {
  return sent.reduce(
    (sum, { from, to, clocks }) => sum + Math.max(0, clocks - Math.max(0, to - Math.max(from, end))),
    0,
  );
}

/**
 * Runs images through an accelerator with a network loaded, from a reset on, whatever the run before has left.
 * @returns what was counted; undefined where a hook ended the run
 * @throws {DeviceFault} when the accelerator says that something is wrong, or does what its network does not
 */
export function runBatches(core: LoadedCore, images: Codes, count: number, hooks: RunHooks): RunCounters | undefined {
  const { sim, compiled, networkLoadCycles } = core;
  const { configuration, network, resultWords } = compiled;
  const records = programRecords(compiled.records);
  const held = segmentsHeld(configuration);
  const parts = streamParts(configuration);
  const batches = batchesOf(compiled, count);
  const early = compiled.images.addresses.length > 1;
  const limit = cycleLimit(compiled, hooks.holds.length);
  const segments = segmentPackets(compiled);
  const clocksOf = (packet: Packet): number => packetClocks(packet, parts);
  const layerOf = (record: number): string => network.layers[records[record]?.layer ?? -1]?.layer.name ?? 'no layer';
  let counters: LayerCounters[] = network.layers.map(() => NO_COUNTERS);
  const host = { imageLoadCycles: 0, segmentLoadCycles: 0, readCycles: 0, hiddenCycles: 0 };
  /** What is sent while a batch runs: first what can go on chip first. */
  const underBatch = (next: Packet | undefined): Packet[] => {
    const rest = segments.slice(held);
    if (next === undefined) return rest;
    return [...(early ? [next, ...rest] : [...rest, next]), ...segments.slice(0, held)];
  };
  using watch = watchWrites(sim);
  using reader = new ResultReader(sim, configuration);

  resetTop(sim);
  closeGate(sim, limit);
  let next: Packet | undefined = picturePacket(compiled, images, count, 0);
  for (const packet of [next, ...segments.slice(0, held)]) sendPacket(sim, packet, parts);
  for (let batch = 0; batch < batches; batch++) {
    host.imageLoadCycles += clocksOf(next!);
    next = batch + 1 < batches ? picturePacket(compiled, images, count, batch + 1) : undefined;
    const used = imagesOf(compiled, count, batch);
    hooks.step(1);
    const started = passGate(sim, hooks.holds);
    let written: number | undefined;
    const onWords = (done: boolean): boolean => {
      const words = watch.take();
      written = words.layers.at(-1) ?? written;
      return hooks.onWords(writtenValues(words, compiled, used), batch, started, done);
    };
    const sending = watchfully(sim, 2 * limit, hooks, () => onWords(false));
    const sent: Sent[] = [];
    for (const packet of underBatch(next)) {
      const from = sim.cycle;
      if (!sendPacket(sim, packet, parts, sending)) return undefined;
      sent.push({ from, to: sim.cycle, clocks: clocksOf(packet) });
    }
    if (!sending.wait('irq')) return undefined;
    const wrong = answerInterrupt(sim);
    if (wrong !== undefined) {
      const last = written === undefined ? 'no word was written' : `the last word is ${layerOf(written)}'s`;
      throw new DeviceFault(
        `Expected the accelerator to run batch ${batch} of ${network.network.name}, but it reports ${wrong}; ${last}.`,
      );
    }
    if (onWords(true)) return undefined;
    const { words, classes } = takeResults(reader, compiled, used, batch);
    hooks.onResults(resultValues(words, compiled), valueClasses(classes, compiled), batch);

    const run = records.map((_, record) => readCounters(sim, record));
    counters = addBatch(counters, compiled, run);
    host.readCycles += resultWords + used;
    host.segmentLoadCycles += segments.reduce((sum, segment) => sum + clocksOf(segment), 0);
    host.hiddenCycles += clocksBefore(started + run.reduce((sum, { cycles }) => sum + cycles.total, 0), sent);
  }
  return { layers: counters, host: { ...host, networkLoadCycles, ...trafficBytes(compiled, batches) }, batches };
}
