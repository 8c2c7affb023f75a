// SPDX-License-Identifier: Apache-2.0
// Segments of weights, which are loaded while the core runs: a layer waits for its own, a third waits for room.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model, Simulation } from '../../sim/index.ts';
import { buildCore, LOAD_TARGETS, readCount, reset } from '../support/core-ports.ts';
import { finish, HAND, type HandLayer, lanes, loadLayers, loadPictures, results, start } from '../support/hand-core.ts';

const LOAD_COUNTER = 15;
/** Two halves of the buffer, which segments take in turn. */
const HALVES = [10, 20];
/** Weights of the three layers: each layer's is one segment of two words. */
const WEIGHTS = [3, 100, 7];

let model: Model;
beforeAll(async () => {
  model = await buildCore(HAND);
});

/** Sums |x - w| and |0 - w| of a padded tap: two words of weights for each layer. */
function layerAt(index: number): HandLayer {
  return {
    fields: {
      ...{ segment: 1, source: index % 2, dest: index === 2 ? 2 : 1 - (index % 2), weight_base: HALVES[index % 2]! },
      ...{ limit_1: 1, x_step_1: 1, addr_step_1: 1, pad_base: 0 },
    },
    weights: [],
    folds: [{}],
    pads: [0],
  };
}

/** What the program gives for a code. */
function through(code: number): number {
  return WEIGHTS.reduce((x, w) => Math.abs(x - w) + w, code);
}

function prepared(seed: number): Simulation {
  const sim = model.create({ seed });
  reset(sim);
  sim.dut['load_last'] = 0;
  loadLayers(sim, [0, 1, 2].map(layerAt));
  loadPictures(sim, [[50], [9]]);
  return sim;
}

/** Offers the words of a layer's weights until they are taken, at most so many clocks; gives the words taken. */
function send(sim: Simulation, layer: number, patience = 400): number {
  let taken = 0;
  Object.assign(sim.dut, {
    load_valid: 1,
    load_target: LOAD_TARGETS.segment,
    load_word: lanes([256 + WEIGHTS[layer]!], 9),
  });
  for (let clock = 0; clock < patience && taken < 2; clock++) {
    Object.assign(sim.dut, { load_addr: HALVES[layer % 2]! + taken, load_last: taken });
    sim.eval();
    if (sim.dut['load_ready'] === 1) taken++;
    sim.tick();
  }
  Object.assign(sim.dut, { load_valid: 0, load_last: 0 });
  return taken;
}

function hasRoom(sim: Simulation): boolean {
  sim.dut['load_target'] = LOAD_TARGETS.segment;
  sim.eval();
  return sim.dut['load_ready'] === 1;
}

/** Clocks that a layer of the last run waited for its weights. */
function waited(sim: Simulation, layer: number): number {
  return readCount(sim, layer, LOAD_COUNTER);
}

describe('segments of weights', () => {
  it('should be waited for, layer by layer', () => {
    using sim = prepared(3);
    start(sim);
    for (const layer of [0, 1, 2]) {
      sim.run(200);
      sim.eval();
      expect([layer, sim.dut['busy'], sim.dut['write_layer']]).toEqual([layer, 1, layer]);
      expect(send(sim, layer)).toBe(2);
    }
    finish(sim);
    expect(results(sim, 1)).toEqual([[through(50)], [through(9)]]);
    for (const layer of [0, 1, 2]) {
      expect(waited(sim, layer)).toBeGreaterThan(100);
      expect(waited(sim, layer)).toBeLessThan(200);
    }
    const [setup, stream, drain, stall, flush, total] = [0, 1, 2, 3, 4, 5].map((index) => readCount(sim, 1, index));
    expect(setup! + stream! + drain! + stall! + flush! + waited(sim, 1)).toBe(total);
  });

  it('should be taken two ahead and no more, until a layer is done with one', () => {
    using sim = prepared(4);
    expect(hasRoom(sim)).toBe(true);
    expect(send(sim, 0)).toBe(2);
    expect(hasRoom(sim)).toBe(true);
    expect(send(sim, 1)).toBe(2);
    expect(hasRoom(sim)).toBe(false);
    expect(send(sim, 2, 50)).toBe(0);
    start(sim);
    const before = sim.cycle;
    expect(send(sim, 2)).toBe(2);
    sim.eval();
    // The first layer is done, not only begun: the second reads its own words.
    expect(sim.cycle - before).toBeGreaterThan(40);
    expect(sim.dut['write_layer']).toBeGreaterThanOrEqual(1);
    finish(sim);
    expect(results(sim, 1)).toEqual([[through(50)], [through(9)]]);
    expect([0, 1, 2].map((layer) => waited(sim, layer))).toEqual([0, 0, 0]);
  });

  it('should be taken for the next batch as soon as there is room', () => {
    using sim = prepared(5);
    send(sim, 0);
    send(sim, 1);
    start(sim);
    send(sim, 2);
    // The third is used last: the next batch begins in the other half.
    HALVES.reverse();
    try {
      expect(send(sim, 0)).toBe(2);
      sim.eval();
      expect(sim.dut['busy']).toBe(1);
    } finally {
      HALVES.reverse();
    }
    finish(sim);
    expect(results(sim, 1)).toEqual([[through(50)], [through(9)]]);
    expect(hasRoom(sim)).toBe(true);
  });

  it('should be forgotten with a reset', () => {
    using sim = prepared(6);
    send(sim, 0);
    send(sim, 1);
    reset(sim);
    expect(hasRoom(sim)).toBe(true);
    start(sim);
    sim.run(200);
    sim.eval();
    expect([sim.dut['busy'], sim.dut['write_layer']]).toEqual([1, 0]);
    for (const layer of [0, 1, 2]) send(sim, layer);
    finish(sim);
    expect(results(sim, 1)).toEqual([[through(50)], [through(9)]]);
  });

  it('should be taken while taps are held back', () => {
    using sim = prepared(7);
    send(sim, 0);
    sim.dut['hold'] = 1;
    start(sim);
    sim.run(100);
    sim.eval();
    expect(sim.dut['busy']).toBe(1);
    sim.dut['hold'] = 0;
    send(sim, 1);
    send(sim, 2);
    finish(sim);
    expect(results(sim, 1)).toEqual([[through(50)], [through(9)]]);
  });
});

describe('one segment of weights at a time', () => {
  let one: Model;
  beforeAll(async () => {
    one = await buildCore({ ...HAND, weightSegments: 1 });
  });

  /** Sums |x - w| for two filters of each segment, three segments one after the other, and adds up all six. */
  const again: HandLayer = {
    fields: {
      ...{ segment: 1, more_runs: 2, source: 0, dest: 1, weight_base: 30, fold_base: 1, out_base: 4 },
      ...{ tile_filters: 2, group_filters: 2 },
    },
    weights: [],
    // The first fold word is the last layer's.
    folds: [{}, ...[1, 2, 3, 4, 5, 6].map((add) => ({ add }))],
  };
  const sum: HandLayer = {
    fields: { source: 1, addr_origin: 4, limit_0: 5, fold_base: 0 },
    weights: Array.from({ length: 6 }, () => [0]),
    folds: [{}],
  };
  const SEGMENTS = [
    [3, 9],
    [20, 0],
    [1, 12],
  ];

  function loaded(seed: number): Simulation {
    const sim = one.create({ seed });
    reset(sim);
    sim.dut['load_last'] = 0;
    loadLayers(sim, [again, sum]);
    loadPictures(sim, [[10], [2]]);
    return sim;
  }

  /** Offers a segment's word until it is taken, at most so many clocks; gives the clocks. */
  function offer(sim: Simulation, segment: number, patience = 400): number | undefined {
    Object.assign(sim.dut, {
      ...{ load_valid: 1, load_target: LOAD_TARGETS.segment, load_addr: 30, load_last: 1 },
      load_word: lanes(
        SEGMENTS[segment]!.map((w) => 256 + w),
        9,
      ),
    });
    let taken: number | undefined;
    for (let clock = 0; clock < patience && taken === undefined; clock++) {
      sim.eval();
      if (sim.dut['load_ready'] === 1) taken = clock;
      sim.tick();
    }
    Object.assign(sim.dut, { load_valid: 0, load_last: 0 });
    return taken;
  }

  /** What both layers give for a code. */
  function throughAll(x: number): number {
    return SEGMENTS.flat().reduce((total, w, filter) => total + Math.abs(x - w) + filter + 1, 0);
  }

  it('should be of one layer of the program, which is run again with each', () => {
    using sim = loaded(31);
    start(sim);
    for (const segment of [0, 1, 2]) {
      sim.run(100);
      sim.eval();
      expect([segment, sim.dut['busy'], sim.dut['write_layer']]).toEqual([segment, 1, 0]);
      expect(offer(sim, segment)).toBe(0);
    }
    finish(sim);
    expect(results(sim, 1)).toEqual([[throughAll(10)], [throughAll(2)]]);
    // Counts go on from one run to the next, and no further: stream, total, sads, weight reads, activation writes, fold reads.
    const [setup, drain, stall, flush] = [0, 2, 3, 4].map((index) => readCount(sim, 0, index));
    expect([1, 6, 8, 12, 14].map((index) => readCount(sim, 0, index))).toEqual([3, 3 * 2 * 2, 3, 6, 6]);
    expect(setup! + 3 + drain! + stall! + flush! + waited(sim, 0)).toBe(readCount(sim, 0, 5));
    expect([1, 6, 8, 13, 14].map((index) => readCount(sim, 1, index))).toEqual([6, 12, 6, 1, 1]);
    expect([waited(sim, 0) > 100, waited(sim, 1)]).toEqual([true, 0]);
  });

  it('should be taken one ahead and no more, until a run is done with it', () => {
    using sim = loaded(32);
    expect(offer(sim, 0)).toBe(0);
    expect(hasRoom(sim)).toBe(false);
    expect(offer(sim, 1, 50)).toBeUndefined();
    start(sim);
    // Words of the program, the tap, and its sums on their way.
    expect(offer(sim, 1)).toBeGreaterThan(45);
    expect(offer(sim, 2)).toBeGreaterThan(20);
    finish(sim);
    expect(results(sim, 1)).toEqual([[throughAll(10)], [throughAll(2)]]);
    expect(hasRoom(sim)).toBe(true);
  });

  it('should begin with its first run again for the next batch, and after a reset amid them', () => {
    using sim = loaded(33);
    for (const until of [40, 130, 200, 230, 10_000]) {
      offer(sim, 0);
      start(sim);
      const from = sim.cycle;
      for (const segment of [1, 2]) if (sim.cycle - from < until) offer(sim, segment);
      while (sim.cycle - from < until && (sim.eval(), sim.dut['busy'] === 1)) sim.tick();
      if (until < 10_000) reset(sim);
    }
    offer(sim, 0);
    start(sim);
    offer(sim, 1);
    offer(sim, 2);
    finish(sim);
    expect(results(sim, 1)).toEqual([[throughAll(10)], [throughAll(2)]]);
    expect([1, 14].map((index) => readCount(sim, 0, index))).toEqual([3, 6]);
  });
});

describe('a weight buffer of one port', () => {
  it('should take no segment, and hold a layer that asks for one for malformed', async () => {
    const onePort = await buildCore({ ...HAND, weightPorts: 1 });
    using sim = onePort.create({ seed: 8 });
    reset(sim);
    sim.dut['load_last'] = 0;
    expect(hasRoom(sim)).toBe(false);
    loadLayers(sim, [layerAt(0)]);
    start(sim);
    finish(sim);
    sim.eval();
    expect(sim.dut['errors']).toBe(1);
    expect(hasRoom(sim)).toBe(false);
    // Weights that are loaded once do.
    const { fields } = layerAt(0);
    loadLayers(sim, [
      { ...layerAt(0), fields: { ...fields, segment: 0, dest: 2, weight_base: 0 }, weights: [[3], [3]] },
    ]);
    loadPictures(sim, [[50], [9]]);
    start(sim);
    finish(sim);
    sim.eval();
    expect(sim.dut['errors']).toBe(0);
    expect(results(sim, 1)).toEqual([[47 + 3], [6 + 3]]);
  });
});
