// SPDX-License-Identifier: Apache-2.0
// The row by itself: every pair of 8-bit operands in one cell, and how sums
// start, end and move on in three.

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

const sources = testedSources('adder_row');
const [KEEP, USED] = [0x3ffff, 0xff00];

describe('adder_row of one cell', () => {
  let Row: Model;
  beforeAll(async () => {
    Row = await build({ top: 'adder_row', sources, params: { COLUMNS: 1, W_DATA: 8, W_ACC: 18 } });
  });

  it('should give |x - w| for all 65,536 operand pairs', () => {
    using sim = Row.create();
    const pairs = 65_536;
    const ones = new Uint8Array(pairs + 1).fill(1);
    const x = Uint8Array.from({ length: pairs + 1 }, (_, i) => i & 255);
    const w = Uint32Array.from({ length: pairs + 1 }, (_, i) => ((i >> 8) & 255) | USED);
    const { sum } = sim.batch({ used: ones, load: ones, leaving: ones, x, w, keep: new Uint32Array(pairs + 1) }, [
      'sum',
    ]);
    for (let i = 0; i < pairs; i++) {
      const [got, expected] = [Number(sum![i + 1]), Math.abs(x[i]! - (w[i]! & 255))];
      if (got !== expected) expect.fail(`x=${x[i]} w=${w[i]! & 255}: got ${got}, expected ${expected}`);
    }
  });

  it('should add taps up, skip masked ones, and keep the sum apart from the next', () => {
    using sim = Row.create({ seed: 7 });
    const { sum } = sim.batch(
      {
        //                 |10-3|  -  |0-5|  -  |9-9| |255-0| next tile
        used: new Uint8Array(8).fill(1),
        x: Uint8Array.of(10, 99, 0, 77, 9, 255, 100, 0),
        w: Uint32Array.of(3 | USED, 1, 5 | USED, 1, 9 | USED, 0 | USED, 1 | USED, 0),
        keep: Uint32Array.of(0, KEEP, KEEP, KEEP, KEEP, KEEP, 0, KEEP),
        load: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1),
        leaving: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1),
      },
      ['sum'],
    );
    expect([sum![6], sum![7]]).toEqual([7 + 5 + 0 + 255, 99]);
  });

  it('should start at 0 with a masked tap, and add nothing when the row is not in use', () => {
    using sim = Row.create({ seed: 3 });
    Object.assign(sim.dut, { used: 1, load: 1, leaving: 1, x: 9, w: 1, keep: 0 });
    sim.tick();
    Object.assign(sim.dut, { used: 0, w: 1 | USED, keep: KEEP });
    sim.run(3);
    expect(sim.dut['sum']).toBe(0);
  });

  it('should hold the largest sum of 1,024 taps without overflow', () => {
    using sim = Row.create();
    const taps = 1024;
    sim.batch({
      used: new Uint8Array(taps).fill(1),
      x: new Uint8Array(taps).fill(255),
      w: new Uint32Array(taps).fill(USED),
      keep: new Uint32Array(taps).fill(KEEP).fill(0, 0, 1),
      load: new Uint8Array(taps).fill(1),
    });
    expect(sim.dut['sum']).toBe(1024 * 255);
  });
});

describe('adder_row of one cell that takes minima', () => {
  let Row: Model;
  beforeAll(async () => {
    Row = await build({ top: 'adder_row', sources, params: { COLUMNS: 1, W_DATA: 8, W_ACC: 18, CELL: 1 } });
  });

  it.each([
    ['min(x, w)', 1, (x: number, w: number): number => Math.min(x, w)],
    ['|x - w| - w', 0, (x: number, w: number): number => Math.abs(x - w) - w],
  ])('should give %s for all 65,536 operand pairs', (_law, plain, value) => {
    using sim = Row.create();
    const pairs = 65_536;
    const ones = new Uint8Array(pairs + 1).fill(1);
    const x = Uint8Array.from({ length: pairs + 1 }, (_, i) => i & 255);
    const w = Uint32Array.from({ length: pairs + 1 }, (_, i) => (i >> 8) & 255);
    const inputs = { used: ones, load: ones, leaving: ones, valid: ones, plain: new Uint8Array(pairs + 1).fill(plain) };
    const { sum } = sim.batch({ ...inputs, x, w, keep: new Uint32Array(pairs + 1) }, ['sum']);
    for (let i = 0; i < pairs; i++) {
      const [got, expected] = [(Number(sum![i + 1]) << 14) >> 14, value(x[i]!, w[i]!)];
      if (got !== expected) expect.fail(`x=${x[i]} w=${w[i]}: got ${got}, expected ${expected}`);
    }
  });
});

describe('adder_row of one cell that multiplies', () => {
  let Row: Model;
  beforeAll(async () => {
    Row = await build({ top: 'adder_row', sources, params: { COLUMNS: 1, W_DATA: 8, W_ACC: 26, CELL: 2 } });
  });

  it('should give x w for all 65,536 operand pairs, w being signed', () => {
    using sim = Row.create();
    const pairs = 65_536;
    const ones = new Uint8Array(pairs + 1).fill(1);
    const x = Uint8Array.from({ length: pairs + 1 }, (_, i) => i & 255);
    const w = Uint32Array.from({ length: pairs + 1 }, (_, i) => (i >> 8) & 255);
    const { sum } = sim.batch({ used: ones, load: ones, leaving: ones, x, w, keep: new Uint32Array(pairs + 1) }, [
      'sum',
    ]);
    for (let i = 0; i < pairs; i++) {
      const [got, expected] = [(Number(sum![i + 1]) << 6) >> 6, x[i]! * ((w[i]! << 24) >> 24)];
      if (got !== expected) expect.fail(`x=${x[i]} w=${w[i]}: got ${got}, expected ${expected}`);
    }
  });

  it('should hold the smallest sum of 1,024 taps without overflow', () => {
    using sim = Row.create();
    const taps = 1024;
    sim.batch({
      used: new Uint8Array(taps).fill(1),
      x: new Uint8Array(taps).fill(255),
      w: new Uint32Array(taps).fill(128),
      keep: new Uint32Array(taps).fill(0x3ffffff).fill(0, 0, 1),
      load: new Uint8Array(taps).fill(1),
    });
    expect((Number(sim.dut['sum']) << 6) >> 6).toBe(1024 * 255 * -128);
  });
});

describe('adder_row of three cells', () => {
  it('should take sums aside and move them right under the next tile', async () => {
    const Row = await build({ top: 'adder_row', sources, params: { COLUMNS: 3, W_DATA: 8, W_ACC: 18 } });
    using sim = Row.create({ seed: 5 });
    // Tiles of three taps, back to back: x is 1, then 10, then 100; the weights of columns 0, 1 and 2 are 0, 1 and 2.
    const clocks = 14;
    const at = (clock: number): readonly [tile: number, tap: number] => [Math.floor(clock / 3), ((clock % 3) + 3) % 3];
    const lanes = (value: (clock: number, column: number) => number): Uint32Array =>
      Uint32Array.from({ length: clocks * 3 }, (_, i) => value(Math.floor(i / 3), 2 - (i % 3)));
    const bits = (set: (clock: number, column: number) => boolean): Uint8Array =>
      Uint8Array.from({ length: clocks }, (_, clock) =>
        [2, 1, 0].reduce((word, column, lane) => word | (Number(set(clock, column)) << lane), 0),
      );
    const { sum } = sim.batch(
      {
        used: new Uint8Array(clocks).fill(1),
        leaving: new Uint8Array(clocks).fill(1),
        x: Uint8Array.from({ length: clocks }, (_, clock) => [1, 10, 100, 0, 0][at(clock)[0]]!),
        w: lanes((_, column) => column | USED),
        keep: lanes((clock, column) => (at(clock - column)[1] === 0 ? 0 : KEEP)),
        load: bits((clock, column) => clock - column > 0 && at(clock - column)[1] === 0),
        move: bits((clock, column) => clock >= 5 && at(clock - 5)[1] < column),
      },
      ['sum'],
    );
    const tile = (x: number): number[] => [2, 1, 0].map((w) => 3 * Math.abs(x - w));
    expect(Array.from(sum!.slice(5, 14), Number)).toEqual([...tile(1), ...tile(10), ...tile(100)]);
  });
});
