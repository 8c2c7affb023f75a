// SPDX-License-Identifier: Apache-2.0
// The cell by itself: every pair of 8-bit operands, and how sums start, end and
// move on.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { rtlSources } from '../../src/device/index.ts';

const sources = rtlSources().filter((path) => path.endsWith(join('rtl', 'adder_pe.v')));
let Cell: Model;

beforeAll(async () => {
  Cell = await build({ top: 'adder_pe', sources, params: { W_DATA: 8, W_ACC: 18 } });
});

describe('adder_pe', () => {
  it('should give |x - w| for all 65,536 operand pairs', () => {
    using sim = Cell.create();
    const pairs = 65_536;
    const ones = new Uint8Array(pairs + 1).fill(1);
    const x = Uint8Array.from({ length: pairs + 1 }, (_, i) => i & 255);
    const w = Uint8Array.from({ length: pairs + 1 }, (_, i) => (i >> 8) & 255);
    const { sum_out } = sim.batch({ valid: ones, first: ones, last: ones, x, w }, ['sum_out']);
    for (let i = 0; i < pairs; i++) {
      const [got, expected] = [Number(sum_out![i + 1]), Math.abs(x[i]! - w[i]!)];
      if (got !== expected) expect.fail(`x=${x[i]} w=${w[i]}: got ${got}, expected ${expected}`);
    }
  });

  it('should add taps up, skip clocks without one, and keep the sum apart from the next', () => {
    using sim = Cell.create({ seed: 7 });
    const { sum_out } = sim.batch(
      {
        //                    |10-3|    |0-5|  -   |9-9| |255-0| next tile
        valid: Uint8Array.of(1, 0, 1, 0, 1, 1, 1, 0),
        first: Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 0),
        last: Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0),
        x: Uint8Array.of(10, 99, 0, 77, 9, 255, 100, 0),
        w: Uint8Array.of(3, 1, 5, 1, 9, 0, 1, 0),
      },
      ['sum_out'],
    );
    expect([sum_out![6], sum_out![7]]).toEqual([7 + 5 + 0 + 255, 267]);
  });

  it('should hold the largest sum of 1,024 taps without overflow', () => {
    using sim = Cell.create();
    const taps = 1024;
    const first = new Uint8Array(taps);
    const last = new Uint8Array(taps);
    first[0] = 1;
    last[taps - 1] = 1;
    sim.batch({
      valid: new Uint8Array(taps).fill(1),
      first,
      last,
      x: new Uint8Array(taps).fill(255),
      w: new Uint8Array(taps),
    });
    expect(sim.dut.sum_out).toBe(1024 * 255);
  });

  it("should take the left neighbour's sum on shift, unless its own ends in the same clock", () => {
    using sim = Cell.create();
    Object.assign(sim.dut, { valid: 0, first: 0, last: 0, x: 0, w: 0, shift: 1, sum_in: 1234 });
    sim.tick();
    expect(sim.dut.sum_out).toBe(1234);
    Object.assign(sim.dut, { valid: 1, first: 1, last: 1, x: 7, w: 9 });
    sim.tick();
    expect(sim.dut.sum_out).toBe(2);
    Object.assign(sim.dut, { valid: 0, shift: 0 });
    sim.run(3);
    expect(sim.dut.sum_out).toBe(2);
  });
});
