// SPDX-License-Identifier: Apache-2.0
// Speaks to the simulated core's ports: loads buffers, runs the program, reads
// results and counters. What crosses the boundary does so in one call a block.

import type { Simulation } from '../../sim/index.ts';
import type { LayerCounters } from '../cycles/index.ts';

/** Buffers the host can load, by the RTL's `load_target`. */
export const LOAD_TARGETS = { activations: 0, weights: 1, folds: 2, program: 3 } as const;

/** Words that a layer wrote to its destination buffer, in order. */
export interface WrittenWords {
  readonly count: number;
  readonly layers: Uint32Array;
  readonly addresses: Uint32Array;
  /** `words.length / count` 32-bit parts each. */
  readonly words: Uint32Array;
  /** Cycle of each write. */
  readonly cycles: Float64Array;
}

/** Clears what a random power-up left. */
export function reset(sim: Simulation): void {
  const { dut } = sim;
  for (const input of ['load_valid', 'start', 'hold', 'read_valid']) dut[input] = 0;
  dut['rst'] = 1;
  sim.run(2);
  dut['rst'] = 0;
}

/**
 * Loads consecutive words from address 0 on.
 * @param words `parts` 32-bit parts a word
 * @param wordParts 32-bit parts of the port `load_word`
 */
export function load(
  sim: Simulation,
  target: keyof typeof LOAD_TARGETS,
  words: Uint32Array,
  parts: number,
  wordParts: number,
): void {
  const count = words.length / parts;
  const rows = new Uint32Array(count * wordParts);
  for (let word = 0; word < count; word++) {
    rows.set(words.subarray(word * parts, (word + 1) * parts), word * wordParts);
  }
  sim.dut['load_target'] = LOAD_TARGETS[target];
  sim.dut['load_valid'] = 1;
  sim.batch({ load_addr: Uint32Array.from({ length: count }, (_, word) => word), load_word: rows });
  sim.dut['load_valid'] = 0;
}

/**
 * Runs the loaded program for the loaded batch.
 * @param limit cycles after which a core that is still busy is taken for hung
 * @param holds for each clock after the start, whether taps are held back; then never
 * @returns words written to the activation buffers, in order
 * @throws {SimulationError} of kind timeout when the core is still busy after `limit` cycles
 */
export function runProgram(
  sim: Simulation,
  layers: number,
  images: number,
  limit: number,
  holds: Uint8Array,
): WrittenWords {
  sim.dut['layer_limit'] = layers - 1;
  sim.dut['images'] = images;
  sim.dut['start'] = 1;
  using capture = sim.capture({
    when: 'write_valid',
    signals: { layers: 'write_layer', addresses: 'write_addr', words: 'write_word' },
  });
  sim.tick();
  sim.dut['start'] = 0;
  if (holds.length > 0) sim.batch({ hold: holds });
  sim.dut['hold'] = 0;
  sim.runUntil('busy', { value: 0, max: limit });
  return capture.take();
}

/** Reads consecutive words of an activation buffer, one a clock. */
export function readBuffer(sim: Simulation, buffer: number, count: number): Uint32Array {
  sim.dut['read_buffer'] = buffer;
  sim.dut['read_valid'] = 1;
  // A word is there the clock after its address: one more row, the first not taken.
  const read_addr = Uint32Array.from({ length: count + 1 }, (_, word) => Math.min(word, count - 1));
  const { read_word } = sim.batch({ read_addr }, ['read_word']);
  sim.dut['read_valid'] = 0;
  const words = read_word as Uint8Array | Uint16Array | Uint32Array;
  return Uint32Array.from(words.subarray(words.length / (count + 1)));
}

/** Reads the counters of one layer of the last run; see rtl/layer_counters.v. */
export function readCounters(sim: Simulation, layer: number): LayerCounters {
  sim.dut['counters_layer'] = layer;
  sim.eval();
  const parts = sim.words('counters');
  const at = (index: number): number => parts[2 * index]! + parts[2 * index + 1]! * 2 ** 32;
  return {
    cycles: { setup: at(0), stream: at(1), drain: at(2), stall: at(3), flush: at(4), total: at(5) },
    events: {
      sads: at(6),
      activationReads: at(7),
      weightReads: at(8),
      poolReads: at(9),
      activationWrites: at(10),
      foldReads: at(11),
    },
  };
}
