// SPDX-License-Identifier: Apache-2.0
// What the core's host may do at any moment: reset in the middle of a run, a
// start while busy, loads with gaps, loads of weights while it runs.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model, Simulation } from '../../sim/index.ts';
import { type CompiledNetwork, compileNetwork, getLane, packImages, partsOf } from '../../src/compile/index.ts';
import { load, LOAD_TARGETS, readBuffer, reset, runProgram } from '../../src/device/core-driver.ts';
import { buildCore } from '../../src/device/index.ts';
import { mapSize } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';

const configuration = SMALL_CONFIGURATIONS['4x4']!;
const LIMITS = { bits: 8, maxImages: 4, maxMap: 300, maxTaps: 60, maxFilters: 9, maxLayers: 3 };
const example = fc
  .sample(cases(LIMITS), { numRuns: 200, seed: 3 })
  .find(({ network, count }) => network.layers.length === 3 && count === 4);
const { network, images, count } = example!;
const inputSize = mapSize(network.layers[0]!.layer.input);
const expected = inferReference(network, images, count).maps.at(-1)!;
const resultSize = expected.length / count;
const parts = partsOf(configuration.rows * 8);
const PORT_PARTS = 2;
const LIMIT = 100_000;
const NO_HOLDS = new Uint8Array(0);

let model: Model;
let compiled: CompiledNetwork;

beforeAll(async () => {
  model = await buildCore(configuration);
  compiled = compileNetwork(network, configuration);
});

function loadAll(sim: Simulation): void {
  load(sim, 'program', compiled.program, 1, PORT_PARTS);
  load(sim, 'weights', compiled.weights, compiled.weightParts, PORT_PARTS);
  load(sim, 'folds', compiled.folds, 2, PORT_PARTS);
}

function loadImages(sim: Simulation): void {
  load(sim, 'activations', packImages(images, count, inputSize, 8, parts), parts, PORT_PARTS);
}

function results(sim: Simulation): number[] {
  const words = readBuffer(sim, network.layers.length % 2, resultSize);
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: resultSize }, (_value, i) => getLane(words, i * parts, image, 8)),
  ).flat();
}

function start(sim: Simulation): void {
  Object.assign(sim.dut, { layer_limit: network.layers.length - 1, images: count, start: 1 });
  sim.tick();
  sim.dut['start'] = 0;
}

describe('adder_core', () => {
  it('should run again after a reset at any moment', () => {
    using sim = model.create({ seed: 5 });
    reset(sim);
    loadAll(sim);
    loadImages(sim);
    const before = sim.cycle;
    runProgram(sim, network.layers.length, count, LIMIT, NO_HOLDS);
    const length = sim.cycle - before;
    expect(results(sim)).toEqual([...expected]);
    for (let cycle = 1; cycle < length; cycle += 7) {
      loadImages(sim);
      start(sim);
      sim.run(cycle);
      sim.dut['rst'] = 1;
      sim.tick();
      sim.dut['rst'] = 0;
      sim.eval();
      expect(sim.dut['busy']).toBe(0);
      loadImages(sim);
      runProgram(sim, network.layers.length, count, LIMIT, NO_HOLDS);
      expect([cycle, ...results(sim)]).toEqual([cycle, ...expected]);
    }
  });

  it('should ignore a start while busy', () => {
    using sim = model.create();
    reset(sim);
    loadAll(sim);
    loadImages(sim);
    start(sim);
    sim.dut['start'] = 1;
    sim.run(200);
    sim.dut['start'] = 0;
    sim.runUntil('busy', { value: 0, max: LIMIT });
    expect(results(sim)).toEqual([...expected]);
  });

  it('should take the number of images and layers with the start alone', () => {
    using sim = model.create();
    reset(sim);
    loadAll(sim);
    loadImages(sim);
    start(sim);
    Object.assign(sim.dut, { images: 1, layer_limit: 0 });
    sim.runUntil('busy', { value: 0, max: LIMIT });
    expect(results(sim)).toEqual([...expected]);
  });

  it('should take loads with gaps, in any order of buffers', () => {
    using sim = model.create({ seed: 9 });
    reset(sim);
    const word = (target: keyof typeof LOAD_TARGETS, words: Uint32Array, width: number): void => {
      for (let i = 0; i < words.length / width; i++) {
        const value = words.subarray(i * width, (i + 1) * width).reduceRight((all, w) => (all << 32n) | BigInt(w), 0n);
        Object.assign(sim.dut, { load_target: LOAD_TARGETS[target], load_addr: i, load_word: value, load_valid: 1 });
        sim.tick();
        Object.assign(sim.dut, { load_valid: 0, load_addr: i ^ 1, load_word: value ^ 0xffn });
        sim.run(i % 3);
      }
    };
    word('folds', compiled.folds, 2);
    word('activations', packImages(images, count, inputSize, 8, parts), parts);
    word('weights', compiled.weights, compiled.weightParts);
    word('program', compiled.program, 1);
    runProgram(sim, network.layers.length, count, LIMIT, NO_HOLDS);
    expect(results(sim)).toEqual([...expected]);
  });

  it('should not let the host write activations while busy', () => {
    using sim = model.create();
    reset(sim);
    loadAll(sim);
    loadImages(sim);
    start(sim);
    Object.assign(sim.dut, { load_valid: 1, load_target: LOAD_TARGETS.activations, load_word: 0n });
    for (let i = 0; i < 100; i++) {
      sim.dut['load_addr'] = i % inputSize;
      sim.tick();
    }
    sim.dut['load_valid'] = 0;
    sim.runUntil('busy', { value: 0, max: LIMIT });
    expect(results(sim)).toEqual([...expected]);
  });

  it('should count the clocks that a hold costs, and no other', () => {
    const cyclesWith = (holds: Uint8Array): number => {
      using sim = model.create();
      reset(sim);
      loadAll(sim);
      loadImages(sim);
      const before = sim.cycle;
      runProgram(sim, network.layers.length, count, LIMIT, holds);
      expect(results(sim)).toEqual([...expected]);
      return sim.cycle - before;
    };
    const free = cyclesWith(NO_HOLDS);
    // Fields are read in 35 clocks; then every held clock is one in which a tap would have been issued.
    const holds = new Uint8Array(60);
    holds.fill(1, 36, 56);
    expect(cyclesWith(holds)).toBe(free + 20);
  });
});
