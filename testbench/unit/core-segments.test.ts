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
