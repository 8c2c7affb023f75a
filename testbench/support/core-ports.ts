// SPDX-License-Identifier: Apache-2.0
// adder_core by itself, as unit tests see it: loads buffers through its ports, one call a block, reads results, classes and
// counters. Whoever uses the accelerator speaks to adder_top (src/device/top-driver.ts).

import { build, type Model, type Simulation } from '../../sim/index.ts';
import { type Configuration, coreParameters, partsOf, rtlSources } from '../../src/compile/index.ts';
import type { LayerCounters } from '../../src/cycles/index.ts';
import { countersOf } from '../../src/device/counter-order.ts';
import { spreadParts } from '../../src/device/network-packets.ts';
import { compilerFlags } from '../../src/device/top-model.ts';
import { TESTED_RTL } from './tested-rtl.ts';

/** Buffers the host can load, by the RTL's `load_target`. */
export const LOAD_TARGETS = {
  activations0: 0,
  activations1: 1,
  weights: 2,
  folds: 3,
  pads: 4,
  program: 5,
  segment: 6,
  lanes: 7,
} as const;

/** Words for one buffer, each with its address; as many 32-bit parts a word as the port `load_word` has. */
export interface Block {
  readonly target: number;
  readonly addresses: Uint32Array;
  readonly words: Uint32Array;
}

/** What the core may say is wrong with what it was given, by the bit of its port `errors`. */
const ERROR_FLAGS = ['a malformed command', 'an address past the end of a buffer'] as const;

/** Clocks without a word taken after which a core is taken for one that takes none. */
const LOAD_PATIENCE = 1_000_000;

/** 32-bit parts of the ports of a configuration's core. */
export function portParts({ rows, columns, dataBits }: Configuration): { activation: number; load: number } {
  return {
    activation: partsOf(rows * dataBits),
    load: partsOf(Math.max(rows * dataBits, columns * (dataBits + 1), 96)),
  };
}

/**
 * Builds the core that tests are about.
 * @param flags of the C++ compiler
 */
export function buildCore(
  configuration: Configuration,
  flags: readonly string[] = compilerFlags(configuration),
): Promise<Model> {
  return build({ top: 'adder_core', sources: rtlSources(TESTED_RTL), params: coreParameters(configuration), flags });
}

/** Clears what a random power-up left. */
export function reset(sim: Simulation): void {
  const { dut } = sim;
  for (const input of ['load_valid', 'load_last', 'start', 'hold', 'result_read']) dut[input] = 0;
  dut['rst'] = 1;
  sim.run(2);
  dut['rst'] = 0;
}

/**
 * Words for consecutive addresses.
 * @param parts 32-bit parts of a given word
 * @param loadParts 32-bit parts of the port `load_word`
 */
export function blockOf(target: number, address: number, words: Uint32Array, parts: number, loadParts: number): Block {
  const addresses = Uint32Array.from({ length: words.length / parts }, (_, word) => address + word);
  return { target, addresses, words: spreadParts(words, parts, loadParts) };
}

/**
 * Loads words, one a clock; while the core runs, words that it refuses are given again.
 * @returns words that were taken, one clock each
 * @throws {Error} when the core takes no word for too long
 */
export function load(sim: Simulation, { target, addresses, words }: Block): number {
  const parts = words.length / addresses.length;
  let [left, leftWords] = [addresses, words];
  let lastTaken = sim.cycle;
  sim.dut['load_target'] = target;
  sim.dut['load_valid'] = 1;
  while (left.length > 0) {
    const { load_ready } = sim.batch({ load_addr: left, load_word: leftWords }, ['load_ready']);
    const refused: number[] = [];
    load_ready.forEach((ready: number | bigint, row: number) => {
      if (ready === 0) refused.push(row);
    });
    if (refused.length < left.length) lastTaken = sim.cycle;
    else if (sim.cycle - lastTaken > LOAD_PATIENCE) {
      throw new Error(
        `Expected the core to take words for buffer ${target}, but it took none for ${LOAD_PATIENCE} cycles.`,
      );
    }
    const rows = new Uint32Array(refused.length * parts);
    refused.forEach((row, i) => rows.set(leftWords.subarray(row * parts, (row + 1) * parts), i * parts));
    left = Uint32Array.from(refused, (row) => left[row]!);
    leftWords = rows;
  }
  sim.dut['load_valid'] = 0;
  return addresses.length;
}

/** What the core says is wrong with what it was given; undefined for nothing. */
export function errorsOf(sim: Simulation): string | undefined {
  sim.eval();
  const errors = Number(sim.dut['errors']);
  const raised = ERROR_FLAGS.filter((_, bit) => ((errors >> bit) & 1) === 1);
  return raised.length === 0 ? undefined : raised.join(' and ');
}

/**
 * Reads consecutive words of a bank of the result buffer, one a clock, also while the core writes the other.
 * @returns the words; reading takes a clock more
 */
export function readResults(sim: Simulation, bank: number, count: number): Uint32Array {
  sim.dut['result_bank'] = bank;
  sim.dut['result_read'] = 1;
  // A word is there the clock after its address: one more row, the first not taken.
  const result_addr = Uint32Array.from({ length: count + 1 }, (_, word) => Math.min(word, count - 1));
  const { result_word } = sim.batch({ result_addr }, ['result_word']);
  sim.dut['result_read'] = 0;
  const words = result_word as Uint8Array | Uint16Array | Uint32Array;
  return Uint32Array.from(words.subarray(words.length / (count + 1)));
}

/** Words that the last run that wrote a bank of the result buffer wrote. */
export function resultCount(sim: Simulation, bank: number): number {
  sim.dut['result_bank'] = bank;
  sim.eval();
  return Number(sim.dut['result_count']);
}

/** 32-bit words of a port, however wide. */
function wordsOf(sim: Simulation, port: string, bits: number): Uint32Array {
  return bits > 32 ? sim.words(port) : Uint32Array.of(Number(sim.dut[port]));
}

/** The class that the core found for each of so many rows in the run that wrote a bank. */
export function readClasses(sim: Simulation, bank: number, rows: number, images: number): Uint16Array {
  sim.dut['result_bank'] = bank;
  sim.eval();
  const words = wordsOf(sim, 'classes', rows * 16);
  return Uint16Array.from({ length: images }, (_, row) => words[row >>> 1]! >>> (16 * (row & 1)));
}

/** Clocks in which a count that is asked for is surely there: more than those in which a layer's are put away. */
const COUNT_PATIENCE = 64;

/** One count of a layer of the last run, by its place in rtl/layer_counters.v. */
export function readCount(sim: Simulation, layer: number, index: number): number {
  Object.assign(sim.dut, { count_layer: layer, count_index: index });
  sim.tick();
  sim.runUntil('count_there', { max: COUNT_PATIENCE });
  return Number(sim.dut['count']);
}

/** Reads the counters of one layer of the last run; takes clocks. */
export function readCounters(sim: Simulation, layer: number): LayerCounters {
  return countersOf((counter) => readCount(sim, layer, counter));
}
