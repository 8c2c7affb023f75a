// SPDX-License-Identifier: Apache-2.0
// What the core says of programs that cannot be right, and that the next run is right nevertheless.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model, Simulation } from '../../sim/index.ts';
import { watchWrites } from '../../src/device/written-words.ts';
import { buildCore, reset } from '../support/core-ports.ts';
import {
  ADDING_CELLS,
  finish,
  HAND,
  type HandLayer,
  loadLayers,
  loadPictures,
  results,
  start,
} from '../support/hand-core.ts';

const [FINE, MALFORMED, PAST] = [0, 1, 2];

/** Words of the deepest buffer but that of the weights. */
const DEEPEST = HAND.programDepth;

/** A layer that copies what it reads, but for some of its fields. */
function copy(fields: HandLayer['fields'] = {}): HandLayer {
  return { fields, weights: [[0]], folds: [{ shortcut_mul: 1 }], pads: [] };
}

/** Runs layers; gives what the core says is wrong. */
function errorsOf(sim: Simulation, layers: readonly HandLayer[], address = 0): number {
  loadLayers(sim, layers);
  start(sim, { address });
  finish(sim);
  sim.eval();
  return Number(sim.dut['errors']);
}

describe.each(ADDING_CELLS)('adder_core with cells of %ss', (cell) => {
  let model: Model;
  beforeAll(async () => {
    model = await buildCore({ ...HAND, cell });
  });

  it.each<[string, HandLayer['fields']]>([
    ['a tap', { addr_origin: HAND.activationDepth }],
    ['a tap of buffer 1', { source: 1, addr_origin: HAND.activationDepth }],
    ['a code to add', { shortcut: 1, shortcut_base: HAND.activationDepth }],
    ['a code written to buffer 0', { dest: 0, out_base: HAND.activationDepth }],
    ['a code written to buffer 1', { dest: 1, out_base: HAND.activationDepth }],
    ['a code written to both', { dest: 3, out_base: HAND.activationDepth }],
    ['a result', { out_base: HAND.resultDepth }],
    ['a weight', { weight_base: HAND.weightDepth }],
    ['a fold', { fold_base: HAND.foldDepth }],
    ['a padding code', { pad_base: HAND.padDepth }],
  ])('should say that the address of %s is past its buffer, and of the last word not', (_, fields) => {
    using sim = model.create({ seed: 4 });
    reset(sim);
    const [[name, past]] = Object.entries(fields).filter(([, value]) => value > 3) as [[string, number]];
    const faulty = (address: number): number => errorsOf(sim, [copy({ ...fields, [name]: address })]);
    expect(faulty(past - 1)).toBe(FINE);
    expect(faulty(past)).toBe(PAST);
    // As far past as is surely seen, and where an address of the depth's own bits would be 0.
    const deepest = name === 'weight_base' ? HAND.weightDepth : DEEPEST;
    expect(faulty(2 * deepest)).toBe(PAST);
    expect(faulty(2 ** Math.ceil(Math.log2(deepest)))).toBe(PAST);
    // Addresses below the first word are far past the last.
    if (name === 'addr_origin' || name === 'shortcut_base') expect(faulty(-1)).toBe(PAST);
    loadPictures(sim, [[5], [6]]);
    expect(errorsOf(sim, [copy()])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[5], [6]]);
  });

  it('should say that the address of a picture is past the buffer', () => {
    using sim = model.create({ seed: 4 });
    reset(sim);
    const layers = [copy({ reads_pictures: 1, addr_origin: 1 })];
    expect(errorsOf(sim, layers, HAND.activationDepth - 1)).toBe(PAST);
    expect(errorsOf(sim, layers, HAND.activationDepth - 2)).toBe(FINE);
  });

  it('should say that the program ends after its buffer', () => {
    using sim = model.create({ seed: 4 });
    reset(sim);
    const layers = Array.from({ length: 4 }, () => copy({ last_layer: 0 }));
    expect(errorsOf(sim, layers) & PAST).toBe(PAST);
    expect(errorsOf(sim, [...layers.slice(1), copy()])).toBe(FINE);
  });

  it('should not read off the map what a tap of padding would be', () => {
    using sim = model.create({ seed: 4 });
    reset(sim);
    expect(errorsOf(sim, [{ ...copy({ addr_origin: -1, x_origin: -1 }), pads: [9] }])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[9], [9]]);
  });

  it('should end a run with a malformed first layer at once', () => {
    using sim = model.create({ seed: 5 });
    reset(sim);
    loadPictures(sim, [[5], [6]]);
    using writes = watchWrites(sim);
    for (const mark of [0xac, 0x2d, 0, 0xff]) {
      const before = sim.cycle;
      expect(errorsOf(sim, [copy({ mark })])).toBe(MALFORMED);
      expect(writes.take().count).toBe(0);
      expect(sim.dut['result_count']).toBe(0);
      expect(sim.cycle - before).toBeLessThan(100);
      expect(errorsOf(sim, [copy()])).toBe(FINE);
      expect(results(sim, 1)).toEqual([[5], [6]]);
      writes.take();
    }
  });

  it('should end a run with a malformed second layer after the first has written its map', () => {
    using sim = model.create({ seed: 6 });
    reset(sim);
    loadPictures(sim, [[5], [6]]);
    using writes = watchWrites(sim);
    const first: HandLayer = { fields: { dest: 1 }, weights: [[0, 1, 2, 3]], folds: [{}, {}, {}, {}] };
    expect(errorsOf(sim, [first, copy({ mark: 0xda, source: 1 })])).toBe(MALFORMED);
    expect([...writes.take().addresses]).toEqual([3, 2, 1, 0]);
    expect(errorsOf(sim, [first, copy({ source: 1 })])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[5], [6]]);
  });

  it('should forget what is wrong with the next start, or a reset', () => {
    using sim = model.create({ seed: 7 });
    reset(sim);
    expect(errorsOf(sim, [copy({ out_base: HAND.resultDepth }), copy({ mark: 1 })])).toBe(MALFORMED);
    expect(errorsOf(sim, [copy({ dest: 2, out_base: HAND.resultDepth }), copy({ mark: 1 })])).toBe(PAST | MALFORMED);
    sim.dut['rst'] = 1;
    sim.tick();
    sim.dut['rst'] = 0;
    sim.eval();
    expect(sim.dut['errors']).toBe(FINE);
  });
});

describe('adder_core for one pass over taps', () => {
  it('should hold a layer of several for malformed', async () => {
    const plain = await buildCore({ ...HAND, planes: 0 });
    using sim = plain.create({ seed: 4 });
    reset(sim);
    expect(errorsOf(sim, [copy({ limit_3: 1 })])).toBe(MALFORMED);
    expect(errorsOf(sim, [copy({ dest: 1 }), copy({ limit_3: 256, source: 1 })])).toBe(MALFORMED);
    loadPictures(sim, [[5], [6]]);
    expect(errorsOf(sim, [copy({ limit_2: 0 })])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[5], [6]]);
  });
});

describe('adder_core without shortcuts', () => {
  it('should hold a layer that adds a map for malformed', async () => {
    const plain = await buildCore({ ...HAND, shortcuts: 0 });
    using sim = plain.create({ seed: 4 });
    reset(sim);
    expect(errorsOf(sim, [copy({ shortcut: 1 })])).toBe(MALFORMED);
    loadPictures(sim, [[5], [6]]);
    expect(errorsOf(sim, [copy({ shortcut_base: 1 })])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[5], [6]]);
  });
});

describe('adder_core without averages', () => {
  it('should hold a layer that pools them for malformed, and take the largest code of a window', async () => {
    const plain = await buildCore({ ...HAND, averages: 0 });
    using sim = plain.create({ seed: 4 });
    reset(sim);
    expect(errorsOf(sim, [copy({ average: 1 })])).toBe(MALFORMED);
    loadPictures(sim, [
      [5, 200],
      [6, 3],
    ]);
    // Of an average: nothing but the bit above says that there is one.
    const window = { limit_4: 1, addr_step_4: 1, x_step_4: 1, in_width: 2, conv_width: 2, pool_shift: 1 };
    expect(errorsOf(sim, [copy(window)])).toBe(FINE);
    expect(results(sim, 1)).toEqual([[200], [6]]);
  });
});
