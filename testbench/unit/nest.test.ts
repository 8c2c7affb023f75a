// SPDX-License-Identifier: Apache-2.0
// nest_counter and nest_value against nested loops: any number of loops, counts, steps and gaps.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

const LEVELS = 4;
const [W_COUNT, W] = [4, 10];

/** Whether loops may move a quantity, level 0 first. */
const MOVING = { b: [true, false, true, false], c: [false, true, false, true] } as const;

function movingBits(levels: readonly boolean[]): string {
  return levels.map(Number).toReversed().join('');
}

const folder = mkdtempSync(join(tmpdir(), 'berus nest '));
afterAll(() => rmSync(folder, { recursive: true }));

/** A counter that drives values, as the feeder's does: one that all loops move, and two that some do. */
const NEST = `
module nest (
    input  wire clk, start, advance,
    input  wire [${LEVELS * W_COUNT - 1}:0] limit,
    input  wire [${W - 1}:0] origin_a, origin_b, origin_c,
    input  wire [${LEVELS * W - 1}:0] step_a, step_b, step_c,
    output wire [${LEVELS - 1}:0] at_first, at_last,
    output wire [${W - 1}:0] a, next_a, b, next_b, c, next_c
);
wire [${LEVELS - 1}:0] moves, steps;
nest_counter #(.LEVELS(${LEVELS}), .W_COUNT(${W_COUNT})) counter_u (
    .clk(clk), .start(start), .advance(advance), .limit(limit),
    .at_first(at_first), .at_last(at_last), .moves(moves), .steps(steps));
nest_value #(.LEVELS(${LEVELS}), .W(${W})) a_u (
    .clk(clk), .start(start), .advance(advance), .moves(moves), .steps(steps), .origin(origin_a), .step(step_a), .value(a), .next(next_a));
nest_value #(.LEVELS(${LEVELS}), .W(${W}), .MOVING(${LEVELS}'b${movingBits(MOVING.b)})) b_u (
    .clk(clk), .start(start), .advance(advance), .moves(moves), .steps(steps), .origin(origin_b), .step(step_b), .value(b), .next(next_b));
nest_value #(.LEVELS(${LEVELS}), .W(${W}), .MOVING(${LEVELS}'b${movingBits(MOVING.c)})) c_u (
    .clk(clk), .start(start), .advance(advance), .moves(moves), .steps(steps), .origin(origin_c), .step(step_c), .value(c), .next(next_c));
endmodule
`;

let model: Model;
beforeAll(async () => {
  const top = join(folder, 'nest.v');
  writeFileSync(top, NEST);
  model = await build({ top: 'nest', sources: [top, ...testedSources('nest_counter', 'nest_value')] });
});

const perLevel = (values: fc.Arbitrary<number>) => fc.array(values, { minLength: LEVELS, maxLength: LEVELS });
const quantity = fc.record({ origin: fc.nat(2 ** W - 1), steps: perLevel(fc.nat(2 ** W - 1)) });

const movedBy = (levels: readonly boolean[]) =>
  quantity.map(({ origin, steps }) => ({ origin, steps: steps.map((step, level) => (levels[level] ? step : 0)) }));

/** One iteration of the innermost loop. */
interface Iteration {
  readonly index: readonly number[];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Iterations of nested loops, level 0 innermost. */
function iterations(counts: readonly number[], values: readonly { origin: number; steps: number[] }[]): Iteration[] {
  const total = counts.reduce((product, count) => product * count, 1);
  return Array.from({ length: total }, (_, at) => {
    let left = at;
    const index = counts.map((count) => {
      const mine = left % count;
      left = Math.floor(left / count);
      return mine;
    });
    const [a, b, c] = values.map(({ origin, steps }) =>
      steps.reduce((sum, step, level) => (sum + step * index[level]!) % 2 ** W, origin),
    );
    return { index, a: a!, b: b!, c: c! };
  });
}

function flags(levels: readonly boolean[]): number {
  return levels.reduce((word, set, level) => word + (set ? 2 ** level : 0), 0);
}

function packed(values: readonly number[], width: number): bigint {
  return values.reduceRight((word, value) => (word << BigInt(width)) | BigInt(value), 0n);
}

describe('nest_counter and nest_value', () => {
  it('should count nested loops and follow their steps, begin anew at the end, and hold in between', () => {
    fc.assert(
      fc.property(
        perLevel(fc.integer({ min: 1, max: 5 })),
        quantity,
        movedBy(MOVING.b),
        movedBy(MOVING.c),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.nat(2 ** 31 - 2),
        (counts, a, b, c, gaps, seed) => {
          using sim = model.create({ seed: seed + 1 });
          const all = iterations(counts, [a, b, c]);
          const { dut } = sim;
          Object.assign(dut, {
            limit: Number(
              packed(
                counts.map((count) => count - 1),
                W_COUNT,
              ),
            ),
            origin_a: a.origin,
            origin_b: b.origin,
            origin_c: c.origin,
            step_a: Number(packed(a.steps, W)),
            step_b: Number(packed(b.steps, W)),
            step_c: Number(packed(c.steps, W)),
            start: 1,
            advance: 0,
          });
          sim.tick();
          dut['start'] = 0;
          // One and a half times around: the end begins anew.
          for (let step = 0, clock = 0; step < all.length * 1.5; clock++) {
            const { index, ...values } = all[step % all.length]!;
            const advance = gaps[clock % gaps.length] === true || clock % 3 === 0;
            dut['advance'] = advance ? 1 : 0;
            sim.eval();
            expect({
              at_first: dut['at_first'],
              at_last: dut['at_last'],
              a: dut['a'],
              b: dut['b'],
              c: dut['c'],
            }).toEqual({
              at_first: flags(index.map((i) => i === 0)),
              at_last: flags(index.map((i, level) => i === counts[level]! - 1)),
              ...values,
            });
            sim.tick();
            if (advance) step++;
          }
        },
      ),
    );
  });

  it('should begin again with a start in the middle, with other counts', () => {
    using sim = model.create({ seed: 2 });
    const { dut } = sim;
    Object.assign(dut, {
      origin_a: 5,
      origin_b: 6,
      origin_c: 0,
      step_a: 1,
      step_b: 2,
      step_c: 0,
      limit: 0x3333,
      start: 1,
      advance: 0,
    });
    sim.tick();
    Object.assign(dut, { start: 0, advance: 1 });
    sim.run(50);
    // With a start, an advance counts for nothing.
    Object.assign(dut, { start: 1, limit: 0x0002, origin_a: 100 });
    sim.tick();
    dut['start'] = 0;
    const seen = Array.from({ length: 4 }, () => {
      sim.eval();
      const now = [dut['at_last'], dut['a'], dut['b']];
      sim.tick();
      return now;
    });
    expect(seen).toEqual([
      [0b1110, 100, 6],
      [0b1110, 101, 8],
      [0b1111, 102, 10],
      [0b1110, 100, 6],
    ]);
  });
});
