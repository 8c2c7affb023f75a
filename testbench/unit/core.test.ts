// SPDX-License-Identifier: Apache-2.0
// What the core's host may do at any moment: reset in the middle of a run, a start while busy, loads with gaps, loads
// while it runs, holds; and how results are kept apart, batch by batch.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model, Simulation } from '../../sim/index.ts';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  getLane,
  packImages,
} from '../../src/compile/index.ts';
import { classOf, type Codes, mapSize, pictureShape } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { cases } from '../support/arbitraries.ts';
import { MINIMUM_CONFIGURATIONS, SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import {
  type Block,
  blockOf,
  buildCore,
  load,
  LOAD_TARGETS,
  portParts,
  readClasses,
  readCounters,
  readResults,
  reset,
  resultCount,
} from '../support/core-ports.ts';
import { finish } from '../support/hand-core.ts';

const configuration = SMALL_CONFIGURATIONS['4x4']!;
const { rows } = configuration;
const LIMITS = { bits: 8, maxImages: 2 * rows, maxMap: 100, maxTaps: 40, maxFilters: 9, maxLayers: 4, configuration };

/** A network that writes either buffer and both at once, and adds a shortcut, and two batches of pictures for it. */
const example = fc.sample(cases(LIMITS), { numRuns: 3000, seed: 3 }).find(({ network, count }) => {
  if (network.layers.length < 4 || count !== 2 * rows) return false;
  const { placements, images } = compileNetwork(network, configuration);
  return (
    images.addresses.length === 2 &&
    [0, 1, 3].every((buffer) => placements.some(({ dest }) => dest.buffer === buffer)) &&
    placements.some(({ shortcut }) => shortcut !== undefined)
  );
})!;
const { network } = example;
const inputSize = mapSize(pictureShape(network.network));
const expected = inferReference(network, example.images, 2 * rows).maps.at(-1)!;
const resultSize = expected.length / (2 * rows);
const { activation: parts, load: port } = portParts(configuration);

let model: Model;
let compiled: CompiledNetwork;
/** Clocks of a run without holds. */
let clocks: number;

/** Builds the core that the tests after it are about. */
async function prepare(core: Configuration): Promise<void> {
  model = await buildCore(core);
  compiled = compileNetwork(network, core);
  using sim = loaded(1);
  const before = sim.cycle;
  start(sim);
  finish(sim, 100_000);
  clocks = sim.cycle - before;
}

/** What is loaded once. */
function networkBlocks(): Block[] {
  const { program, weights, weightParts, folds, pads } = compiled;
  return [
    blockOf(LOAD_TARGETS.program, 0, program, 1, port),
    blockOf(LOAD_TARGETS.weights, 0, weights, weightParts, port),
    blockOf(LOAD_TARGETS.folds, 0, folds, 3, port),
    blockOf(LOAD_TARGETS.pads, 0, pads, 1, port),
  ];
}

/** Pictures of batch 0 or 1, at the place that batch has. */
function pictureBlock(batch: number): Block {
  const { images } = compiled;
  const codes = example.images.subarray(batch * rows * inputSize, (batch + 1) * rows * inputSize);
  return blockOf(
    images.buffer,
    images.addresses[batch]!,
    packImages(codes, rows, inputSize, configuration.dataBits, port),
    port,
    port,
  );
}

/** A core that only has to be started. */
function loaded(seed: number): Simulation {
  const sim = model.create({ seed });
  reset(sim);
  for (const block of networkBlocks()) if (block.addresses.length > 0) load(sim, block);
  load(sim, pictureBlock(0));
  return sim;
}

function start(sim: Simulation, batch = 0): void {
  Object.assign(sim.dut, { images: rows, start_bank: batch, image_addr: compiled.images.addresses[batch]!, start: 1 });
  sim.tick();
  sim.dut['start'] = 0;
}

function results(sim: Simulation, batch = 0): number[] {
  const words = readResults(sim, batch, resultSize);
  return Array.from({ length: rows }, (_, image) =>
    Array.from({ length: resultSize }, (_value, i) => getLane(words, i * parts, image, configuration.dataBits)),
  ).flat();
}

/** What the reference says of a batch. */
function right(batch = 0): number[] {
  return [...expected.subarray(batch * rows * resultSize, (batch + 1) * rows * resultSize)];
}

describe.each([
  ['distances', configuration],
  ['minima', MINIMUM_CONFIGURATIONS['4x4 of minima']!],
])('adder_core with cells of %s', (_cells, core) => {
  beforeAll(() => prepare(core));

  it('should run again after a reset at any moment', () => {
    using sim = loaded(5);
    for (let cycle = 1; cycle < clocks; cycle += 1 + Math.floor(clocks / 60)) {
      load(sim, pictureBlock(0));
      start(sim);
      sim.run(cycle);
      sim.dut['rst'] = 1;
      sim.tick();
      sim.dut['rst'] = 0;
      sim.eval();
      expect([cycle, sim.dut['busy'], sim.dut['write_valid'], sim.dut['errors']]).toEqual([cycle, 0, 0, 0]);
      load(sim, pictureBlock(0));
      start(sim);
      finish(sim, 2 * clocks);
      expect([cycle, ...results(sim)]).toEqual([cycle, ...right()]);
      expect(resultCount(sim, 0)).toBe(resultSize);
    }
  });

  it('should ignore a start while busy, with all that comes with it', () => {
    using sim = loaded(6);
    start(sim);
    Object.assign(sim.dut, { start: 1, images: 1, start_bank: 1, image_addr: 77 });
    sim.run(clocks - 20);
    sim.dut['start'] = 0;
    finish(sim, 2 * clocks);
    expect(results(sim)).toEqual(right());
    expect(resultCount(sim, 0)).toBe(resultSize);
  });

  it('should take loads with gaps, in any order of buffers', () => {
    using sim = model.create({ seed: 9 });
    reset(sim);
    for (const { target, addresses, words } of [pictureBlock(0), ...networkBlocks().toReversed()]) {
      addresses.forEach((load_addr, i) => {
        const value = words.subarray(i * port, (i + 1) * port).reduceRight((all, w) => (all << 32n) | BigInt(w), 0n);
        Object.assign(sim.dut, { load_target: target, load_addr, load_word: value, load_valid: 1 });
        sim.tick();
        Object.assign(sim.dut, { load_valid: 0, load_addr: load_addr ^ 1, load_word: value ^ 0xffn });
        sim.run(i % 3);
      });
    }
    start(sim);
    finish(sim, 2 * clocks);
    expect(results(sim)).toEqual(right());
  });

  it.each([0, 1])(
    'should refuse words for activation buffer %d only in clocks in which a layer writes it',
    (buffer) => {
      using sim = loaded(7);
      start(sim);
      const { load_ready, write_valid, write_target, busy } = sim.batch(
        { load_target: new Uint8Array(clocks + 10).fill(buffer) },
        ['load_ready', 'write_valid', 'write_target', 'busy'],
      );
      const writes = Array.from(
        write_valid as Uint8Array,
        (valid, i) => valid === 1 && [buffer, 3].includes(Number(write_target![i])),
      );
      expect(Array.from(load_ready as Uint8Array, (ready) => ready === 0)).toEqual(writes);
      expect(writes).toContain(true);
      expect(busy!.at(-1)).toBe(0);
    },
  );

  it.each([2, 3, 4, 5])('should refuse words for buffer %d in all clocks of a run', (load_target) => {
    using sim = loaded(7);
    start(sim);
    // They are refused, not taken and lost: nothing changes.
    const { load_ready, busy } = sim.batch(
      {
        load_target: new Uint8Array(clocks + 10).fill(load_target),
        load_valid: new Uint8Array(clocks + 10).fill(1),
        load_addr: Uint32Array.from({ length: clocks + 10 }, (_, i) => i % 200),
      },
      ['load_ready', 'busy'],
    );
    sim.dut['load_valid'] = 0;
    expect(Array.from(load_ready as Uint8Array, (ready) => ready === 1)).toEqual(
      Array.from(busy as Uint8Array, (on) => on === 0),
    );
    expect(results(sim)).toEqual(right());
  });

  it('should take the next pictures while it runs, and keep the results of two batches apart', () => {
    using sim = loaded(10);
    start(sim);
    expect(load(sim, pictureBlock(1))).toBe(inputSize);
    sim.eval();
    expect(sim.dut['busy']).toBe(1);
    finish(sim, 2 * clocks);
    start(sim, 1);
    expect(results(sim)).toEqual(right());
    expect(resultCount(sim, 0)).toBe(resultSize);
    expect(resultCount(sim, 1)).toBe(0);
    finish(sim, 2 * clocks);
    for (const batch of [0, 1]) {
      expect(results(sim, batch)).toEqual(right(batch));
      expect(resultCount(sim, batch)).toBe(resultSize);
      const codes = Uint16Array.from(right(batch)) as Codes;
      expect([...readClasses(sim, batch, rows, rows)]).toEqual(
        Array.from({ length: rows }, (_, image) => classOf(codes, image, resultSize)),
      );
    }
  });
});

describe('adder_core with cells of distances', () => {
  beforeAll(() => prepare(configuration));

  it('should count the clocks that a hold costs, and no other', () => {
    const counted = (holds: Uint8Array) => {
      using sim = loaded(11);
      start(sim);
      if (holds.length > 0) sim.batch({ hold: holds });
      sim.dut['hold'] = 0;
      finish(sim, 2 * clocks);
      expect(results(sim)).toEqual(right());
      return network.layers.map((_, layer) => readCounters(sim, layer).cycles);
    };
    const free = counted(new Uint8Array(0));
    const { setup } = free[0]!;
    // Clocks of setup are none that a hold costs, nor those that a tile waits for.
    const holds = new Uint8Array(setup + 20).fill(1);
    const [first, ...rest] = counted(holds);
    expect(first).toEqual({ ...free[0], stall: 20, total: free[0]!.total + 20 });
    expect(rest).toEqual(free.slice(1));
    expect(free.every(({ stall }) => stall === 0)).toBe(true);
  });
});
